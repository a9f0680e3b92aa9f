/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the reverse map table allows host and guests (SNP 3.7).
 */
#include "host/x86/rmp_access.h"

#include "host/x86/rmp_internal.h"

/* The table itself is nobody's to write, from before it is in force. */
static bool touches_table(const struct fabric_rmp *place, uint64_t start, uint64_t length)
{
    return place->flags != 0 && start <= place->end && start + (length - 1) >= place->base;
}

bool x86_rmp_host_may_write(const struct x86_rmp *rmp, uint64_t spa, bool large)
{
    const uint64_t length = large ? X86_RMP_REGION_BYTES : X86_RMP_PAGE_BYTES;
    const uint64_t start = spa - spa % length;
    struct x86_rmp_table table;
    struct x86_rmp_page page;
    x86_rmp_read_table(rmp, &table);
    if (!table.readable || touches_table(&table.place, start, length)) {
        return false;
    }
    if (!x86_rmp_covers(&table, start, 1)) {
        return true;
    }
    return x86_rmp_find_owner(&table, start, &page) && !page.assigned &&
           (!large || page.subpages == 0);
}

static uint64_t bits_of(enum x86_rmp_access access)
{
    return X86_RMP_ERROR_PRESENT | (access == X86_RMP_WRITE ? X86_RMP_ERROR_WRITE : 0) |
           (access == X86_RMP_FETCH ? X86_RMP_ERROR_FETCH : 0);
}

static struct x86_rmp_outcome host_fault(enum x86_rmp_access access, bool user)
{
    return x86_rmp_raise(X86_RMP_EVENT_PF,
                         bits_of(access) | X86_RMP_ERROR_RMP | (user ? X86_RMP_ERROR_USER : 0));
}

struct x86_rmp_outcome x86_rmp_check_host(const struct x86_rmp *rmp, enum x86_rmp_access access,
                                          uint64_t spa, bool large, bool user)
{
    return access != X86_RMP_WRITE || x86_rmp_host_may_write(rmp, spa, large)
               ? x86_rmp_give(RMP_SUCCESS)
               : host_fault(access, user);
}

struct x86_rmp_outcome x86_rmp_check_host_walk(const struct x86_rmp *rmp,
                                               enum x86_rmp_access access, uint64_t spa, bool user)
{
    return x86_rmp_host_may_write(rmp, spa, false) ? x86_rmp_give(RMP_SUCCESS)
                                                   : host_fault(access, user);
}

/* Whether the guest's VMPL may do that with its page. */
static bool is_permitted(const struct x86_rmp_page *page, uint8_t vmpl, unsigned permission)
{
    const bool writes = (permission & RMP_PERMISSION_WRITE) != 0;
    return vmpl < X86_RMP_VMPLS && (page->permissions[vmpl] & permission) == permission &&
           !(page->vmsa && writes);
}

/* An access with the C-bit; BITS are those of a fault. */
static struct x86_rmp_outcome check_private(const struct x86_rmp *rmp,
                                            const struct x86_rmp_guest *guest, unsigned permission,
                                            uint64_t bits)
{
    const uint64_t error = bits | X86_RMP_ERROR_USER | X86_RMP_ERROR_RMP | X86_RMP_ERROR_ENC;
    struct x86_rmp_page page;
    if (!x86_rmp_look_up(rmp, guest->spa, &page) || !x86_rmp_is_guests(&page, guest) ||
        page.large != guest->nested_large) {
        return x86_rmp_raise(X86_RMP_EVENT_NPF, error);
    }
    if (!page.validated) {
        return x86_rmp_raise(X86_RMP_EVENT_VC, X86_RMP_PAGE_NOT_VALIDATED);
    }
    return is_permitted(&page, guest->vmpl, permission)
               ? x86_rmp_give(RMP_SUCCESS)
               : x86_rmp_raise(X86_RMP_EVENT_NPF, error | X86_RMP_ERROR_VMPL);
}

static unsigned permission_for(enum x86_rmp_access access, bool user)
{
    if (access == X86_RMP_FETCH) {
        return user ? RMP_PERMISSION_EXECUTE_USER : RMP_PERMISSION_EXECUTE_SUPERVISOR;
    }
    return access == X86_RMP_WRITE ? RMP_PERMISSION_WRITE : RMP_PERMISSION_READ;
}

struct x86_rmp_outcome x86_rmp_check_guest(const struct x86_rmp *rmp,
                                           const struct x86_rmp_guest *guest,
                                           enum x86_rmp_access access)
{
    if (guest->c_bit || access == X86_RMP_FETCH) {
        return check_private(rmp, guest, permission_for(access, guest->cpl == 3),
                             bits_of(access) | X86_RMP_ERROR_FINAL);
    }
    return x86_rmp_host_may_write(rmp, guest->spa, false) ? x86_rmp_give(RMP_SUCCESS)
                                                          : x86_rmp_npf(guest, bits_of(access));
}

struct x86_rmp_outcome x86_rmp_check_guest_walk(const struct x86_rmp *rmp,
                                                const struct x86_rmp_guest *guest,
                                                enum x86_rmp_access access)
{
    return check_private(rmp, guest, permission_for(access, false),
                         bits_of(access) | X86_RMP_ERROR_TABLE);
}
