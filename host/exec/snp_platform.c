/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEV-SNP on the machine (snp_platform.h).
 */
#include "host/exec/snp_platform.h"

#include <errno.h>

#include "abi/sev_status.h"
#include "abi/snp_command_id.h"
#include "abi/snp_commands.h"
#include "host/lib/fabric.h"

/*
 * A table that another program has left in force ends. The cores' registers are set anew, whoever has
 * set them before: a table where that wanted it can lie on memory that is used here, and while SEV-SNP
 * is off nobody needs it.
 */
static int take_cores(struct exec_machine *machine, uint32_t *error)
{
    uint64_t pages = 0;
    if (x86_rmp_pages_of(&machine->rmp, 0, &pages)) {
        const int result = exec_snp_stop(machine, error);
        if (result != 0) {
            return result;
        }
    }
    if (machine->rmp_base == 0) {
        return -ENOMEM;
    }
    fabric_set_up_snp(machine->board.fabric_file.bytes, machine->rmp_base,
                      machine->rmp_base + machine->rmp_bytes - 1);
    return 0;
}

int exec_snp_start(struct exec_machine *machine, uint32_t *error)
{
    struct snp_init_ex init = {.flags = SNP_INIT_RMP};
    if (!exec_machine_has_snp(machine)) {
        return -ENODEV;
    }
    int result = take_cores(machine, error);
    if (result == 0) {
        result = exec_machine_command(machine, SNP_COMMAND_INIT_EX, &init, sizeof init, error);
    }
    if (result != 0) {
        return result;
    }
    exec_machine_flush_caches(machine);
    return exec_machine_command(machine, SNP_COMMAND_DF_FLUSH, NULL, 0, error);
}

int exec_snp_stop(struct exec_machine *machine, uint32_t *error)
{
    struct snp_shutdown_ex parameters = {.length = sizeof parameters, .flags = SNP_SHUTDOWN_X86};
    exec_machine_flush_caches(machine);
    int result = exec_machine_command(machine, SNP_COMMAND_SHUTDOWN_EX, &parameters,
                                      sizeof parameters, error);
    if (result == -EIO && *error == SEV_STATUS_DFFLUSH_REQUIRED) {
        result = exec_machine_command(machine, SNP_COMMAND_DF_FLUSH, NULL, 0, error);
        if (result == 0) {
            result = exec_machine_command(machine, SNP_COMMAND_SHUTDOWN_EX, &parameters,
                                          sizeof parameters, error);
        }
    }
    return result;
}
