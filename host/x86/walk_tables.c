/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page tables of a walk, a core's outside of guests or a guest's, down to the last entry.
 */
#include "host/x86/walk_internal.h"

#define CR3_LONG X86_ENTRY_ADDRESS
#define CR3_PAE 0xFFFFFFE0ull
#define CR3_32BIT 0xFFFFF000ull

/* A table's entry, and how it was found. */
struct entry {
    struct x86_entry_place place;
    struct x86_nested_access access; /* In guests. */
    struct x86_nested nested;        /* In guests. */
};

static const struct x86_fault no_fault = {.kind = X86_FAULT_NONE};

bool x86_walk_has_sev(const struct x86_walk_state *walk)
{
    return walk->view->guest != NULL && walk->view->guest->sev;
}

static struct x86_fault page_fault(const struct x86_walk_state *walk, uint64_t bits)
{
    const bool tells_fetches = walk->table.nxe || (walk->view->cr4 & X86_CR4_SMEP) != 0;
    if (walk->access == X86_RMP_WRITE) {
        bits |= X86_PF_WRITE;
    } else if (walk->access == X86_RMP_FETCH && tells_fetches) {
        bits |= X86_PF_FETCH;
    }
    return (struct x86_fault){
        .kind = X86_FAULT_PF,
        .error = bits | (walk->view->user ? X86_PF_USER : 0),
        .address = walk->linear,
    };
}

struct x86_fault x86_walk_at_linear(const struct x86_walk_state *walk, struct x86_fault fault)
{
    if (fault.kind == X86_FAULT_VC) {
        fault.address = walk->linear;
    }
    return fault;
}

static enum x86_format format_of(const struct x86_view *view)
{
    if ((view->efer & X86_EFER_LMA) != 0) {
        return X86_FORMAT_LONG;
    }
    return (view->cr4 & X86_CR4_PAE) != 0 ? X86_FORMAT_PAE : X86_FORMAT_32BIT;
}

struct x86_table x86_walk_table(struct x86_machine *machine, const struct x86_view *view)
{
    const enum x86_format format = format_of(view);
    const bool nxe = (view->efer & X86_EFER_NXE) != 0 && format != X86_FORMAT_32BIT;
    struct x86_table table = x86_host_table(machine, view->core, format, nxe);
    if (view->guest != NULL) {
        table.reserved = X86_ENTRY_ADDRESS & ~((1ull << machine->physical_bits) - 1) &
                         ~(view->guest->sev ? machine->c_bit : 0);
    }
    table.page_size_extensions = (view->cr4 & X86_CR4_PSE) != 0;
    return table;
}

static uint64_t top_of(const struct x86_walk_state *walk)
{
    static const uint64_t masks[] = {
        [X86_FORMAT_LONG] = CR3_LONG, [X86_FORMAT_PAE] = CR3_PAE, [X86_FORMAT_32BIT] = CR3_32BIT};
    return walk->view->cr3 & masks[walk->table.format];
}

uint64_t x86_walk_gpa(const struct x86_walk_state *walk, uint64_t address)
{
    return x86_walk_has_sev(walk) ? address & ~walk->machine->c_bit : address;
}

/* Finds the entry of a level in the table at an address. */
static struct x86_fault find_entry(const struct x86_walk_state *walk, uint64_t address,
                                   uint32_t level, struct entry *entry)
{
    const struct x86_guest *guest = walk->view->guest;
    const uint64_t offset = x86_entry_offset(&walk->table, level, walk->linear);
    if (guest == NULL) {
        entry->place.spa = x86_host_address(walk->machine, walk->view->core, address) + offset;
        entry->place.key = x86_host_key(walk->machine, walk->view->core, address);
        return no_fault;
    }
    entry->access = (struct x86_nested_access){
        .gpa = x86_walk_gpa(walk, address) + offset,
        .access = X86_RMP_WRITE,
        .table = true,
        .c_bit = guest->sev,
    };
    struct x86_fault fault = x86_nested_find(walk->machine, guest, &entry->access, &entry->nested);
    if (fault.kind != X86_FAULT_NONE) {
        return fault;
    }
    entry->access.access = X86_RMP_READ;
    fault = x86_nested_check(walk->machine, guest, &entry->access, false, &entry->nested);
    entry->place.spa = entry->nested.spa;
    entry->place.key = guest->sev ? guest->asid : entry->nested.key;
    return x86_walk_at_linear(walk, fault);
}

/* Sets Accessed and Dirty where they are wanted. */
static struct x86_fault mark_entry(const struct x86_walk_state *walk, const struct entry *entry,
                                   uint64_t value, uint64_t marks)
{
    struct x86_fault fault = no_fault;
    if (marks == 0) {
        return fault;
    }
    if (walk->view->guest == NULL) {
        const struct x86_rmp_outcome outcome = x86_rmp_check_host_walk(
            &walk->machine->rmp, walk->access, entry->place.spa, walk->view->user);
        if (outcome.event != X86_RMP_EVENT_NONE) {
            return (struct x86_fault){
                .kind = X86_FAULT_PF, .error = outcome.error, .address = walk->linear};
        }
    } else {
        struct x86_nested_access access = entry->access;
        access.access = X86_RMP_WRITE;
        fault = x86_walk_at_linear(walk, x86_nested_check(walk->machine, walk->view->guest, &access,
                                                          false, &entry->nested));
    }
    if (fault.kind == X86_FAULT_NONE) {
        x86_entry_mark(walk->machine, &walk->table, &entry->place, value | marks);
    }
    return fault;
}

/* What the page tables allow the access. */
static bool is_allowed(const struct x86_walk_state *walk)
{
    const struct x86_view *view = walk->view;
    const struct x86_table_rights *rights = &walk->rights;
    const bool fetch = walk->access == X86_RMP_FETCH;
    if (view->user
            ? !rights->user
            : rights->user && (fetch ? (view->cr4 & X86_CR4_SMEP) != 0
                                     : (view->cr4 & X86_CR4_SMAP) != 0 && !view->alignment_check)) {
        return false;
    }
    if (walk->access == X86_RMP_WRITE) {
        return rights->writable || (!view->user && (view->cr0 & X86_CR0_WP) == 0);
    }
    return !fetch || !rights->no_execute;
}

struct x86_fault x86_walk_tables(struct x86_walk_state *walk, uint64_t *address, uint64_t *span)
{
    *address = top_of(walk);
    for (uint32_t level = x86_table_levels(&walk->table); level > 0; level--) {
        struct entry entry = {.place = {.spa = 0}};
        struct x86_fault fault = find_entry(walk, *address, level, &entry);
        if (fault.kind != X86_FAULT_NONE) {
            return fault;
        }
        const uint64_t value = x86_entry_load(walk->machine, &walk->table, &entry.place);
        if ((value & X86_ENTRY_PRESENT) == 0) {
            return page_fault(walk, 0);
        }
        if (x86_entry_is_reserved(&walk->table, level, value)) {
            return page_fault(walk, X86_PF_PRESENT | X86_PF_RESERVED);
        }
        const bool last = x86_entry_is_last(&walk->table, level, value);
        x86_entry_restrict(&walk->table, level, value, &walk->rights);
        if (last && !is_allowed(walk)) {
            return page_fault(walk, X86_PF_PRESENT);
        }
        fault =
            mark_entry(walk, &entry, value,
                       x86_entry_marks(&walk->table, level, value, walk->access == X86_RMP_WRITE));
        if (fault.kind != X86_FAULT_NONE) {
            return fault;
        }
        *address = x86_entry_address(&walk->table, level, value);
        if (last) {
            *span = x86_entry_span(&walk->table, level);
            break;
        }
    }
    return no_fault;
}
