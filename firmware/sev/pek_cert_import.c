/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PEK_CERT_IMPORT (section 4.7): gives the platform an external owner. The owner's OCA certificate
 * and the PEK certificate that OCA signed are stored; the CEK signs the PEK certificate's other slot;
 * the PDH is renewed.
 *
 *   SUCCESS                 the platform is externally owned, and that is persisted
 *   INVALID_PLATFORM_STATE  not INIT
 *   ALREADY_OWNED           the platform has an external owner
 *   INVALID_LENGTH          a certificate's length is not 824h
 *   INVALID_ADDRESS         the parameters or a certificate are not in DRAM
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_CERTIFICATE     version, usage, algorithm, curve, point or padding of a certificate is
 *                           wrong; the OCA certificate is not signed by itself alone; the PEK
 *                           certificate is not that of PEK_CSR, or not signed by the OCA alone
 *   BAD_SIGNATURE           a signature does not verify
 *   HWERROR_PLATFORM        the random generator or the medium failed; the old identity stays
 */
#include "crypto/secret.h"
#include "firmware/platform/certificate.h"
#include "firmware/platform/platform.h"
#include "firmware/sev/row.h"

#define PEK_BUFFER 0u
#define OCA_BUFFER 1u

/** Checks that come before lengths and addresses. */
static enum sev_status check(struct command *command)
{
    (void)command;
    return platform_owner() == IDENTITY_EXTERNALLY_OWNED ? SEV_STATUS_ALREADY_OWNED
                                                         : SEV_STATUS_SUCCESS;
}

/** Whether exactly one signature slot is in use. */
static bool has_one_signature(const struct sev_certificate *certificate)
{
    return certificate_slot_is_empty(certificate, 0) != certificate_slot_is_empty(certificate, 1);
}

/** Checks the owner's certificate: an ECDSA P-384 key that signed itself. */
static enum sev_status check_oca(const struct sev_certificate *oca,
                                 struct crypto_p384_public *oca_key)
{
    const enum sev_algorithm algorithm = (enum sev_algorithm)oca->public_key_algorithm;

    if ((algorithm != SEV_ALGORITHM_ECDSA_SHA256 && algorithm != SEV_ALGORITHM_ECDSA_SHA384) ||
        !certificate_is(oca, SEV_USAGE_OCA, algorithm, oca_key) || !has_one_signature(oca)) {
        return SEV_STATUS_INVALID_CERTIFICATE;
    }
    return certificate_verify(oca, SEV_USAGE_OCA, algorithm, oca_key);
}

/** Checks the PEK certificate: the current key, signed by the owner. */
static enum sev_status check_pek(const struct sev_certificate *pek,
                                 enum sev_algorithm oca_algorithm,
                                 const struct crypto_p384_public *oca_key)
{
    struct crypto_p384_public pek_key;
    enum sev_status status;

    if (!certificate_is(pek, SEV_USAGE_PEK, SEV_ALGORITHM_ECDSA_SHA256, &pek_key) ||
        !crypto_equal(&pek_key, &platform_identity()->pek_key.public_key, sizeof pek_key) ||
        !has_one_signature(pek)) {
        return SEV_STATUS_INVALID_CERTIFICATE;
    }
    status = certificate_verify(pek, SEV_USAGE_OCA, oca_algorithm, oca_key);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    /* The CEK is about to sign these bytes too: they must be what PEK_CSR gave out. */
    return crypto_equal(pek, &platform_identity()->pek, SEV_CERTIFICATE_SIGNED_BYTES)
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_INVALID_CERTIFICATE;
}

static enum sev_status handle(struct command *command)
{
    const struct sev_certificate *pek =
        (const struct sev_certificate *)command->data[PEK_BUFFER].bytes;
    const struct sev_certificate *oca =
        (const struct sev_certificate *)command->data[OCA_BUFFER].bytes;
    struct crypto_p384_public oca_key;
    enum sev_status status = check_oca(oca, &oca_key);

    if (status == SEV_STATUS_SUCCESS) {
        status = check_pek(pek, (enum sev_algorithm)oca->public_key_algorithm, &oca_key);
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }

    status = SEV_STATUS_HWERROR_PLATFORM;
    struct identity *identity = platform_draft();
    if (identity_import(identity, pek, oca)) {
        status = platform_replace_identity(identity);
    }
    platform_release_draft();
    return status;
}

const struct command_row sev_pek_cert_import_row = {
    ROW_COMMAND(PEK_CERT_IMPORT, "4.7"),
    ROW_PARAMETERS(sev_pek_cert_import),
    .platform_states = COMMAND_PLATFORM_ONLY(INIT),
    .buffers = {ROW_BUFFER("PEK_CERT", sev_pek_cert_import, pek_cert, IN, EXACT,
                           sizeof(struct sev_certificate), 1),
                ROW_BUFFER("OCA_CERT", sev_pek_cert_import, oca_cert, IN, EXACT,
                           sizeof(struct sev_certificate), 1)},
    .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                COMMAND_STATUS(ALREADY_OWNED) | COMMAND_STATUS(INVALID_LENGTH) |
                COMMAND_STATUS(INVALID_ADDRESS) | COMMAND_STATUS(INVALID_PAGE_STATE) |
                COMMAND_STATUS(INVALID_CERTIFICATE) | COMMAND_STATUS(BAD_SIGNATURE) |
                COMMAND_STATUS(HWERROR_PLATFORM),
    .check = check,
    .handle = handle,
};
