/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hostile host: what it can do to a guest's memory (enum guest_attack). It answers what became of it;
 * whether that helped it, the guest finds out.
 */
#include <string.h>

#include "host/emulator/hypervisor.h"
#include "host/lib/host_memory.h"
#include "host/x86/rmp_instructions.h"
#include "host/x86/snp_pages.h"

#define REFUSED 1u

/* Looks for 8 bytes in all memory that is in use. @return their address, or 0 */
static uint64_t look(const struct vm *vm, uint64_t wanted)
{
    const struct dram *dram = &vm->emulator->board.dram;
    for (uint32_t range = 0; range < dram->range_count; range++) {
        const struct fabric_range *in = &dram->ranges[range];
        const uint8_t *bytes = dram->bytes + in->dram_offset;
        const uint8_t *found = memmem(bytes, dram->used[range], &wanted, sizeof wanted);
        if (found != NULL) {
            return in->base + (uint64_t)(found - bytes);
        }
    }
    return 0;
}

/* One bit of ciphertext; the host's write makes the line leave caches, as a write of DRAM does. */
static uint64_t write_byte(struct vm *vm, uint64_t spa)
{
    uint8_t byte;
    emulator_read(vm->emulator, spa, &byte, sizeof byte);
    byte ^= 1;
    return emulator_write(vm->emulator, spa, &byte, sizeof byte) ? 0 : REFUSED;
}

static uint64_t remap(struct vm *vm, uint64_t gpa, uint64_t other)
{
    vm->remapped_gpa = gpa;
    vm->remapped_spa = vm_spa(vm, gpa);
    vm->refusals = 0;
    const uint64_t spa = vm_spa(vm, other);
    return vm->remapped_spa != 0 && spa != 0 && nested_map(&vm->nested, gpa, spa) ? 0 : REFUSED;
}

/* @return how often the processor has refused the page meanwhile; UINT64_MAX: there is none to undo */
static uint64_t unmap(struct vm *vm)
{
    const bool good =
        vm->remapped_spa != 0 && nested_map(&vm->nested, vm->remapped_gpa, vm->remapped_spa);
    return good ? vm->refusals : UINT64_MAX;
}

bool hypervisor_mends(struct vm *vm, const struct cpu_exit *exit)
{
    const uint64_t page = exit->info2 - exit->info2 % VM_PAGE_BYTES;
    if ((exit->info1 & X86_RMP_ERROR_RMP) == 0 || vm->remapped_spa == 0 ||
        page != vm->remapped_gpa - vm->remapped_gpa % VM_PAGE_BYTES ||
        nested_find(&vm->nested, page) == vm->remapped_spa - vm->remapped_spa % VM_PAGE_BYTES) {
        return false;
    }
    vm->refusals++;
    return nested_map(&vm->nested, vm->remapped_gpa, vm->remapped_spa);
}

/* RMPUPDATE: the page is the hypervisor's, and then the guest's again, not validated. */
static uint64_t take(struct vm *vm, uint64_t gpa, uint64_t spa)
{
    const struct x86_rmp *rmp = &vm->emulator->snp.rmp;
    const struct rmpupdate_state state = {.gpa = gpa, .assigned = 1, .asid = vm->asid};
    cpu_forget(&vm->emulator->cores);
    if (!vm->emulator->snp_on || snp_page_to_host(rmp, spa, false) != RMP_SUCCESS) {
        return REFUSED;
    }
    const struct x86_rmp_outcome outcome = x86_rmpupdate(rmp, SNP_PAGES_CORE, spa, &state);
    return outcome.event == X86_RMP_EVENT_NONE && outcome.result == RMP_SUCCESS ? 0 : REFUSED;
}

static uint64_t do_attack(struct vm *vm, uint64_t attack, uint64_t gpa, uint64_t other)
{
    struct emulator *emulator = vm->emulator;
    const uint64_t spa = attack != GUEST_ATTACK_LOOK ? vm_spa(vm, gpa) : 0;
    uint64_t value = 0;
    trace_note(emulator->trace, "attack", "the host attacks the guest's memory");
    if (spa == 0 && attack != GUEST_ATTACK_LOOK && attack != GUEST_ATTACK_UNMAP) {
        return REFUSED;
    }
    switch (attack) {
    case GUEST_ATTACK_WRITE:
        return write_byte(vm, spa);
    case GUEST_ATTACK_SAVE:
        emulator_read(emulator, spa - spa % VM_PAGE_BYTES, vm->saved, sizeof vm->saved);
        return 0;
    case GUEST_ATTACK_REPLAY:
        return emulator_write(emulator, spa - spa % VM_PAGE_BYTES, vm->saved, sizeof vm->saved)
                   ? 0
                   : REFUSED;
    case GUEST_ATTACK_REMAP:
        return remap(vm, gpa, other);
    case GUEST_ATTACK_UNMAP:
        return unmap(vm);
    case GUEST_ATTACK_TAKE:
        return take(vm, gpa, spa);
    case GUEST_ATTACK_READ: /* What is behind the page is not this guest's, perhaps. */
        if (gpa % VM_PAGE_BYTES > VM_PAGE_BYTES - sizeof value) {
            return REFUSED;
        }
        emulator_read(emulator, spa, &value, sizeof value);
        return value;
    case GUEST_ATTACK_LOOK:
        return look(vm, ~gpa); /* The guest must not write them where the host sees them. */
    default:
        return REFUSED;
    }
}

uint64_t hypervisor_attack(struct vm *vm, uint64_t attack, uint64_t gpa, uint64_t other)
{
    vm->attack = (struct vm_attack){.what = attack, .gpa = gpa, .other = other};
    vm_show(vm, VM_BEFORE_ATTACK);
    vm->attack.answer = do_attack(vm, attack, gpa, other);
    vm_show(vm, VM_AFTER_ATTACK);
    return vm->attack.answer;
}
