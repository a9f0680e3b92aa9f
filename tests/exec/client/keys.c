/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /dev/sev-guest: derived keys, and a key of messages that must not be used again.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tests/exec/client/guest.h"

#define KEY_OFFSET 32u
#define KEY_BYTES 32u
#define FIELD_MEASUREMENT (1u << 3)

static bool derive(int file, uint64_t fields, uint8_t key[KEY_BYTES])
{
    const struct snp_derived_key_req request = {.guest_field_select = fields, .vmpl = 3};
    struct snp_derived_key_resp response;
    memset(&response, 0, sizeof response);
    const int result = client_ask(file, SNP_GET_DERIVED_KEY, 1, &request, &response, NULL);
    memcpy(key, response.data + KEY_OFFSET, KEY_BYTES);
    return result == 0 && client_status(response.data) == 0;
}

static void keys_are_derived(void)
{
    uint8_t key[KEY_BYTES];
    uint8_t again[KEY_BYTES];
    uint8_t other[KEY_BYTES];
    static const uint8_t zeros[KEY_BYTES];
    const int file = client_open_guest();
    EXPECT(derive(file, 0, key) && derive(file, 0, again));
    EXPECT(derive(file, FIELD_MEASUREMENT, other));
    EXPECT(memcmp(key, zeros, KEY_BYTES) != 0);
    EXPECT(memcmp(key, again, KEY_BYTES) == 0);
    EXPECT(memcmp(key, other, KEY_BYTES) != 0);
    (void)close(file);
}

static void keys_are_refused(void)
{
    const struct snp_derived_key_req beyond = {.vmpl = 4};
    struct snp_derived_key_resp response;
    const int file = client_open_guest();
    EXPECT(client_ask(file, SNP_GET_DERIVED_KEY, 1, &beyond, &response, NULL) == 0);
    EXPECT(client_status(response.data) == CLIENT_INVALID_PARAM);
    EXPECT(client_ask(file, SNP_GET_DERIVED_KEY, 0, &beyond, &response, NULL) == EINVAL);
    EXPECT(client_ask(file, SNP_GET_DERIVED_KEY, 1, NULL, &response, NULL) == EINVAL);
    EXPECT(client_ask(file, SNP_GET_DERIVED_KEY, 1, &beyond, NULL, NULL) == EINVAL);
    EXPECT(client_ask(file, SNP_GET_DERIVED_KEY, 1, client_bad_address(), &response, NULL) ==
           EFAULT);
    EXPECT(client_ask(file, SNP_GET_DERIVED_KEY, 1, &beyond, client_bad_address(), NULL) == EFAULT);
    (void)close(file);
}

const struct client_test client_key_tests[] = {
    {"SNP_GET_DERIVED_KEY", keys_are_derived},
    {"SNP_GET_DERIVED_KEY is refused", keys_are_refused},
    {NULL, NULL},
};

/* The firmware knows no such version of the message: its sequence number cannot be used again. */
static void a_refused_message_disables_the_key(void)
{
    const struct snp_report_req request = {.vmpl = 3};
    struct snp_report_resp response;
    uint64_t exitinfo2 = 0;
    const int file = client_open_guest();
    EXPECT(client_ask(file, SNP_GET_REPORT, 99, &request, &response, &exitinfo2) == EIO);
    EXPECT(exitinfo2 == CLIENT_INVALID_PARAM);
    EXPECT(client_ask(file, SNP_GET_REPORT, 1, &request, &response, &exitinfo2) == ENOTTY);
    EXPECT(exitinfo2 == CLIENT_EXITINFO);
    EXPECT(client_ask(file, SNP_GET_REPORT, 1, NULL, &response, &exitinfo2) == EINVAL);
    EXPECT(exitinfo2 == CLIENT_NO_ANSWER);
    EXPECT(client_ask(file, SNP_GET_REPORT, 0, &request, &response, NULL) == EINVAL);
    (void)close(file);
}

const struct client_test client_disabled_tests[] = {
    {"a message that is refused disables the key", a_refused_message_disables_the_key},
    {NULL, NULL},
};
