/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PDH_CERT_EXPORT (section 4.8): the PDH certificate, and the chain PEK, OCA, CEK. The CEK
 * certificate is unsigned; the one the ASK signed comes from the key server.
 *
 *   SUCCESS                 both are written, with their lengths
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_LENGTH          PDH_CERT_LENGTH is below 824h or CERTS_LENGTH below 186Ch; both needed
 *                           lengths are written back
 *   INVALID_ADDRESS         the parameters or a buffer are not in DRAM, or overlap
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 */
#include "firmware/platform/chip.h"
#include "firmware/platform/platform.h"
#include "firmware/sev/row.h"

#define PDH_BUFFER 0u
#define CHAIN_BUFFER 1u

static enum sev_status handle(struct command *command)
{
    struct sev_certificate *pdh = (struct sev_certificate *)command->data[PDH_BUFFER].bytes;
    struct sev_certificate_chain *chain =
        (struct sev_certificate_chain *)command->data[CHAIN_BUFFER].bytes;
    const struct identity *identity = platform_identity();

    *pdh = identity->pdh;
    chain->pek = identity->pek;
    chain->oca = identity->oca;
    chip_cek_certificate(&chain->cek);
    return SEV_STATUS_SUCCESS;
}

const struct command_row sev_pdh_cert_export_row = {
    ROW_COMMAND(PDH_CERT_EXPORT, "4.8"),
    ROW_PARAMETERS(sev_pdh_cert_export),
    .platform_states = COMMAND_PLATFORM_READY,
    .buffers = {ROW_BUFFER("PDH_CERT", sev_pdh_cert_export, pdh_cert, OUT, AT_LEAST,
                           sizeof(struct sev_certificate), 1),
                ROW_BUFFER("CERTS", sev_pdh_cert_export, certs, OUT, AT_LEAST,
                           sizeof(struct sev_certificate_chain), 1)},
    .out = {{offsetof(struct sev_pdh_cert_export, pdh_cert_length), 4},
            {offsetof(struct sev_pdh_cert_export, certs_length), 4}},
    .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(INVALID_ADDRESS) |
                COMMAND_STATUS(INVALID_PAGE_STATE),
    .handle = handle,
};
