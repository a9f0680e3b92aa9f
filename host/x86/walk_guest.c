/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's access once its guest physical address is known: nested walk, reverse map table, key.
 */
#include "host/x86/walk_internal.h"

static struct x86_fault from_rmp(struct x86_rmp_outcome outcome, uint64_t gpa)
{
    if (outcome.event == X86_RMP_EVENT_NONE) {
        return (struct x86_fault){.kind = X86_FAULT_NONE};
    }
    return (struct x86_fault){
        .kind = outcome.event == X86_RMP_EVENT_VC ? X86_FAULT_VC : X86_FAULT_NPF,
        .error = outcome.error,
        .address = gpa,
    };
}

struct x86_fault x86_nested_check(struct x86_machine *machine, const struct x86_guest *guest,
                                  const struct x86_nested_access *access, bool user,
                                  const struct x86_nested *nested)
{
    const struct x86_rmp_guest checked = {
        .asid = guest->asid,
        .vmpl = guest->vmpl,
        .cpl = user ? 3 : 0,
        .c_bit = access->c_bit,
        .nested_large = nested->bytes > X86_PAGE_BYTES,
        .gpa = access->gpa,
        .spa = nested->spa,
    };
    if (guest->snp) {
        return from_rmp(access->table
                            ? x86_rmp_check_guest_walk(&machine->rmp, &checked, access->access)
                            : x86_rmp_check_guest(&machine->rmp, &checked, access->access),
                        access->gpa);
    }
    /* What other guests write is the host's. */
    if (access->access == X86_RMP_WRITE &&
        !x86_rmp_host_may_write(&machine->rmp, nested->spa, checked.nested_large)) {
        return x86_nested_fault(guest, access, X86_PF_PRESENT | X86_RMP_ERROR_RMP);
    }
    return (struct x86_fault){.kind = X86_FAULT_NONE};
}

/* A processor does not grant what was not asked for, but that who writes also reads. */
static uint32_t rights_of(struct x86_machine *machine, const struct x86_guest *guest,
                          struct x86_nested_access access, bool user,
                          const struct x86_nested *nested)
{
    if (access.access == X86_RMP_FETCH) {
        return X86_RIGHT_FETCH;
    }
    if (access.access == X86_RMP_READ) {
        return X86_RIGHT_READ;
    }
    access.access = X86_RMP_READ;
    return X86_RIGHT_WRITE |
           (x86_nested_check(machine, guest, &access, user, nested).kind == X86_FAULT_NONE
                ? X86_RIGHT_READ
                : 0);
}

/* How far the reverse map table was asked: another page may be another's. */
static uint64_t reach_of(const struct x86_guest *guest, const struct x86_nested_access *access)
{
    if (!guest->snp && access->access != X86_RMP_WRITE) {
        return UINT64_MAX;
    }
    return guest->snp && !access->c_bit ? X86_PAGE_BYTES : X86_RMP_REGION_BYTES;
}

struct x86_fault x86_nested_translate(struct x86_machine *machine, const struct x86_guest *guest,
                                      const struct x86_nested_access *access, bool user,
                                      struct x86_translation *translation)
{
    struct x86_nested nested;
    struct x86_fault fault = x86_nested_find(machine, guest, access, &nested);
    if (fault.kind == X86_FAULT_NONE && !access->operand) {
        fault = x86_nested_check(machine, guest, access, user, &nested);
    }
    if (fault.kind == X86_FAULT_NONE) {
        *translation = (struct x86_translation){
            .spa = nested.spa,
            .gpa = access->gpa,
            .key = access->c_bit ? guest->asid : nested.key,
            .rights = rights_of(machine, guest, *access, user, &nested),
            .c_bit = access->c_bit,
            .nested_large = nested.bytes > X86_PAGE_BYTES,
            .bytes = nested.bytes,
            .page_offset = access->gpa % nested.bytes,
        };
        x86_walk_limit(translation, reach_of(guest, access));
    }
    return fault;
}

struct x86_fault x86_walk_nested(struct x86_machine *machine, const struct x86_guest *guest,
                                 uint64_t gpa, bool c_bit, enum x86_rmp_access access,
                                 struct x86_translation *translation)
{
    const struct x86_nested_access nested = {
        .gpa = gpa,
        .access = access,
        .c_bit = guest->sev && (c_bit || access == X86_RMP_FETCH),
    };
    return x86_nested_translate(machine, guest, &nested, false, translation);
}
