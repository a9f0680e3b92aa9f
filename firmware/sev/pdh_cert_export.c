/*
 * PDH_CERT_EXPORT (section 4.8): the PDH certificate, and the chain PEK, OCA, CEK. The CEK
 * certificate is unsigned; the one the ASK signed comes from the key server.
 *
 *   SUCCESS                 both are written, with their lengths
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_LENGTH          PDH_CERT_LENGTH is below 824h or CERTS_LENGTH below 186Ch; both needed
 *                           lengths are written back
 *   INVALID_ADDRESS         the parameters or a buffer are not in DRAM, or overlap
 */
#include "firmware/platform/chip.h"
#include "firmware/platform/platform.h"
#include "firmware/sev/commands.h"

#define PDH_BUFFER 0u
#define CHAIN_BUFFER 1u

enum sev_status sev_pdh_cert_export(struct command *command)
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
