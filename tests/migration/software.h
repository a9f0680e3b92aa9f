/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A platform that exists only in OpenSSL: keys and certificates made with the vendor's own ASK, so
 * that the firmware cannot tell it from a chip. It opens what the firmware sends, and sends itself.
 */
#ifndef TESTS_MIGRATION_SOFTWARE_H
#define TESTS_MIGRATION_SOFTWARE_H

#include "host/lib/session.h"
#include "host/provision/provision.h"
#include "tests/migration/pair.h"

struct software {
    struct provision_p384_key cek;
    struct provision_p384_key oca;
    struct provision_p384_key pek;
    struct provision_p384_key pdh;
    struct sev_target identity;
};

/** How a software platform differs from what it should be. */
struct software_faults {
    uint8_t api_major;
    uint8_t api_minor;
    const char *ask_file; /**< A PEM file: signs the CEK; NULL = the vendor's of the first chip. */
};

/** Makes a platform whose firmware is of the given API version. @return false after a check */
bool software_make(struct software *software, const struct pair *pair,
                   const struct software_faults *faults);

/**
 * Opens a session as RECEIVE_START does.
 *
 * @param peer            the sender's PDH
 * @param[out] transport  TEK and TIK
 * @return false when a MAC is wrong
 */
bool software_open(const struct software *software, const struct sev_certificate *peer,
                   const struct sev_session *session, uint32_t policy,
                   struct sev_transport_keys *transport);

/** Makes a session as SEND_START does, with the given TEK and TIK. */
bool software_wrap(const struct software *software, const struct sev_certificate *peer,
                   uint32_t policy, const struct sev_transport_keys *transport,
                   struct sev_session *session);

#endif
