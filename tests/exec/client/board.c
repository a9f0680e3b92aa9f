/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A board that ends or begins anew while it is used; and the CSR for an owner.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/exec/client/client.h"

#define TRIES 6000u /* 60 s */
#define STEP_US 10000u

static bool works(int file)
{
    struct sev_user_data_status status = {0};
    return client_issue(file, SEV_PLATFORM_STATUS, &status, NULL) == 0;
}

/* Tells that the board is used: the file $CLIENT_BEGUN is made. */
static void say_begun(void)
{
    const char *begun = getenv("CLIENT_BEGUN");
    const int file = begun != NULL ? open(begun, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (file >= 0) {
        (void)close(file);
    }
}

/* Whether whoever changes the board is done: the file $CLIENT_OVER is there. */
static bool is_over(void)
{
    const char *over = getenv("CLIENT_OVER");
    return over != NULL && access(over, F_OK) == 0;
}

/*
 * Uses the board until it fails, or until the change is over, which may have come and gone between two
 * commands. @return whether it fails as it should, or has not failed until then
 */
static bool uses_until_it_fails(int file)
{
    struct sev_user_data_status status = {0};
    uint32_t error = 0;
    int result = 0;
    for (unsigned i = 0; i < TRIES && result == 0; i++) {
        if (is_over()) {
            return true;
        }
        result = client_issue(file, SEV_PLATFORM_STATUS, &status, &error);
        if (i == 0 && result == 0) {
            say_begun();
        }
        (void)usleep(STEP_US);
    }
    return result == EIO && error == UINT32_MAX;
}

static void a_board_that_comes_back_is_found(void)
{
    unsigned tries = 0;
    const int file = client_open_sev(O_RDWR);
    EXPECT(uses_until_it_fails(file));
    while (tries < TRIES && !works(file)) {
        (void)usleep(STEP_US);
        tries++;
    }
    EXPECT(tries < TRIES);
    EXPECT(client_issue(file, SEV_PDH_GEN, NULL, NULL) == 0);
    (void)close(file);
}

static void a_board_that_is_gone_is_an_error(void)
{
    const int file = client_open_sev(O_RDWR);
    EXPECT(uses_until_it_fails(file));
    EXPECT(client_issue(file, SEV_PDH_GEN, NULL, NULL) == EIO);
    EXPECT(client_issue(file, CLIENT_COMMANDS, NULL, NULL) == EINVAL);
    (void)close(file);
}

static void the_csr_is_kept(void)
{
    static uint8_t csr[CLIENT_CERTIFICATE_BYTES];
    const struct sev_user_data_pek_csr buffer = {.address = (uintptr_t)csr, .length = sizeof csr};
    const int file = client_open_sev(O_RDWR);
    EXPECT(client_issue(file, SEV_PEK_CSR, &buffer, NULL) == 0);
    client_save("csr.cert", csr, sizeof csr);
    (void)close(file);
}

const struct client_test client_patient_tests[] = {
    {"a board that comes back is found", a_board_that_comes_back_is_found},
    {NULL, NULL},
};

const struct client_test client_lost_tests[] = {
    {"a board that is gone is an error", a_board_that_is_gone_is_an_error},
    {NULL, NULL},
};

const struct client_test client_csr_tests[] = {
    {"the CSR is kept for the owner", the_csr_is_kept},
    {NULL, NULL},
};
