/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's side of the doorbell test: sends commands one after the other and waits for each
 * answer on the doorbell alone, so that a wake-up that is lost on either side ends the test.
 *
 * usage: doorbell_client SOCKET MAILBOX-FILE COUNT
 */
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "abi/mailbox.h"

#define STOP 0x7FFFFFFFu
#define PATIENCE_MS 60000
#define CONNECT_TRIES 1200 /* a minute */

static int connect_to(const char *path)
{
    const struct timespec pause = {.tv_nsec = 50 * 1000 * 1000};
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    for (int i = 0; i < CONNECT_TRIES; i++) {
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);

        if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
            return fd;
        }
        close(fd);
        nanosleep(&pause, NULL);
    }
    return -1;
}

static volatile uint32_t *map_mailbox(const char *path)
{
    int fd = open(path, O_RDWR);
    void *map = fd < 0 ? MAP_FAILED
                       : mmap(NULL, MAILBOX_FILE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    return map == MAP_FAILED ? NULL : map;
}

/** Waits until the boot ROM has cleared what was in the mailbox: a command before that is lost. */
static int wait_for_rom(const volatile uint32_t *mailbox)
{
    const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};

    for (int i = 0; i < PATIENCE_MS / 10; i++) {
        if (mailbox[MAILBOX_BOOTLOADER / 4] != 0) {
            return 1;
        }
        nanosleep(&pause, NULL);
    }
    return 0;
}

/** Sends one command and waits for its answer. @return whether it came and fits */
static int exchange(int fd, volatile uint32_t *response, uint32_t command)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    uint8_t byte = DOORBELL_LOOK;

    *response = command;
    __sync_synchronize();
    if (write(fd, &byte, 1) != 1 || poll(&poll_fd, 1, PATIENCE_MS) != 1 ||
        read(fd, &byte, 1) != 1) {
        return 0;
    }
    return byte == DOORBELL_COMPLETE && *response == (command | MAILBOX_CMDRESP_RESPONSE);
}

static double now_us(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

int main(int argc, char **argv)
{
    uint32_t count = argc == 4 ? (uint32_t)strtoul(argv[3], NULL, 10) : 0;
    int fd = count > 0 ? connect_to(argv[1]) : -1;
    volatile uint32_t *mailbox = count > 0 ? map_mailbox(argv[2]) : NULL;
    double *took = calloc(count + 1u, sizeof(*took));

    if (fd < 0 || mailbox == NULL || took == NULL) {
        fprintf(stderr, "usage: doorbell_client SOCKET MAILBOX-FILE COUNT\n");
        free(took);
        return 2;
    }
    if (!wait_for_rom(mailbox)) {
        printf("FAIL: the boot ROM did not start\n");
        free(took);
        return 1;
    }
    for (uint32_t i = 0; i < count; i++) {
        double start = now_us();

        if (!exchange(fd, &mailbox[MAILBOX_CMDRESP / 4], i + 1)) {
            printf("FAIL: command %u of %u had no answer\n", i + 1, count);
            free(took);
            return 1;
        }
        took[i] = now_us() - start;
    }
    if (!exchange(fd, &mailbox[MAILBOX_CMDRESP / 4], STOP)) {
        printf("FAIL: no answer to the last command\n");
        free(took);
        return 1;
    }
    qsort(took, count, sizeof(*took), compare);
    printf("%u commands answered, median %.0f us, 99 %% below %.0f us\n", count, took[count / 2],
           took[count - 1 - count / 100]);
    free(took);
    return 0;
}
