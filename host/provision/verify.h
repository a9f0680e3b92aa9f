/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guest owner does before it trusts a platform (SEV API section 6.6): verifies the chain
 * from a root that it knows to the platform's Diffie-Hellman key, with OpenSSL.
 */
#ifndef HOST_PROVISION_VERIFY_H
#define HOST_PROVISION_VERIFY_H

#include <stddef.h>
#include <stdint.h>

#include "abi/sev_certificate.h"
#include "host/provision/error.h"

/**
 * Verifies an ARK or ASK, of 2048 or 4096 bits: its form, and its signature.
 *
 * @param certificate  @p length bytes
 * @param parent       @p parent_length bytes: an ARK; the same as @p certificate for an ARK
 * @param[out] error   what is wrong
 * @return false when either is malformed, the parent is no ARK, the certificate names another
 *         signer, or the signature is wrong
 */
PROVISION_CHECKED bool verify_amd_certificate(const uint8_t *certificate, size_t length,
                                              const uint8_t *parent, size_t parent_length,
                                              struct provision_error *error);

/**
 * Verifies the form of a SEV certificate: version, usage, algorithm, a valid public key, and zeros
 * where nothing belongs. Says nothing of signatures.
 *
 * @param usage       what it must be: SEV_USAGE_OCA, _PEK, _PDH or _CEK
 * @param[out] error  what is wrong
 */
PROVISION_CHECKED bool verify_sev_form(const struct sev_certificate *certificate,
                                       enum sev_usage usage, struct provision_error *error);

/**
 * Verifies that the owner of another SEV certificate signed this one. The signature may be in
 * either slot: it is found by the signer's usage and algorithm.
 *
 * @param signer      an OCA, PEK or CEK; the same as @p certificate for a self-signed OCA
 * @param[out] error  what is wrong
 * @return false when the signer is malformed or may not sign this, the certificate has no signature
 *         of this kind, or the signature is wrong
 */
PROVISION_CHECKED bool verify_sev_certificate(const struct sev_certificate *certificate,
                                              const struct sev_certificate *signer,
                                              struct provision_error *error);

/**
 * Verifies that an ASK signed a CEK certificate.
 *
 * @param ask         @p ask_length bytes
 * @param[out] error  what is wrong
 * @return false as of verify_sev_certificate()
 */
PROVISION_CHECKED bool verify_sev_certificate_by_ask(const struct sev_certificate *certificate,
                                                     const uint8_t *ask, size_t ask_length,
                                                     struct provision_error *error);

/** The links of the chain, in the order in which they are verified: what is signed, by whom. */
enum verify_link {
    VERIFY_LINK_ARK_ARK,
    VERIFY_LINK_ASK_ARK,
    VERIFY_LINK_CEK_ASK,
    VERIFY_LINK_OCA_OCA,
    VERIFY_LINK_PEK_CEK,
    VERIFY_LINK_PEK_OCA,
    VERIFY_LINK_PDH_PEK,
    VERIFY_LINK_COUNT, /**< No link: all of them hold. */
};

/** A whole chain. The caller vouches for the ARK: that is the one thing no signature tells. */
struct verify_chain {
    const uint8_t *ark;
    size_t ark_length;
    const uint8_t *ask;
    size_t ask_length;
    const struct sev_certificate *cek; /**< The copy with the ASK's signature. */
    const struct sev_certificate *oca;
    const struct sev_certificate *pek;
    const struct sev_certificate *pdh;
};

/**
 * Verifies every link.
 *
 * @param[out] error  "PEK by CEK: " and what is wrong
 * @return VERIFY_LINK_COUNT when all links hold, or the first that does not
 */
PROVISION_CHECKED enum verify_link verify_chain(const struct verify_chain *chain,
                                                struct provision_error *error);

/** @return the text of a link; "the whole chain" for VERIFY_LINK_COUNT */
const char *verify_link_text(enum verify_link link);

#endif
