/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nested walk: from a guest physical address to a system physical one, by the host's table of
 * four levels.
 */
#include "host/x86/walk_internal.h"

#define GUEST_PHYSICAL_BITS 48u /* that four levels can translate */

struct x86_table x86_host_table(const struct x86_machine *machine, uint32_t core,
                                enum x86_format format, bool nxe)
{
    const bool encrypts = x86_host_address(machine, core, machine->c_bit) == 0;
    const uint32_t bits = encrypts ? machine->address_bits : machine->physical_bits;
    const uint64_t above = X86_ENTRY_ADDRESS & ~((1ull << bits) - 1);
    return (struct x86_table){
        .format = format,
        .nxe = nxe,
        .reserved = encrypts ? above & ~machine->c_bit : above,
    };
}

struct x86_fault x86_nested_fault(const struct x86_guest *guest,
                                  const struct x86_nested_access *access, uint64_t bits)
{
    const bool writes = access->access == X86_RMP_WRITE;
    const bool fetches = access->access == X86_RMP_FETCH;
    return (struct x86_fault){
        .kind = X86_FAULT_NPF,
        .error = bits | X86_PF_USER | (writes ? X86_PF_WRITE : 0) | (fetches ? X86_PF_FETCH : 0) |
                 (access->table ? X86_RMP_ERROR_TABLE : X86_RMP_ERROR_FINAL) |
                 (guest->snp && access->c_bit ? X86_RMP_ERROR_ENC : 0),
        .address = access->gpa,
    };
}

/* The rights of a nested walk are a user's. */
static bool is_allowed(const struct x86_table_rights *rights, enum x86_rmp_access access)
{
    return rights->user && (access != X86_RMP_WRITE || rights->writable) &&
           (access != X86_RMP_FETCH || !rights->no_execute);
}

/* Sets Accessed, and Dirty, unless the table's page is not the host's to write. */
static bool mark(struct x86_machine *machine, const struct x86_table *table,
                 const struct x86_entry_place *place, uint64_t entry, uint64_t marks)
{
    if (marks == 0) {
        return true;
    }
    if (!x86_rmp_host_may_write(&machine->rmp, place->spa, false)) {
        return false;
    }
    x86_entry_mark(machine, table, place, entry | marks);
    return true;
}

struct x86_fault x86_nested_find(struct x86_machine *machine, const struct x86_guest *guest,
                                 const struct x86_nested_access *access, struct x86_nested *nested)
{
    const struct x86_table table = x86_host_table(machine, guest->core, X86_FORMAT_LONG, true);
    struct x86_table_rights rights = X86_TABLE_RIGHTS_ALL;
    uint64_t next = guest->ncr3 & X86_ENTRY_ADDRESS;
    if (access->gpa >> GUEST_PHYSICAL_BITS != 0) {
        return x86_nested_fault(guest, access, 0);
    }
    for (uint32_t level = x86_table_levels(&table); level > 0; level--) {
        const struct x86_entry_place place = {
            .spa = x86_host_address(machine, guest->core, next) +
                   x86_entry_offset(&table, level, access->gpa),
            .key = x86_host_key(machine, guest->core, next),
        };
        const uint64_t entry = x86_entry_load(machine, &table, &place);
        if ((entry & X86_ENTRY_PRESENT) == 0) {
            return x86_nested_fault(guest, access, 0);
        }
        if (x86_entry_is_reserved(&table, level, entry)) {
            return x86_nested_fault(guest, access, X86_PF_PRESENT | X86_PF_RESERVED);
        }
        const bool last = x86_entry_is_last(&table, level, entry);
        x86_entry_restrict(&table, level, entry, &rights);
        if (last && !is_allowed(&rights, access->access)) {
            return x86_nested_fault(guest, access, X86_PF_PRESENT);
        }
        const bool writes = access->access == X86_RMP_WRITE;
        if (!mark(machine, &table, &place, entry, x86_entry_marks(&table, level, entry, writes))) {
            return x86_nested_fault(guest, access, X86_PF_PRESENT | X86_RMP_ERROR_RMP);
        }
        next = x86_entry_address(&table, level, entry);
        if (last) {
            nested->bytes = x86_entry_span(&table, level);
            break;
        }
    }
    nested->spa = x86_host_address(machine, guest->core, next) + access->gpa % nested->bytes;
    nested->key = x86_host_key(machine, guest->core, next);
    return (struct x86_fault){.kind = X86_FAULT_NONE};
}
