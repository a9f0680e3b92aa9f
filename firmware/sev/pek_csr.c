/*
 * PEK_CSR (section 4.6): the PEK certificate with both signature slots empty, for an external owner
 * to sign.
 *
 *   SUCCESS                 the request is written, CSR_LENGTH is 824h
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_LENGTH          CSR_LENGTH is below 824h; 824h is written back
 *   INVALID_ADDRESS         the parameters or the buffer are not in DRAM, or overlap
 */
#include "firmware/platform/certificate.h"
#include "firmware/platform/platform.h"
#include "firmware/sev/commands.h"

#define CSR_BUFFER 0u

enum sev_status sev_pek_csr(struct command *command)
{
    struct sev_certificate *csr = (struct sev_certificate *)command->data[CSR_BUFFER].bytes;

    *csr = platform_identity()->pek;
    certificate_clear_slot(csr, 0);
    certificate_clear_slot(csr, 1);
    return SEV_STATUS_SUCCESS;
}
