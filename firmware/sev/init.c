/*
 * INIT (section 4.1): loads or creates the platform's identity, turns SEV-ES on when asked to, and
 * takes the platform from UNINIT to INIT. Persistent data is in flash.
 *
 *   SUCCESS                 the platform is initialised
 *   INVALID_PLATFORM_STATE  not UNINIT
 *   INVALID_ADDRESS         the parameters are not in DRAM; with ES: TMR_PADDR is not 1 MiB aligned
 *                           or not in DRAM, or the parameters are in the TMR
 *   INVALID_PARAM           a reserved bit of OPTIONS is set
 *   INVALID_CONFIG          ES on a machine without ES ASIDs (MIN_SEV_ASID is 1)
 *   INVALID_LENGTH          ES and TMR_LENGTH is below 1 MiB
 *   SECURE_DATA_INVALID     persistent data is damaged; it has been erased, the next INIT succeeds
 *   HWERROR_PLATFORM        flash or the random generator failed
 */
#include "firmware/sev/init.h"

#include "abi/sev_commands.h"
#include "abi/sev_data.h"
#include "firmware/fabric.h"
#include "firmware/sev/commands.h"

#define NO_ES_ASIDS 1u

enum sev_status sev_init_options(uint32_t init_options, uint64_t tmr_paddr, uint32_t tmr_length,
                                 struct platform_options *options)
{
    if ((init_options & ~SEV_INIT_OPTION_ES) != 0) {
        return SEV_STATUS_INVALID_PARAM;
    }
    options->es = (init_options & SEV_INIT_OPTION_ES) != 0;
    if (!options->es) {
        return SEV_STATUS_SUCCESS;
    }
    if (fabric_config()->min_sev_asid == NO_ES_ASIDS) {
        return SEV_STATUS_INVALID_CONFIG;
    }
    if (tmr_length < SEV_TMR_BYTES) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    if (hostmem_resolve(tmr_paddr & ~fabric_c_bit_mask(), tmr_length, SEV_TMR_BYTES, HOSTMEM_NOBODY,
                        &options->tmr) != HOSTMEM_OK) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    options->tmr.holder = HOSTMEM_TMR;
    return SEV_STATUS_SUCCESS;
}

/** Options of an INIT command. */
static enum sev_status get_options(const struct command *command, struct platform_options *options)
{
    const struct sev_init *parameters = (const struct sev_init *)command->parameters;

    return sev_init_options(parameters->options, parameters->tmr_paddr, parameters->tmr_length,
                            options);
}

enum sev_status sev_init_check(struct command *command)
{
    struct platform_options options = {.es = false};

    return get_options(command, &options);
}

enum sev_status sev_init(struct command *command)
{
    struct platform_options options = {.es = false};
    const enum sev_status status = get_options(command, &options);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (hostmem_overlap(&options.tmr, &command->parameters_range)) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    return platform_init(&options);
}
