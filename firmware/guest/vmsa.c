/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VMSA integrity values (vmsa.h).
 */
#include "firmware/guest/vmsa.h"

#include "firmware/guest/vmsa_table.h"

bool vmsa_start(const struct hostmem_range *tmr)
{
    return vmsa_table_start(tmr);
}

void vmsa_stop(void)
{
    vmsa_table_stop();
}

/** Finds a page of the guest. @return VMSA_NOWHERE when it is none */
static uint32_t find_own(uint32_t handle, uint64_t paddr)
{
    const uint32_t entry = vmsa_index_find_page(paddr);

    return entry != VMSA_NOWHERE && vmsa_index_at(entry)->handle == handle ? entry : VMSA_NOWHERE;
}

/** Locks a page's entry. @return as vmsa_hold */
static enum sev_status lock_page(uint32_t entry)
{
    switch (vmsa_table_lock(entry)) {
    case VMSA_LOCK_TAKEN:
        return SEV_STATUS_SUCCESS;
    case VMSA_LOCK_RUNNING:
        return SEV_STATUS_INVALID_ADDRESS;
    case VMSA_LOCK_BROKEN:
        break;
    }
    return SEV_STATUS_HWERROR_PLATFORM;
}

/**
 * Finds an entry for a page: its own, locked, or a vacant one.
 *
 * @param[out] entry  which; VMSA_NOWHERE with RESOURCE_LIMIT
 * @return as vmsa_record
 */
static enum sev_status find_place(uint64_t paddr, uint32_t *entry)
{
    *entry = vmsa_index_find_page(paddr);
    if (*entry != VMSA_NOWHERE) {
        return lock_page(*entry);
    }
    *entry = vmsa_index_find_vacant(paddr);
    return *entry != VMSA_NOWHERE ? SEV_STATUS_SUCCESS : SEV_STATUS_RESOURCE_LIMIT;
}

/** Puts a page into the place that find_place has found. */
static bool put(uint32_t entry, uint32_t handle, uint64_t paddr, const struct vmsa_value *value)
{
    return vmsa_index_at(entry)->kind == VMSA_PAGE ? vmsa_table_give(entry, handle, value)
                                                   : vmsa_table_add(entry, handle, paddr, value);
}

enum sev_status vmsa_record(uint32_t handle, uint64_t paddr, const uint8_t *plaintext)
{
    struct vmsa_value value;
    enum sev_status status;
    uint32_t entry;

    if (!vmsa_table_is_there()) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    vmsa_table_reclaim();
    status = find_place(paddr, &entry);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    vmsa_value_of(handle, paddr, plaintext, &value);
    return put(entry, handle, paddr, &value) ? SEV_STATUS_SUCCESS : SEV_STATUS_HWERROR_PLATFORM;
}

bool vmsa_forget(uint32_t handle, uint64_t paddr)
{
    const uint32_t entry = find_own(handle, paddr);

    return entry != VMSA_NOWHERE && vmsa_table_remove(entry);
}

bool vmsa_is_known(uint32_t handle, uint64_t paddr)
{
    return find_own(handle, paddr) != VMSA_NOWHERE;
}

bool vmsa_is_anyones(uint64_t paddr)
{
    return vmsa_index_find_page(paddr) != VMSA_NOWHERE;
}

enum sev_status vmsa_lock(uint32_t handle, uint64_t paddr, struct vmsa_value *value)
{
    const uint32_t entry = find_own(handle, paddr);
    const enum sev_status status =
        entry == VMSA_NOWHERE ? SEV_STATUS_INVALID_ADDRESS : lock_page(entry);

    /* Refused: the entry stays locked, and the VMSA does not run. */
    return status == SEV_STATUS_SUCCESS && !vmsa_table_read_value(entry, value)
               ? SEV_STATUS_HWERROR_PLATFORM
               : status;
}

bool vmsa_unlock(uint32_t handle, uint64_t paddr, const struct vmsa_value *value)
{
    const uint32_t entry = find_own(handle, paddr);

    return entry != VMSA_NOWHERE && (value == NULL || vmsa_table_write_value(entry, value)) &&
           vmsa_table_unlock(entry);
}

bool vmsa_lock_intact(uint32_t handle, uint64_t paddr, const uint8_t *plaintext)
{
    struct vmsa_value computed;
    struct vmsa_value value;
    bool fits;

    vmsa_value_of(handle, paddr, plaintext, &computed);
    if (vmsa_lock(handle, paddr, &value) != SEV_STATUS_SUCCESS) {
        return false;
    }
    fits = vmsa_value_equal(&value, &computed);
    if (!fits && !vmsa_unlock(handle, paddr, NULL)) {
        return false;
    }
    return fits;
}

bool vmsa_is_intact(uint32_t handle, uint64_t paddr, const uint8_t *plaintext)
{
    return vmsa_lock_intact(handle, paddr, plaintext) && vmsa_unlock(handle, paddr, NULL);
}

enum sev_status vmsa_hold(uint64_t paddr)
{
    const uint32_t entry = vmsa_index_find_page(paddr);

    return entry == VMSA_NOWHERE ? SEV_STATUS_SUCCESS : lock_page(entry);
}

bool vmsa_release(uint64_t paddr)
{
    const uint32_t entry = vmsa_index_find_page(paddr);

    return entry == VMSA_NOWHERE || vmsa_table_unlock(entry);
}

/** Takes what an entry stands for, which is locked or a ticket, to a page that stays locked. */
static enum sev_status relocate(uint32_t entry, uint64_t paddr, const struct vmsa_value *value)
{
    const uint32_t handle = vmsa_index_at(entry)->handle;
    uint32_t place;
    enum sev_status status = find_place(paddr, &place);
    bool ok;

    if (status == SEV_STATUS_SUCCESS) {
        ok = put(place, handle, paddr, value) && vmsa_table_remove(entry);
    } else if (status == SEV_STATUS_RESOURCE_LIMIT && vmsa_index_reaches(paddr, entry)) {
        /* All entries that a search may meet are in use; this one is among them. */
        ok = vmsa_table_remove(entry) && vmsa_table_add(entry, handle, paddr, value);
    } else {
        return status;
    }
    return ok ? SEV_STATUS_SUCCESS : SEV_STATUS_HWERROR_PLATFORM;
}

enum sev_status vmsa_move(uint32_t handle, uint64_t from, uint64_t to, const uint8_t *plaintext)
{
    const uint32_t entry = find_own(handle, from);
    struct vmsa_value value;

    if (entry == VMSA_NOWHERE) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    vmsa_value_of(handle, to, plaintext, &value);
    return relocate(entry, to, &value);
}

bool vmsa_swap_out(uint32_t handle, uint64_t paddr, uint64_t ticket)
{
    const uint32_t entry = find_own(handle, paddr);

    return entry != VMSA_NOWHERE && vmsa_table_swap_out(entry, ticket);
}

bool vmsa_is_swapped_out(uint32_t handle, uint64_t ticket)
{
    return vmsa_index_find_ticket(handle, ticket) != VMSA_NOWHERE;
}

enum sev_status vmsa_swap_in(uint32_t handle, uint64_t ticket, uint64_t paddr,
                             const uint8_t *plaintext)
{
    const uint32_t entry = vmsa_index_find_ticket(handle, ticket);
    struct vmsa_value value;

    if (entry == VMSA_NOWHERE) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    vmsa_value_of(handle, paddr, plaintext, &value);
    return relocate(entry, paddr, &value);
}

void vmsa_forget_guest(uint32_t handle)
{
    for (uint32_t entry = 0; vmsa_table_is_there() && entry < VMSA_TABLE_ENTRIES; entry++) {
        const struct vmsa_known *known = vmsa_index_at(entry);
        bool ok = true;

        if (known->handle == handle && known->kind == VMSA_PAGE) {
            ok = vmsa_table_abandon(entry);
        } else if (known->handle == handle && known->kind == VMSA_TICKET) {
            ok = vmsa_table_remove(entry);
        }
        if (!ok) {
            return; /* The TMR has gone: nothing of the guest is left there either. */
        }
    }
}
