/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands of the machine's drivers, and the memory that they point to (machine.h).
 */
#include <errno.h>

#include "host/exec/machine.h"
#include "host/lib/host_memory.h"
#include "host/lib/sev.h"
#include "host/x86/snp_pages.h"

int exec_machine_result(int result, uint32_t *error)
{
    if (result >= 0) {
        *error = (uint32_t)result;
        return result == SEV_STATUS_SUCCESS ? 0 : -EIO;
    }
    *error = result == MAILBOX_TIMEOUT ? 0 : EXEC_NO_FIRMWARE_CALL;
    return result == MAILBOX_TIMEOUT ? -ETIMEDOUT : -EIO;
}

int exec_machine_command(struct exec_machine *machine, uint32_t id, void *data, size_t length,
                         uint32_t *error)
{
    struct board *board = &machine->board;
    int result = MAILBOX_GONE;
    if (machine->held) {
        result = data != NULL ? snp_command_with_results(board, &machine->rmp, id, data, length)
                              : sev_command(board, id, NULL, 0);
    }
    if (result < 0) {
        exec_machine_give(machine); /* a board that comes back is found by a new connection */
    }
    return exec_machine_result(result, error);
}

uint64_t exec_machine_operand(const struct exec_machine *machine, enum exec_operand place)
{
    return machine->board.scratch_paddr + (uint64_t)place * EXEC_OPERAND_BYTES;
}

int exec_machine_put(struct exec_machine *machine, enum exec_operand place, const void *data,
                     size_t length)
{
    return length <= EXEC_OPERAND_BYTES &&
                   host_memory_write(&machine->board.memory, exec_machine_operand(machine, place),
                                     data, length) == MEMORY_CONTROLLER_OK
               ? 0
               : -EIO;
}

int exec_machine_get(struct exec_machine *machine, enum exec_operand place, void *data,
                     size_t length)
{
    return length <= EXEC_OPERAND_BYTES &&
                   host_memory_read(&machine->board.memory, exec_machine_operand(machine, place),
                                    data, length) == MEMORY_CONTROLLER_OK
               ? 0
               : -EIO;
}

/* @return whether the firmware would refuse to write to that page, with SEV-SNP on */
static bool is_hypervisors(const struct exec_machine *machine, uint64_t paddr)
{
    struct x86_rmp_page page;
    return x86_rmp_look_up(&machine->rmp, paddr, &page) && page.covered &&
           x86_rmp_state_of(&page) == X86_RMP_HYPERVISOR;
}

int exec_machine_lend(struct exec_machine *machine, uint64_t paddr, size_t length)
{
    const bool asked = exec_machine_snp_is_on(machine);
    for (size_t done = 0; asked && done < length; done += DRAM_PAGE_BYTES) {
        if (is_hypervisors(machine, paddr + done) &&
            snp_page_to_firmware(&machine->rmp, paddr + done, false) != RMP_SUCCESS) {
            return -EFAULT;
        }
    }
    return 0;
}

int exec_machine_reclaim(struct exec_machine *machine, uint64_t paddr, size_t length)
{
    const bool asked = exec_machine_snp_is_on(machine);
    int result = SEV_STATUS_SUCCESS;
    for (size_t done = 0; asked && done < length && result == SEV_STATUS_SUCCESS;
         done += DRAM_PAGE_BYTES) {
        result = snp_page_reclaim_to_host(&machine->board, &machine->rmp, paddr + done, false);
    }
    return result == SEV_STATUS_SUCCESS ? 0 : -EFAULT;
}
