/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PEK_CSR (section 4.6): the PEK certificate with both signature slots empty, for an external owner
 * to sign.
 *
 *   SUCCESS                 the request is written, CSR_LENGTH is 824h
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_LENGTH          CSR_LENGTH is below 824h; 824h is written back
 *   INVALID_ADDRESS         the parameters or the buffer are not in DRAM, or overlap
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 */
#include "firmware/platform/certificate.h"
#include "firmware/platform/platform.h"
#include "firmware/sev/row.h"

#define CSR_BUFFER 0u

static enum sev_status handle(struct command *command)
{
    struct sev_certificate *csr = (struct sev_certificate *)command->data[CSR_BUFFER].bytes;

    *csr = platform_identity()->pek;
    certificate_clear_slot(csr, 0);
    certificate_clear_slot(csr, 1);
    return SEV_STATUS_SUCCESS;
}

const struct command_row sev_pek_csr_row = {
    ROW_COMMAND(PEK_CSR, "4.6"),
    ROW_PARAMETERS(sev_pek_csr),
    .platform_states = COMMAND_PLATFORM_ONLY(INIT),
    .buffers = {ROW_BUFFER("CSR", sev_pek_csr, csr, OUT, AT_LEAST, sizeof(struct sev_certificate),
                           1)},
    .out = {{offsetof(struct sev_pek_csr, csr_length), 4}},
    .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(INVALID_ADDRESS) |
                COMMAND_STATUS(INVALID_PAGE_STATE),
    .handle = handle,
};
