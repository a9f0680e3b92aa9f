/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A certificate of any role, to be changed by tests of what judges certificates.
 */
#ifndef TESTS_SNP_SPECIMEN_H
#define TESTS_SNP_SPECIMEN_H

#include <openssl/types.h>
#include <stdint.h>
#include <time.h>

#include "tests/snp/issue.h"

#define SPECIMEN_FROM ((time_t)1790000000) /**< They are valid from here on. */
#define SPECIMEN_YEAR ((time_t)365 * 86400)
#define SPECIMEN_MILAN_TCB 0xD318000000000004ull
#define SPECIMEN_TURIN_TCB 0x4800000018000401ull
#define SPECIMEN_CSP_ID "CN=cc-test.example"

/** Keys and chip id of all specimens; who signed them is not what is judged. */
struct specimen_parts {
    EVP_PKEY *authority;
    EVP_PKEY *leaf;
    uint8_t chip_id[64];
};

extern struct specimen_parts specimen_parts;

/** Makes the parts: a cmocka group's set-up, and what ends it. */
int specimen_begin(void **state);
int specimen_end(void **state);

/**
 * @param change   done to it before it is signed; or NULL
 * @param signing  NULL = as the profile says
 * @return the certificate, to be freed
 */
X509 *specimen(enum witness_role role, const struct witness_product *product,
               void (*change)(X509 *), const struct witness_signing *signing);

/**
 * As specimen(), with another version in its bytes: signing makes it 3 again in newer libraries.
 *
 * @return the certificate, to be freed; its signature does not fit any more
 */
X509 *specimen_of_version_2(enum witness_role role, const struct witness_product *product);

/** Defines a change. */
#define SPECIMEN_CHANGE(name, statement)                                                           \
    static void name(X509 *certificate)                                                            \
    {                                                                                              \
        statement;                                                                                 \
    }

#endif
