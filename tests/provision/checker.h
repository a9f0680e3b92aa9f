/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the chip factory share: a vendor, a chip, and a platform with a good chain of
 * certificates.
 */
#ifndef TESTS_PROVISION_CHECKER_H
#define TESTS_PROVISION_CHECKER_H

/* cmocka.h needs these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/provision/provision.h"
#include "host/provision/verify.h"

enum checker_key { CEK, OCA, PEK, PDH, CHECKER_KEYS };

struct checker {
    EVP_PKEY *ark; /**< Serves as root of firmware, too. */
    EVP_PKEY *ask; /**< Signs firmware, too. */
    EVP_PKEY *asvk;
    struct amd_certificate_4096 ark_certificate;
    struct amd_certificate_4096 ask_certificate;
    struct provision_p384_key keys[CHECKER_KEYS];
    struct sev_certificate cek;
    struct sev_certificate oca;
    struct sev_certificate pek;
    struct sev_certificate pdh;
    struct verify_chain chain;
    struct provision_error error;
};

/** Everything in it is as it should be; tests change copies. */
extern struct checker good;

/** Makes it, the first time. */
int checker_set_up(void **state);

/* The groups; each returns the number of failed tests. */
int check_keys(void);
int check_chain(void);
int check_images(void);
int check_x509(void);
int check_x509_parts(void);

#endif
