/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a program of a Linux machine does with /dev/sev, by the ioctls of linux/psp-sev.h alone. A
 * static program for the initramfs; exit status 0 when all went well.
 *
 * usage: sev status N     PLATFORM_STATUS N times; prints version, state, median in microseconds
 *        sev cycle N      N times PDH_GEN, PLATFORM_STATUS, PDH_CERT_EXPORT, PEK_CSR, FACTORY_RESET
 *        sev id           GET_ID2
 *        sev snp          the ioctls of SEV-SNP, which a kernel without SNP refuses
 *        sev refused      what ccp refuses, and with which errno
 *        sev reset        FACTORY_RESET
 *        sev gone         PLATFORM_STATUS fails with HWERROR_PLATFORM
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/psp-sev.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define SAMPLES_MAX 10000
#define CERTIFICATE_BYTES 0x824u
#define CHAIN_BYTES (3 * CERTIFICATE_BYTES)
#define HWERROR_PLATFORM 0x13u

/* Commands that linux/psp-sev.h of older systems does not have. */
enum { SNP_PLATFORM_STATUS_COMMAND = 9, SNP_COMMIT_COMMAND, SNP_SET_CONFIG_COMMAND };

static int device;

/* @return 0, or -1 with errno; the status of the firmware is in @p error */
static int issue(uint32_t command, void *data, uint32_t *error)
{
    struct sev_issue_cmd request = {.cmd = command, .data = (uintptr_t)data};
    const int result = ioctl(device, SEV_ISSUE_CMD, &request);
    *error = request.error;
    return result;
}

static bool must(const char *name, uint32_t command, void *data)
{
    uint32_t error;
    if (issue(command, data, &error) == 0) {
        return true;
    }
    printf("%s: %s, status %xh\n", name, strerror(errno), error);
    return false;
}

/* A command whose first call says how long its output is. */
static bool must_tell(const char *name, uint32_t command, void *data)
{
    uint32_t error;
    if (issue(command, data, &error) == -1 && errno == EIO && error == SEV_RET_INVALID_LEN) {
        return true;
    }
    printf("%s: asked for its length: %s, status %xh\n", name, strerror(errno), error);
    return false;
}

static uint64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static int compare(const void *a, const void *b)
{
    const uint64_t left = *(const uint64_t *)a;
    const uint64_t right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static bool status(size_t count)
{
    static uint64_t samples[SAMPLES_MAX];
    struct sev_user_data_status platform = {0};
    for (size_t i = 0; i < count && i < SAMPLES_MAX; i++) {
        const uint64_t start = now_us();
        if (!must("PLATFORM_STATUS", SEV_PLATFORM_STATUS, &platform)) {
            return false;
        }
        samples[i] = now_us() - start;
    }
    qsort(samples, count, sizeof samples[0], compare);
    printf("API %u.%u build %u, state %u, %u guests; median %llu us\n", platform.api_major,
           platform.api_minor, platform.build, platform.state, platform.guest_count,
           (unsigned long long)samples[count / 2]);
    return true;
}

static bool export_pdh(void)
{
    static uint8_t pdh[CERTIFICATE_BYTES];
    static uint8_t chain[CHAIN_BYTES];
    struct sev_user_data_pdh_cert_export request = {0};
    if (!must_tell("PDH_CERT_EXPORT", SEV_PDH_CERT_EXPORT, &request)) {
        return false;
    }
    if (request.pdh_cert_len != sizeof pdh || request.cert_chain_len != sizeof chain) {
        printf("PDH_CERT_EXPORT: lengths %u and %u\n", request.pdh_cert_len,
               request.cert_chain_len);
        return false;
    }
    request.pdh_cert_address = (uintptr_t)pdh;
    request.cert_chain_address = (uintptr_t)chain;
    memset(pdh, 0, sizeof pdh);
    return must("PDH_CERT_EXPORT", SEV_PDH_CERT_EXPORT, &request) && pdh[0] == 1;
}

static bool make_request(void)
{
    static uint8_t certificate[CERTIFICATE_BYTES];
    struct sev_user_data_pek_csr request = {0};
    if (!must_tell("PEK_CSR", SEV_PEK_CSR, &request)) {
        return false;
    }
    if (request.length != sizeof certificate) {
        printf("PEK_CSR: length %u\n", request.length);
        return false;
    }
    request.address = (uintptr_t)certificate;
    memset(certificate, 0, sizeof certificate);
    return must("PEK_CSR", SEV_PEK_CSR, &request) && certificate[0] == 1;
}

static bool cycle(size_t count)
{
    struct sev_user_data_status platform;
    const uint64_t start = now_us();
    for (size_t i = 0; i < count; i++) {
        if (!must("PDH_GEN", SEV_PDH_GEN, NULL) ||
            !must("PLATFORM_STATUS", SEV_PLATFORM_STATUS, &platform) || !export_pdh() ||
            !make_request() || !must("FACTORY_RESET", SEV_FACTORY_RESET, NULL)) {
            printf("in cycle %zu\n", i + 1);
            return false;
        }
    }
    printf("%zu cycles in %llu ms\n", count, (unsigned long long)(now_us() - start) / 1000);
    return true;
}

static bool id(void)
{
    static uint8_t bytes[128];
    struct sev_user_data_get_id2 request = {.address = 0, .length = 0};
    if (!must_tell("GET_ID2", SEV_GET_ID2, &request)) {
        return false;
    }
    if (request.length == 0 || request.length > sizeof bytes) {
        printf("GET_ID2: length %u\n", request.length);
        return false;
    }
    request.address = (uintptr_t)bytes;
    if (!must("GET_ID2", SEV_GET_ID2, &request)) {
        return false;
    }
    for (size_t i = 0; i < 64 && i < request.length; i++) {
        printf("%02x", bytes[i]);
    }
    printf("\n");
    return true;
}

/* @return whether a command fails with an errno */
static bool refuses(const char *name, uint32_t command, void *data, int expected)
{
    uint32_t error;
    const int result = issue(command, data, &error);
    printf("%s: %s\n", name, result == 0 ? "done" : strerror(errno));
    return result != 0 && errno == expected;
}

/* Whether a kernel has done what it should, or refused it because this is no machine with SEV-SNP, or
 * because it is too old. */
static bool answers(const char *name, uint32_t command, void *data, bool *done)
{
    uint32_t error;
    *done = issue(command, data, &error) == 0;
    printf("%s: %s\n", name, *done ? "done" : strerror(errno));
    return *done || errno == EINVAL || errno == ENODEV;
}

static bool snp(void)
{
    uint8_t status[64] = {0}; /* API version in the first two bytes, then the state. */
    uint8_t configuration[64] = {0};
    bool done;
    if (!answers("SNP_PLATFORM_STATUS", SNP_PLATFORM_STATUS_COMMAND, status, &done)) {
        return false;
    }
    if (done && (status[0] != 1 || status[1] == 0 || status[2] != 0)) {
        printf("API %u.%u, state %u\n", status[0], status[1], status[2]);
        return false;
    }
    return answers("SNP_COMMIT", SNP_COMMIT_COMMAND, NULL, &done) &&
           answers("SNP_SET_CONFIG", SNP_SET_CONFIG_COMMAND, configuration, &done);
}

static bool refused(void)
{
    const bool unknown = refuses("command 255", 255, NULL, EINVAL);
    const bool pointer = refuses("a bad pointer", SEV_PEK_CSR, (void *)8, EFAULT);
    return unknown && pointer;
}

static bool gone(void)
{
    struct sev_user_data_status platform;
    uint32_t error;
    const int result = issue(SEV_PLATFORM_STATUS, &platform, &error);
    printf("%s, status %xh\n", result == 0 ? "done" : strerror(errno), error);
    return result != 0 && error == HWERROR_PLATFORM;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    const size_t count = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
    bool done = false;
    device = open("/dev/sev", O_RDWR | O_CLOEXEC);
    if (device < 0) {
        printf("/dev/sev: %s\n", strerror(errno));
        return 1;
    }
    if (strcmp(what, "status") == 0 && count > 0 && count <= SAMPLES_MAX) {
        done = status(count);
    } else if (strcmp(what, "cycle") == 0) {
        done = cycle(count);
    } else if (strcmp(what, "id") == 0) {
        done = id();
    } else if (strcmp(what, "snp") == 0) {
        done = snp();
    } else if (strcmp(what, "refused") == 0) {
        done = refused();
    } else if (strcmp(what, "reset") == 0) {
        done = must("FACTORY_RESET", SEV_FACTORY_RESET, NULL);
    } else if (strcmp(what, "gone") == 0) {
        done = gone();
    }
    return done ? 0 : 1;
}
