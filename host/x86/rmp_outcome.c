/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What instructions and checks have in common: how they end, and whose a page is.
 */
#include "host/x86/rmp_internal.h"

struct x86_rmp_outcome x86_rmp_give(enum rmp_result result)
{
    return (struct x86_rmp_outcome){.event = X86_RMP_EVENT_NONE, .result = result};
}

struct x86_rmp_outcome x86_rmp_raise(enum x86_rmp_event event, uint64_t error)
{
    return (struct x86_rmp_outcome){.event = event, .error = error};
}

struct x86_rmp_outcome x86_rmp_npf(const struct x86_rmp_guest *guest, uint64_t more)
{
    return x86_rmp_raise(X86_RMP_EVENT_NPF, X86_RMP_ERROR_PRESENT | X86_RMP_ERROR_USER |
                                                X86_RMP_ERROR_RMP | X86_RMP_ERROR_FINAL |
                                                (guest->c_bit ? X86_RMP_ERROR_ENC : 0) | more);
}

bool x86_rmp_is_guests(const struct x86_rmp_page *page, const struct x86_rmp_guest *guest)
{
    return page->assigned && !page->immutable && page->asid != 0 && page->asid == guest->asid &&
           page->gpa == guest->gpa - guest->gpa % X86_RMP_PAGE_BYTES;
}

enum rmp_result x86_rmp_ready(const struct x86_rmp_table *table, uint64_t spa, uint64_t length)
{
    if (!table->readable || x86_rmp_is_being_made(table)) {
        return RMP_FAIL_INUSE;
    }
    return x86_rmp_covers(table, spa, length) ? RMP_SUCCESS : RMP_FAIL_INPUT;
}
