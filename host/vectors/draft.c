/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vectors in the making (draft.h).
 */
#include "host/vectors/draft.h"

#include <openssl/crypto.h>
#include <string.h>

#include "host/provision/rsa.h"

void vectors_draft_begin(const struct vectors_base *base, struct vectors_draft *draft)
{
    *draft = (struct vectors_draft){.base = base, .report_length = sizeof base->report};
    memcpy(draft->report, &base->report, sizeof base->report);
}

void vectors_draft_end(struct vectors_draft *draft)
{
    for (size_t i = 0; i < VECTORS_LINKS; i++) {
        provision_bytes_free(&draft->certificates[i]);
    }
    provision_bytes_free(&draft->crl);
}

void vectors_put_signature(uint8_t *report, const struct vectors_signature *signature)
{
    struct snp_signature *field =
        (struct snp_signature *)(void *)(report + offsetof(struct snp_report, signature));
    memset(field, 0, sizeof *field);
    provision_reverse(field->r, signature->r, sizeof signature->r);
    provision_reverse(field->s, signature->s, sizeof signature->s);
}

bool vectors_draft_sign(struct vectors_draft *draft, const struct provision_p384_key *key,
                        struct provision_error *error)
{
    uint8_t digest[VECTORS_DIGEST_BYTES];
    struct vectors_signature signature;
    draft->report_is_new = true;
    if (!provision_digest(PROVISION_SHA384, draft->report, SNP_REPORT_SIGNED_BYTES, digest,
                          error) ||
        !vectors_ecdsa_sign(key->d, digest, &signature, error)) {
        return false;
    }
    vectors_put_signature(draft->report, &signature);
    return true;
}

void vectors_draft_replace(struct vectors_draft *draft, enum vectors_link link,
                           struct provision_bytes der)
{
    provision_bytes_free(&draft->certificates[link]);
    draft->certificates[link] = der;
    draft->certificate_is_new[link] = true;
}

EVP_PKEY *vectors_signer(const struct vectors_base *base, enum vectors_link link)
{
    if (link != VECTORS_LEAF) {
        return base->server->ark;
    }
    return base->kind == PROVISION_VCEK ? base->server->ask : base->server->asvk;
}

EVP_PKEY *vectors_stranger(const struct vectors_base *base)
{
    return base->kind == PROVISION_VCEK ? base->server->asvk : base->server->ask;
}

bool vectors_key_at(const struct vectors_base *base, uint64_t tcb, struct provision_p384_key *key,
                    struct provision_error *error)
{
    return provision_attestation_key(base->kind,
                                     base->kind == PROVISION_VCEK ? base->server->chip_secret
                                                                  : base->server->csp_secret,
                                     tcb, key, error);
}

bool vectors_leaf_at(struct vectors_draft *draft, uint64_t tcb, struct provision_error *error)
{
    const struct vectors_base *base = draft->base;
    struct provision_bytes der;
    if (!provision_key_server_issue(base->server, base->kind, tcb, base->issued, &der, error)) {
        return false;
    }
    vectors_draft_replace(draft, VECTORS_LEAF, der);
    return true;
}
