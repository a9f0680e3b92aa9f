/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /dev/sev: SEV-SNP's commands.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "tests/exec/client/client.h"

/* As linux/psp-sev.h has them. */
struct status {
    uint8_t api_major;
    uint8_t api_minor;
    uint8_t state;
    uint8_t rmp;
    uint32_t build_id;
    uint32_t flags;
    uint32_t guest_count;
    uint64_t current_tcb;
    uint64_t reported_tcb;
} __attribute__((packed));

struct config {
    uint64_t reported_tcb;
    uint32_t flags;
    uint8_t reserved[52];
} __attribute__((packed));

struct vlek_load {
    uint32_t length;
    uint8_t version;
    uint8_t reserved[3];
    uint64_t address;
} __attribute__((packed));

#define WRAPPED_BYTES 432u
#define BAD_MEASUREMENT 0x0Bu

static struct status read_status(int file)
{
    struct status status;
    uint32_t error = 1;
    memset(&status, 0xFF, sizeof status);
    EXPECT(client_issue(file, CLIENT_SNP_PLATFORM_STATUS, &status, &error) == 0 && error == 0);
    return status;
}

static void status_is_copied(void)
{
    uint32_t error = 0;
    const int file = client_open_sev(O_RDONLY);
    const struct status status = read_status(file);
    EXPECT(status.api_major == 1 && status.state == 1 && (status.rmp & 1) == 1);
    EXPECT(status.current_tcb != 0 && status.reported_tcb == status.current_tcb);
    EXPECT(client_issue(file, CLIENT_SNP_PLATFORM_STATUS, NULL, &error) == EINVAL &&
           error == CLIENT_UNTOUCHED);
    EXPECT(client_issue(file, CLIENT_SNP_PLATFORM_STATUS, client_bad_address(), NULL) == EFAULT);
    (void)close(file);
}

static void commit_succeeds(void)
{
    uint32_t error = 1;
    const int file = client_open_sev(O_RDONLY); /* Linux wants no more for it. */
    EXPECT(client_issue(file, CLIENT_SNP_COMMIT, NULL, &error) == 0 && error == 0);
    (void)close(file);
}

static void the_tcb_is_configured(void)
{
    struct config config = {0};
    uint32_t error = 1;
    const int file = client_open_sev(O_RDWR);
    const struct status before = read_status(file);
    EXPECT(client_issue(file, CLIENT_SNP_SET_CONFIG, NULL, &error) == EINVAL);
    EXPECT(client_issue(file, CLIENT_SNP_SET_CONFIG, client_bad_address(), NULL) == EFAULT);
    config.reserved[51] = 1;
    EXPECT(client_issue(file, CLIENT_SNP_SET_CONFIG, &config, &error) == EIO &&
           error == CLIENT_INVALID_PARAM);
    config.reserved[51] = 0;
    config.reported_tcb = before.current_tcb - 1; /* One part of it is lower. */
    EXPECT(client_issue(file, CLIENT_SNP_SET_CONFIG, &config, &error) == 0 && error == 0);
    EXPECT(read_status(file).reported_tcb == config.reported_tcb || before.guest_count == 0);
    config.reported_tcb = 0;
    EXPECT(client_issue(file, CLIENT_SNP_SET_CONFIG, &config, &error) == 0);
    EXPECT(read_status(file).reported_tcb == before.reported_tcb);
    (void)close(file);
}

static void a_vlek_is_refused(void)
{
    uint8_t wrapped[WRAPPED_BYTES] = {0};
    uint32_t error = 1;
    const int file = client_open_sev(O_RDWR);
    struct vlek_load load = {.length = sizeof load, .address = (uintptr_t)wrapped};
    EXPECT(client_issue(file, CLIENT_SNP_VLEK_LOAD, &load, &error) == EIO && error != 0 &&
           error <= 0x40);
    load.length = sizeof load + 1;
    EXPECT(client_issue(file, CLIENT_SNP_VLEK_LOAD, &load, &error) == EINVAL &&
           error == CLIENT_UNTOUCHED);
    load.length = sizeof load;
    load.version = 1;
    EXPECT(client_issue(file, CLIENT_SNP_VLEK_LOAD, &load, NULL) == EINVAL);
    load.version = 0;
    load.address = 0;
    EXPECT(client_issue(file, CLIENT_SNP_VLEK_LOAD, &load, NULL) == EINVAL);
    load.address = (uintptr_t)client_bad_address();
    EXPECT(client_issue(file, CLIENT_SNP_VLEK_LOAD, &load, NULL) == EFAULT);
    EXPECT(client_issue(file, CLIENT_SNP_VLEK_LOAD, NULL, NULL) == EINVAL);
    EXPECT(client_issue(file, CLIENT_SNP_VLEK_LOAD, client_bad_address(), NULL) == EFAULT);
    (void)close(file);
}

const struct client_test client_snp_tests[] = {
    {"SNP_PLATFORM_STATUS", status_is_copied},
    {"SNP_COMMIT", commit_succeeds},
    {"SNP_SET_CONFIG", the_tcb_is_configured},
    {"SNP_VLEK_LOAD is refused", a_vlek_is_refused},
    {NULL, NULL},
};
