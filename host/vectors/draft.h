/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vectors in the making: a sound one to start from, and what becomes of it.
 */
#ifndef HOST_VECTORS_DRAFT_H
#define HOST_VECTORS_DRAFT_H

#include <openssl/types.h>
#include <time.h>

#include "abi/snp_report.h"
#include "host/provision/key_server.h"
#include "host/vectors/ecdsa.h"
#include "host/vectors/reason.h"

#define VECTORS_REPORT_ROOM (sizeof(struct snp_report) + 16)

/** The certificates of a chain. */
enum vectors_link {
    VECTORS_ARK,
    VECTORS_ASK,  /**< Or ASVK. */
    VECTORS_LEAF, /**< VCEK or VLEK. */
    VECTORS_LINKS,
};

/** What is sound: a report that the firmware made, its key, and the certificates behind it. */
struct vectors_base {
    char name[24]; /**< "milan-v3-vcek" */
    const struct provision_key_server *server;
    enum provision_key_kind kind;
    uint32_t version;
    time_t issued; /**< The leaf. */
    struct snp_report report;
    struct provision_p384_key key; /**< Of the leaf. */
    struct provision_bytes certificates[VECTORS_LINKS];
    struct provision_bytes crl;
};

/** A vector: files that are as in the base, or others. */
struct vectors_draft {
    const struct vectors_base *base;
    uint8_t report[VECTORS_REPORT_ROOM];
    size_t report_length;
    bool report_is_new;
    struct provision_bytes
        certificates[VECTORS_LINKS]; /**< Of new ones; an empty one is left out. */
    bool certificate_is_new[VECTORS_LINKS];
    struct provision_bytes crl;
    bool crl_is_new;
    bool named_vcek; /**< A VLEK's files are called as a VCEK's would be. */
};

/** Begins with everything as in the base. */
void vectors_draft_begin(const struct vectors_base *base, struct vectors_draft *draft);

/** Frees what is new. */
void vectors_draft_end(struct vectors_draft *draft);

/**
 * Puts a signature into a report.
 *
 * @param[in,out] report  sizeof(struct snp_report) bytes
 */
void vectors_put_signature(uint8_t *report, const struct vectors_signature *signature);

/**
 * Signs the report of a draft anew.
 *
 * @param key  of the signer
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool vectors_draft_sign(struct vectors_draft *draft,
                                          const struct provision_p384_key *key,
                                          struct provision_error *error);

/** Replaces a certificate by another one, or by none. @param der  is taken over */
void vectors_draft_replace(struct vectors_draft *draft, enum vectors_link link,
                           struct provision_bytes der);

/** @return the issuer's private key of a link */
EVP_PKEY *vectors_signer(const struct vectors_base *base, enum vectors_link link);

/** @return a private RSA key that is not in the base's chain */
EVP_PKEY *vectors_stranger(const struct vectors_base *base);

/**
 * The leaf's key at another TCB version.
 *
 * @param[out] key  as of provision_attestation_key()
 */
PROVISION_CHECKED bool vectors_key_at(const struct vectors_base *base, uint64_t tcb,
                                      struct provision_p384_key *key,
                                      struct provision_error *error);

/** Gives a draft the certificate of the leaf at another TCB version. */
PROVISION_CHECKED bool vectors_leaf_at(struct vectors_draft *draft, uint64_t tcb,
                                       struct provision_error *error);

/** A vector of a table. */
struct vectors_row {
    const char *name;
    enum vectors_reason reason;
    const char *comment; /**< What is wrong with it; NULL: as the reason says. */
};

/** Gets each vector as soon as it is made. */
struct vectors_sink {
    /** @param from_firmware  the report is as the firmware made it */
    bool (*take)(struct vectors_sink *sink, const struct vectors_row *row,
                 const struct vectors_draft *draft, bool from_firmware,
                 struct provision_error *error);
};

/** Make the vectors of a base: reports that differ, signatures, certificates, lists. */
PROVISION_CHECKED bool vectors_make_reports(const struct vectors_base *base,
                                            struct vectors_sink *sink,
                                            struct provision_error *error);
PROVISION_CHECKED bool vectors_make_signatures(const struct vectors_base *base,
                                               struct vectors_sink *sink,
                                               struct provision_error *error);
PROVISION_CHECKED bool vectors_make_leaves(const struct vectors_base *base,
                                           struct vectors_sink *sink,
                                           struct provision_error *error);
PROVISION_CHECKED bool vectors_make_leaf_extensions(const struct vectors_base *base,
                                                    struct vectors_sink *sink,
                                                    struct provision_error *error);
PROVISION_CHECKED bool vectors_make_authorities(const struct vectors_base *base,
                                                struct vectors_sink *sink,
                                                struct provision_error *error);
PROVISION_CHECKED bool vectors_make_chains(const struct vectors_base *base,
                                           struct vectors_sink *sink,
                                           struct provision_error *error);
PROVISION_CHECKED bool vectors_make_crls(const struct vectors_base *base, struct vectors_sink *sink,
                                         struct provision_error *error);

#endif
