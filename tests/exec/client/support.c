/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the devices share (client.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/exec/client/client.h"

#define PAGE 4096u

static void give_up(const char *what)
{
    (void)printf("FAIL %s: %s\n0 passed, 1 failed\n", what, strerror(errno));
    exit(EXIT_FAILURE);
}

static int open_device(const char *name, int flags)
{
    const int file = open(name, flags);
    if (file < 0) {
        give_up(name);
    }
    return file;
}

int client_open_sev(int flags)
{
    return open_device("/dev/sev", flags);
}

int client_open_guest(void)
{
    return open_device("/dev/sev-guest", O_RDWR);
}

int client_issue(int file, uint32_t command, const void *data, uint32_t *error)
{
    struct sev_issue_cmd issue = {
        .cmd = command, .data = (uintptr_t)data, .error = CLIENT_UNTOUCHED};
    const int result = ioctl(file, SEV_ISSUE_CMD, &issue) == 0 ? 0 : errno;
    if (error != NULL) {
        *error = issue.error;
    }
    return result;
}

static void *map_page(int protection)
{
    void *page = mmap(NULL, PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) {
        give_up("mmap");
    }
    return page;
}

void *client_bad_address(void)
{
    return map_page(PROT_NONE);
}

void *client_read_only_page(void)
{
    return map_page(PROT_READ);
}

void client_save(const char *name, const void *bytes, size_t length)
{
    FILE *file = fopen(name, "wb");
    const bool written = file != NULL && fwrite(bytes, 1, length, file) == length;
    if (file == NULL || fclose(file) != 0 || !written) {
        give_up(name);
    }
}

void client_load(const char *name, void *bytes, size_t length)
{
    FILE *file = fopen(name, "rb");
    if (file == NULL || fread(bytes, 1, length, file) != length || fclose(file) != 0) {
        give_up(name);
    }
}

unsigned client_state(void)
{
    struct sev_user_data_status status = {0};
    const int file = client_open_sev(O_RDONLY);
    EXPECT(client_issue(file, SEV_PLATFORM_STATUS, &status, NULL) == 0);
    (void)close(file);
    return status.state;
}
