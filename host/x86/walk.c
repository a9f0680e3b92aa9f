/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Page walks (walk.h): from the last entry of the tables to the page.
 */
#include "host/x86/walk.h"

#include "host/x86/walk_internal.h"

#define LINEAR_BITS 48u

static const struct x86_fault no_fault = {.kind = X86_FAULT_NONE};

void x86_walk_limit(struct x86_translation *translation, uint64_t bytes)
{
    if (translation->bytes > bytes) {
        translation->bytes = bytes;
        translation->page_offset %= bytes;
    }
}

/* Outside of guests: the page is where its entry says. */
static struct x86_fault finish_host(const struct x86_walk_state *walk, uint64_t address,
                                    uint64_t span, struct x86_translation *translation)
{
    static const uint32_t rights[] = {
        [X86_RMP_READ] = X86_RIGHT_READ,
        [X86_RMP_WRITE] = X86_RIGHT_READ | X86_RIGHT_WRITE,
        [X86_RMP_FETCH] = X86_RIGHT_FETCH,
    };
    const uint64_t offset = walk->linear % span;
    const uint64_t spa = x86_host_address(walk->machine, walk->view->core, address) + offset;
    const struct x86_rmp_outcome outcome = x86_rmp_check_host(
        &walk->machine->rmp, walk->access, spa, span > X86_PAGE_BYTES, walk->view->user);
    if (outcome.event != X86_RMP_EVENT_NONE) {
        return (struct x86_fault){
            .kind = X86_FAULT_PF, .error = outcome.error, .address = walk->linear};
    }
    *translation = (struct x86_translation){
        .spa = spa,
        .gpa = spa,
        .key = x86_host_key(walk->machine, walk->view->core, address),
        .rights = rights[walk->access],
        .c_bit = (address & walk->machine->c_bit) != 0,
        .bytes = span,
        .page_offset = offset,
    };
    if (walk->access == X86_RMP_WRITE) { /* The table was asked for no more. */
        x86_walk_limit(translation, X86_RMP_REGION_BYTES);
    }
    return no_fault;
}

static struct x86_fault finish_guest(const struct x86_walk_state *walk, uint64_t address,
                                     uint64_t span, struct x86_translation *translation)
{
    /* Where no entry can have a C-bit everything is private. */
    const bool shared = (walk->view->cr0 & X86_CR0_PG) != 0 &&
                        walk->table.format != X86_FORMAT_32BIT &&
                        (address & walk->machine->c_bit) == 0 && walk->access != X86_RMP_FETCH;
    const struct x86_nested_access access = {
        .gpa = x86_walk_gpa(walk, address) + walk->linear % span,
        .access = walk->access,
        .c_bit = x86_walk_has_sev(walk) && !shared,
        .operand = walk->operand,
    };
    const struct x86_fault fault =
        x86_walk_at_linear(walk, x86_nested_translate(walk->machine, walk->view->guest, &access,
                                                      walk->view->user, translation));
    if (fault.kind == X86_FAULT_NONE) {
        x86_walk_limit(translation, span);
    }
    return fault;
}

static bool is_canonical(uint64_t linear)
{
    const uint64_t top = linear >> (LINEAR_BITS - 1);
    return top == 0 || top == UINT64_MAX >> (LINEAR_BITS - 1);
}

static struct x86_fault run_walk(struct x86_walk_state *walk, struct x86_translation *translation)
{
    const struct x86_view *view = walk->view;
    uint64_t span = X86_PAGE_BYTES;
    uint64_t address;
    walk->table = x86_walk_table(walk->machine, view);
    if ((view->efer & X86_EFER_LMA) == 0) {
        walk->linear = (uint32_t)walk->linear;
    } else if (!is_canonical(walk->linear)) {
        return (struct x86_fault){.kind = X86_FAULT_GP, .address = walk->linear};
    }
    address = walk->linear - walk->linear % span;
    if ((view->cr0 & X86_CR0_PG) != 0) {
        const struct x86_fault fault = x86_walk_tables(walk, &address, &span);
        if (fault.kind != X86_FAULT_NONE) {
            return fault;
        }
    }
    return view->guest == NULL ? finish_host(walk, address, span, translation)
                               : finish_guest(walk, address, span, translation);
}

struct x86_fault x86_walk(struct x86_machine *machine, const struct x86_view *view, uint64_t linear,
                          enum x86_rmp_access access, struct x86_translation *translation)
{
    struct x86_walk_state walk = {
        .machine = machine,
        .view = view,
        .linear = linear,
        .access = access,
        .rights = X86_TABLE_RIGHTS_ALL,
    };
    return run_walk(&walk, translation);
}

struct x86_fault x86_walk_operand(struct x86_machine *machine, const struct x86_view *view,
                                  uint64_t linear, struct x86_translation *translation)
{
    struct x86_walk_state walk = {
        .machine = machine,
        .view = view,
        .linear = linear,
        .access = X86_RMP_READ,
        .operand = true,
        .rights = X86_TABLE_RIGHTS_ALL,
    };
    return run_walk(&walk, translation);
}
