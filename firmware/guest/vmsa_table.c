/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries of the VMSA table (vmsa_table.h). Of a vacant entry the table says REMOVED while a page's
 * search crosses it, else FREE; handle, paddr and value are then 0.
 *
 * The CPU changes a word only from USED to RUNNING and back, or from ABANDONED to REMOVED, so those
 * words are changed by compare-and-swap, or exchanged, and all others are the firmware's to store.
 *
 * The TMR is the firmware's, not a command's: that hostmem refuses it is no status of a command, and
 * goes no further than this file.
 */
#include "firmware/guest/vmsa_table.h"

#include <stddef.h>

#include "abi/sev_data.h"
#include "abi/vmsa_table.h"
#include "firmware/memctl.h"

_Static_assert(VMSA_TABLE_ENTRIES * sizeof(struct vmsa_entry) == SEV_TMR_BYTES, "table = TMR");

#define TMR_INDEX 0u
#define CHUNK_ENTRIES 64u

static struct hostmem_range table; /**< Length 0 = none. */
static uint32_t abandoned;         /**< How many entries are. */

static uint32_t offset_of(uint32_t entry)
{
    return entry * (uint32_t)sizeof(struct vmsa_entry);
}

static uint32_t value_offset(uint32_t entry)
{
    return offset_of(entry) + (uint32_t)offsetof(struct vmsa_entry, value);
}

/** Stores an entry's word, which is not the CPU's to change. */
static bool store_word(uint32_t entry, uint32_t handle, enum vmsa_entry_state state)
{
    return hostmem_set_word(&table, offset_of(entry) + VMSA_ENTRY_WORD_OFFSET,
                            VMSA_ENTRY_WORD(handle, state)) == SEV_STATUS_SUCCESS;
}

/** Replaces an entry's word, if it is what is expected. @param[out] found  what it was */
static bool replace_word(uint32_t entry, uint64_t expected, uint64_t word, uint64_t *found)
{
    return hostmem_replace_word(&table, offset_of(entry) + VMSA_ENTRY_WORD_OFFSET, expected, word,
                                found) == SEV_STATUS_SUCCESS;
}

/** Writes an entry's word, which the CPU may be changing. @param[out] found  what it was */
static bool exchange_word(uint32_t entry, uint64_t word, uint64_t *found)
{
    return hostmem_exchange_word(&table, offset_of(entry) + VMSA_ENTRY_WORD_OFFSET, word, found) ==
           SEV_STATUS_SUCCESS;
}

static bool write_paddr(uint32_t entry, uint64_t paddr)
{
    return hostmem_set_word(&table, offset_of(entry), paddr) == SEV_STATUS_SUCCESS;
}

/** Fills the table with zeros: all entries free. */
static bool clear(void)
{
    const struct vmsa_entry zeros[CHUNK_ENTRIES] = {{.paddr = 0}};
    bool ok = true;

    for (uint32_t i = 0; ok && i < VMSA_TABLE_ENTRIES; i += CHUNK_ENTRIES) {
        ok = hostmem_copy_out(&table, offset_of(i), zeros, sizeof zeros) == SEV_STATUS_SUCCESS;
    }
    vmsa_index_clear();
    abandoned = 0;
    return ok;
}

static void give_back(void)
{
    memctl_set_tmr(TMR_INDEX, 0, 0);
    hostmem_release(HOSTMEM_TMR);
    table.length = 0;
}

bool vmsa_table_start(const struct hostmem_range *tmr)
{
    table = *tmr;
    table.holder = HOSTMEM_TMR;
    table.encrypted = false; /* Its words are shared with the CPU, also with TSME. */
    hostmem_hold(HOSTMEM_TMR, tmr);
    memctl_set_tmr(TMR_INDEX, tmr->paddr, tmr->length);
    if (!clear()) {
        give_back();
        return false;
    }
    return true;
}

void vmsa_table_stop(void)
{
    if (table.length == 0) {
        return;
    }
    if (!clear()) {
        table.length = 0; /* Refused: there is nothing left to wipe. */
    }
    give_back();
}

bool vmsa_table_is_there(void)
{
    return table.length != 0;
}

enum vmsa_lock vmsa_table_lock(uint32_t entry)
{
    const uint32_t handle = vmsa_index_at(entry)->handle;
    const uint64_t used = VMSA_ENTRY_WORD(handle, VMSA_ENTRY_USED);
    uint64_t found;

    if (!replace_word(entry, used, VMSA_ENTRY_WORD(handle, VMSA_ENTRY_LOCKED), &found)) {
        return VMSA_LOCK_BROKEN;
    }
    if (found == used) {
        return VMSA_LOCK_TAKEN;
    }
    return found == VMSA_ENTRY_WORD(handle, VMSA_ENTRY_RUNNING) ? VMSA_LOCK_RUNNING
                                                                : VMSA_LOCK_BROKEN;
}

bool vmsa_table_read_value(uint32_t entry, struct vmsa_value *value)
{
    return hostmem_copy_in(&table, value_offset(entry), value, sizeof *value) == SEV_STATUS_SUCCESS;
}

bool vmsa_table_write_value(uint32_t entry, const struct vmsa_value *value)
{
    return hostmem_copy_out(&table, value_offset(entry), value, sizeof *value) ==
           SEV_STATUS_SUCCESS;
}

bool vmsa_table_unlock(uint32_t entry)
{
    return store_word(entry, vmsa_index_at(entry)->handle, VMSA_ENTRY_USED);
}

bool vmsa_table_add(uint32_t entry, uint32_t handle, uint64_t paddr, const struct vmsa_value *value)
{
    if (!vmsa_table_write_value(entry, value) || !write_paddr(entry, paddr)) {
        return false;
    }
    vmsa_index_set(entry, VMSA_PAGE, handle, paddr);
    return store_word(entry, handle, VMSA_ENTRY_LOCKED);
}

bool vmsa_table_give(uint32_t entry, uint32_t handle, const struct vmsa_value *value)
{
    vmsa_index_set_guest(entry, handle);
    return vmsa_table_write_value(entry, value) && store_word(entry, handle, VMSA_ENTRY_LOCKED);
}

/** Sets entries FREE that only the search for @p paddr crossed, which ended at @p entry. */
static bool free_crossed(uint64_t paddr, uint32_t entry)
{
    bool ok = true;

    for (uint32_t i = VMSA_TABLE_SLOT(paddr); ok && i != entry; i = (i + 1u) % VMSA_TABLE_ENTRIES) {
        if (vmsa_index_at(i)->kind == VMSA_VACANT && !vmsa_index_is_crossed(i)) {
            ok = store_word(i, 0, VMSA_ENTRY_FREE);
        }
    }
    return ok;
}

/**
 * Wipes what an entry says, but for its word, which says already that it is no page's: an entry that
 * is locked would be found as that of page 0.
 */
static bool wipe(uint32_t entry)
{
    const struct vmsa_value none = {{0}};

    return write_paddr(entry, 0) && vmsa_table_write_value(entry, &none);
}

bool vmsa_table_swap_out(uint32_t entry, uint64_t ticket)
{
    const struct vmsa_known page = *vmsa_index_at(entry);

    vmsa_index_vacate(entry);
    vmsa_index_set(entry, VMSA_TICKET, page.handle, ticket);
    return store_word(entry, page.handle, VMSA_ENTRY_SWAPPED) && wipe(entry) &&
           free_crossed(page.name, entry);
}

bool vmsa_table_remove(uint32_t entry)
{
    const struct vmsa_known former = *vmsa_index_at(entry);

    vmsa_index_vacate(entry);
    return store_word(entry, 0,
                      vmsa_index_is_crossed(entry) ? VMSA_ENTRY_REMOVED : VMSA_ENTRY_FREE) &&
           wipe(entry) && (former.kind != VMSA_PAGE || free_crossed(former.name, entry));
}

bool vmsa_table_abandon(uint32_t entry)
{
    const struct vmsa_known page = *vmsa_index_at(entry);
    uint64_t found = 0;

    /* One step: a core that goes in and out meanwhile, at whatever pace, has it or has it not. */
    if (!exchange_word(entry, VMSA_ENTRY_WORD(page.handle, VMSA_ENTRY_ABANDONED), &found)) {
        return false;
    }
    if (found != VMSA_ENTRY_WORD(page.handle, VMSA_ENTRY_RUNNING)) {
        return vmsa_table_remove(entry);
    }
    vmsa_index_vacate(entry);
    vmsa_index_set(entry, VMSA_ABANDONED, 0, 0);
    abandoned++;
    return free_crossed(page.name, entry);
}

void vmsa_table_reclaim(void)
{
    const uint64_t removed = VMSA_ENTRY_WORD(0, VMSA_ENTRY_REMOVED);
    uint64_t found = 0;

    for (uint32_t entry = 0; abandoned != 0 && entry < VMSA_TABLE_ENTRIES; entry++) {
        if (vmsa_index_at(entry)->kind != VMSA_ABANDONED) {
            continue;
        }
        if (!replace_word(entry, removed, removed, &found)) {
            return;
        }
        if (found == removed) {
            abandoned--;
            if (!vmsa_table_remove(entry)) {
                return;
            }
        }
    }
}
