/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /dev/sev: the platform and the chip.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/exec/client/client.h"

#define CHIP_ID_BYTES 64u

static void status_is_copied(void)
{
    struct sev_user_data_status status;
    uint32_t error = 0;
    memset(&status, 0xFF, sizeof status);
    const int file = client_open_sev(O_RDONLY);
    EXPECT(client_issue(file, SEV_PLATFORM_STATUS, &status, &error) == 0 && error == 0);
    EXPECT(status.api_major <= 1 && status.api_minor != 0 && status.state == 0);
    EXPECT(status.guest_count == 0);
    (void)close(file);
}

static void bad_pointers_are_faults(void)
{
    struct sev_user_data_status status;
    uint32_t error = 0;
    const int file = client_open_sev(O_RDWR);
    uint8_t *two = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT(mprotect(two + 4096, 4096, PROT_NONE) == 0);
    EXPECT(ioctl(file, SEV_ISSUE_CMD, NULL) != 0 && errno == EFAULT);
    EXPECT(ioctl(file, SEV_ISSUE_CMD, client_bad_address()) != 0 && errno == EFAULT);
    EXPECT(ioctl(file, SEV_ISSUE_CMD, two + 4096 - 15) != 0 && errno == EFAULT);
    EXPECT(client_issue(file, SEV_PLATFORM_STATUS, NULL, &error) == EFAULT && error == 0);
    EXPECT(client_issue(file, SEV_PLATFORM_STATUS, client_bad_address(), NULL) == EFAULT);
    EXPECT(client_issue(file, SEV_PLATFORM_STATUS, client_read_only_page(), NULL) == EFAULT);
    EXPECT(client_issue(file, SEV_PLATFORM_STATUS, two + 4096 - 11, NULL) == EFAULT);
    EXPECT(client_issue(file, SEV_PLATFORM_STATUS, two + 4096 - sizeof status, NULL) == 0);
    /* All zeros: FACTORY_RESET, which succeeds, but its error cannot be copied. */
    EXPECT(ioctl(file, SEV_ISSUE_CMD, client_read_only_page()) != 0 && errno == EFAULT);
    (void)munmap(two, 8192);
    (void)close(file);
}

static void changes_want_a_writable_descriptor(void)
{
    static const uint32_t changing[] = {
        SEV_FACTORY_RESET,   SEV_PEK_GEN,         SEV_PDH_GEN,           SEV_PEK_CSR,
        SEV_PEK_CERT_IMPORT, SEV_PDH_CERT_EXPORT, CLIENT_SNP_SET_CONFIG, CLIENT_SNP_VLEK_LOAD};
    static uint8_t zeros[128];
    const int file = client_open_sev(O_RDONLY);
    for (size_t i = 0; i < sizeof changing / sizeof changing[0]; i++) {
        uint32_t error = 0;
        EXPECT(client_issue(file, changing[i], zeros, &error) == EPERM);
        /* PDH_CERT_EXPORT has asked for the platform's state before. */
        EXPECT(error == CLIENT_UNTOUCHED || changing[i] == SEV_PDH_CERT_EXPORT);
    }
    EXPECT(client_issue(file, SEV_GET_ID, zeros, NULL) == 0);
    (void)close(file);
    const int write_only = client_open_sev(O_WRONLY);
    EXPECT(client_issue(write_only, SEV_PDH_GEN, NULL, NULL) == 0);
    (void)close(write_only);
    EXPECT(client_state() == 0);
}

static void keys_are_made(void)
{
    const int file = client_open_sev(O_RDWR);
    uint32_t error = 1;
    EXPECT(client_issue(file, SEV_PEK_GEN, NULL, &error) == 0 && error == 0);
    error = 1;
    EXPECT(client_issue(file, SEV_PDH_GEN, NULL, &error) == 0 && error == 0);
    error = 1;
    EXPECT(client_issue(file, SEV_FACTORY_RESET, NULL, &error) == 0 && error == 0);
    EXPECT(client_state() == 0);
    (void)close(file);
}

static void the_id_is_told(void)
{
    uint8_t both[2 * CHIP_ID_BYTES];
    uint8_t id[256];
    uint32_t error = 0;
    const int file = client_open_sev(O_RDWR);
    struct sev_user_data_get_id2 query = {.address = 0, .length = 0};
    EXPECT(client_issue(file, SEV_GET_ID, both, NULL) == 0);
    EXPECT(client_issue(file, SEV_GET_ID, client_read_only_page(), NULL) == EFAULT);
    EXPECT(client_issue(file, SEV_GET_ID2, &query, &error) == EIO &&
           error == CLIENT_INVALID_LENGTH);
    EXPECT(query.length >= CHIP_ID_BYTES && query.length < sizeof id);
    const uint32_t length = query.length;
    memset(id, 0xEE, sizeof id);
    struct sev_user_data_get_id2 read_it = {.address = (uintptr_t)id, .length = sizeof id};
    EXPECT(client_issue(file, SEV_GET_ID2, &read_it, &error) == 0 && error == 0);
    EXPECT(read_it.length == length && memcmp(id, both, CHIP_ID_BYTES) == 0);
    EXPECT(id[length % sizeof id] == 0xEE);
    (void)close(file);
}

static void the_id_is_refused(void)
{
    uint8_t id[256];
    uint32_t error = 0;
    const int file = client_open_sev(O_RDWR);
    struct sev_user_data_get_id2 little = {.address = (uintptr_t)id, .length = 1};
    memset(id, 0xEE, sizeof id);
    EXPECT(client_issue(file, SEV_GET_ID2, &little, &error) == EIO &&
           error == CLIENT_INVALID_LENGTH);
    EXPECT(little.length >= CHIP_ID_BYTES && id[0] == 0xEE && id[1] == 0xEE);
    struct sev_user_data_get_id2 much = {.address = (uintptr_t)id, .length = 0x400001};
    EXPECT(client_issue(file, SEV_GET_ID2, &much, &error) == ENOMEM && error == CLIENT_UNTOUCHED);
    struct sev_user_data_get_id2 bad = {.address = (uintptr_t)client_bad_address(), .length = 128};
    EXPECT(client_issue(file, SEV_GET_ID2, &bad, NULL) == EFAULT && bad.length >= CHIP_ID_BYTES);
    EXPECT(client_issue(file, SEV_GET_ID2, client_bad_address(), NULL) == EFAULT);
    (void)close(file);
}

const struct client_test client_platform_tests[] = {
    {"PLATFORM_STATUS is copied", status_is_copied},
    {"bad pointers are EFAULT", bad_pointers_are_faults},
    {"changes want a writable descriptor", changes_want_a_writable_descriptor},
    {"PEK_GEN, PDH_GEN, FACTORY_RESET succeed and leave UNINIT", keys_are_made},
    {"GET_ID, GET_ID2 tell the ID", the_id_is_told},
    {"GET_ID2 is refused with the length that is needed", the_id_is_refused},
    {NULL, NULL},
};
