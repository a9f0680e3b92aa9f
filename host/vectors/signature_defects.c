/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports whose signature is special or wrong (draft.h): their fields are the firmware's.
 */
#include <openssl/bn.h>
#include <string.h>

#include "host/provision/rsa.h"
#include "host/vectors/report_defects.h"

static struct snp_signature *signature_of(struct vectors_draft *draft)
{
    draft->report_is_new = true;
    return &((struct snp_report *)(void *)draft->report)->signature;
}

/* Writes a number that R or S must not be. */
static bool put_order(uint8_t *number)
{
    provision_reverse(number, vectors_p384_order, sizeof vectors_p384_order);
    return true;
}

static bool clear_r(struct vectors_draft *draft, struct provision_error *error)
{
    struct snp_signature *signature = signature_of(draft);
    (void)error;
    memset(signature->r, 0, sizeof signature->r);
    return true;
}

static bool clear_s(struct vectors_draft *draft, struct provision_error *error)
{
    struct snp_signature *signature = signature_of(draft);
    (void)error;
    memset(signature->s, 0, sizeof signature->s);
    return true;
}

static bool clear_both(struct vectors_draft *draft, struct provision_error *error)
{
    return clear_r(draft, error) && clear_s(draft, error);
}

static bool set_r_to_order(struct vectors_draft *draft, struct provision_error *error)
{
    (void)error;
    return put_order(signature_of(draft)->r);
}

static bool set_s_to_order(struct vectors_draft *draft, struct provision_error *error)
{
    (void)error;
    return put_order(signature_of(draft)->s);
}

static bool swap_both(struct vectors_draft *draft, struct provision_error *error)
{
    struct snp_signature *signature = signature_of(draft);
    struct snp_signature old = *signature;
    (void)error;
    memcpy(signature->r, old.s, sizeof signature->r);
    memcpy(signature->s, old.r, sizeof signature->s);
    return true;
}

static bool turn_around(struct vectors_draft *draft, struct provision_error *error)
{
    struct snp_signature *signature = signature_of(draft);
    const struct snp_signature old = *signature;
    (void)error;
    provision_reverse(signature->r, old.r, SEV_P384_BYTES);
    provision_reverse(signature->s, old.s, SEV_P384_BYTES);
    return true;
}

/* What is asked of S: n - S, or n + S, which takes 49 bytes of the 72. */
static bool change_s(struct vectors_draft *draft, bool negate, struct provision_error *error)
{
    struct snp_signature *signature = signature_of(draft);
    uint8_t bytes[sizeof signature->s];
    BIGNUM *order = BN_bin2bn(vectors_p384_order, (int)sizeof vectors_p384_order, NULL);
    BIGNUM *s = BN_lebin2bn(signature->s, (int)sizeof signature->s, NULL);
    const bool ok = order != NULL && s != NULL &&
                    (negate ? BN_sub(s, order, s) : BN_add(s, order, s)) == 1 &&
                    BN_bn2lebinpad(s, bytes, (int)sizeof bytes) == (int)sizeof bytes;
    BN_free(order);
    BN_free(s);
    if (!ok) {
        return provision_fail_openssl(error, "cannot compute with a signature");
    }
    memcpy(signature->s, bytes, sizeof bytes);
    return true;
}

static bool negate_s(struct vectors_draft *draft, struct provision_error *error)
{
    return change_s(draft, true, error);
}

static bool enlarge_s(struct vectors_draft *draft, struct provision_error *error)
{
    return change_s(draft, false, error);
}

static bool sign_digest(struct vectors_draft *draft, enum provision_hash hash, size_t length,
                        const struct provision_p384_key *key, struct provision_error *error)
{
    uint8_t digest[VECTORS_DIGEST_BYTES] = {0};
    struct vectors_signature signature;
    uint8_t *to = hash == PROVISION_SHA384 ? digest : digest + 16; /* As a number: at its end. */
    if (!provision_digest(hash, draft->report, length, to, error) ||
        !vectors_ecdsa_sign(key->d, digest, &signature, error)) {
        return false;
    }
    draft->report_is_new = true;
    vectors_put_signature(draft->report, &signature);
    return true;
}

static bool sign_anew(struct vectors_draft *draft, struct provision_error *error)
{
    return sign_digest(draft, PROVISION_SHA384, SNP_REPORT_SIGNED_BYTES, &draft->base->key, error);
}

static bool sign_sha256(struct vectors_draft *draft, struct provision_error *error)
{
    return sign_digest(draft, PROVISION_SHA256, SNP_REPORT_SIGNED_BYTES, &draft->base->key, error);
}

static bool sign_less(struct vectors_draft *draft, struct provision_error *error)
{
    return sign_digest(draft, PROVISION_SHA384, SNP_REPORT_SIGNED_BYTES - 1, &draft->base->key,
                       error);
}

static bool sign_as_before(struct vectors_draft *draft, struct provision_error *error)
{
    const struct provision_product *product = draft->base->server->product;
    struct provision_p384_key key;
    return vectors_key_at(draft->base,
                          draft->base->report.reported_tcb - (1ull << (8 * product->tcb_snp)), &key,
                          error) &&
           sign_digest(draft, PROVISION_SHA384, SNP_REPORT_SIGNED_BYTES, &key, error);
}

/* The endorsement key is P-384, too, and the chip's. */
static bool sign_with_cek(struct vectors_draft *draft, struct provision_error *error)
{
    struct provision_p384_key key;
    return provision_derive_cek(draft->base->server->chip_secret, &key, error) &&
           sign_digest(draft, PROVISION_SHA384, SNP_REPORT_SIGNED_BYTES, &key, error);
}

static const struct vectors_change_row rows[] = {
    {{"signed-anew", REASON_NONE, "Another signature of the same key: RFC 6979's nonce."},
     sign_anew,
     NULL},
    {{"s-negated", REASON_NONE, "S is n - S: as valid as S, as of every ECDSA signature."},
     negate_s,
     NULL},
    {{"r-0", REASON_SIGNATURE_RANGE, "R is 0."}, clear_r, NULL},
    {{"s-0", REASON_SIGNATURE_RANGE, "S is 0."}, clear_s, NULL},
    {{"r-s-0", REASON_SIGNATURE_RANGE, "R and S are 0."}, clear_both, NULL},
    {{"r-n", REASON_SIGNATURE_RANGE, "R is n."}, set_r_to_order, NULL},
    {{"s-n", REASON_SIGNATURE_RANGE, "S is n."}, set_s_to_order, NULL},
    {{"s-plus-n", REASON_SIGNATURE_RESERVED, "S is n + S, and takes 49 bytes."}, enlarge_s, NULL},
    {{"swapped", REASON_SIGNATURE, "R and S have changed places."}, swap_both, NULL},
    {{"big-endian", REASON_SIGNATURE, "R and S are big-endian."}, turn_around, NULL},
    {{"sha-256", REASON_SIGNATURE, "The digest is SHA-256's."}, sign_sha256, NULL},
    {{"signed-671-bytes", REASON_SIGNATURE, "The signature covers a byte less."}, sign_less, NULL},
    {{"signed-by-older", REASON_SIGNATURE, "By the same chip's key at a lower TCB version."},
     sign_as_before,
     NULL},
    {{"signed-by-cek", REASON_SIGNATURE, "By the same chip's endorsement key."},
     sign_with_cek,
     vectors_of_vcek},
};

bool vectors_make_signatures(const struct vectors_base *base, struct vectors_sink *sink,
                             struct provision_error *error)
{
    return vectors_make_rows(base, rows, sizeof rows / sizeof rows[0], sink, error);
}
