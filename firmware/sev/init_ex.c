/*
 * INIT_EX (section 4.1): as INIT, with persistent data in a 32 KiB block of host memory. The block is
 * the firmware's until SHUTDOWN; commands that change the identity rewrite it before they complete.
 *
 *   SUCCESS                 the platform is initialised
 *   INVALID_PLATFORM_STATE  not UNINIT
 *   INVALID_ADDRESS         the parameters are not in DRAM; with ES: TMR_PADDR is not 1 MiB aligned
 *                           or not in DRAM; NV_PADDR is not 4 KiB aligned or not in DRAM; the TMR,
 *                           the NV block and the parameters overlap
 *   INVALID_LENGTH          LENGTH is not 24h; with ES: TMR_LENGTH is below 1 MiB; NV_LENGTH is not
 *                           8000h
 *   INVALID_PARAM           a reserved bit of OPTIONS is set
 *   INVALID_CONFIG          ES on a machine without ES ASIDs (MIN_SEV_ASID is 1)
 *   SECURE_DATA_INVALID     the block is damaged; it has been erased, the next INIT_EX succeeds
 *   HWERROR_PLATFORM        the random generator failed
 */
#include "abi/sev_commands.h"
#include "firmware/sev/commands.h"
#include "firmware/sev/init.h"

#define NV_BUFFER 0u /**< Index of the NV block in the row's buffers. */

/** Options of an INIT_EX command, all but the NV block. */
static enum sev_status get_options(const struct command *command, struct platform_options *options)
{
    const struct sev_init_ex *parameters = (const struct sev_init_ex *)command->parameters;

    if (parameters->length != sizeof *parameters) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    return sev_init_options(parameters->options, parameters->tmr_paddr, parameters->tmr_length,
                            options);
}

enum sev_status sev_init_ex_check(struct command *command)
{
    struct platform_options options = {.es = false};

    return get_options(command, &options);
}

enum sev_status sev_init_ex(struct command *command)
{
    struct platform_options options = {.es = false};
    const enum sev_status status = get_options(command, &options);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    options.nv_block = command->data[NV_BUFFER].range;
    options.nv_block.holder = HOSTMEM_NV;
    if (hostmem_overlap(&options.nv_block, &options.tmr) ||
        hostmem_overlap(&options.nv_block, &command->parameters_range) ||
        hostmem_overlap(&options.tmr, &command->parameters_range)) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    return platform_init(&options);
}
