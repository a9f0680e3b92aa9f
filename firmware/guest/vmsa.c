/*
 * VMSA integrity values (vmsa.h).
 */
#include "firmware/guest/vmsa.h"

#include <string.h>

#include "abi/vmsa_table.h"
#include "crypto/sha2.h"
#include "firmware/memctl.h"

_Static_assert(VMSA_TABLE_ENTRIES * sizeof(struct vmsa_entry) == SEV_TMR_BYTES, "table = TMR");

#define TMR_INDEX 0u
#define CHUNK_ENTRIES 64u
#define NOT_FOUND VMSA_TABLE_ENTRIES

static struct hostmem_range table;

static bool read_entry(uint32_t index, struct vmsa_entry *entry)
{
    return hostmem_read(&table, index * (uint32_t)sizeof *entry, entry, sizeof *entry);
}

static bool write_entry(uint32_t index, const struct vmsa_entry *entry)
{
    return hostmem_write(&table, index * (uint32_t)sizeof *entry, entry, sizeof *entry);
}

/** Fills the table with zeros: all entries free. */
static bool clear(void)
{
    const struct vmsa_entry zeros[CHUNK_ENTRIES] = {{.paddr = 0}};
    bool ok = true;

    for (uint32_t i = 0; ok && i < VMSA_TABLE_ENTRIES; i += CHUNK_ENTRIES) {
        ok = hostmem_write(&table, i * (uint32_t)sizeof zeros[0], zeros, sizeof zeros);
    }
    return ok;
}

/** Gives the TMR back. */
static void give_back(void)
{
    memctl_set_tmr(TMR_INDEX, 0, 0);
    hostmem_release(HOSTMEM_TMR);
    table.length = 0;
}

bool vmsa_start(const struct hostmem_range *tmr)
{
    table = *tmr;
    table.holder = HOSTMEM_TMR;
    hostmem_hold(HOSTMEM_TMR, tmr);
    memctl_set_tmr(TMR_INDEX, tmr->paddr, tmr->length);
    if (!clear()) {
        give_back();
        return false;
    }
    return true;
}

void vmsa_stop(void)
{
    if (table.length == 0) {
        return;
    }
    if (!clear()) {
        table.length = 0; /* Refused: there is nothing left to wipe. */
    }
    give_back();
}

/** The value that is kept of a page. */
static void value_of(const uint8_t *plaintext, uint8_t value[VMSA_TABLE_VALUE_BYTES])
{
    uint8_t digest[CRYPTO_SHA256_BYTES];

    crypto_sha256(plaintext, SEV_VMSA_BYTES, digest);
    memcpy(value, digest, VMSA_TABLE_VALUE_BYTES);
}

/** What an entry is looked up by. */
struct key {
    uint32_t handle;
    uint32_t state; /**< USED or SWAPPED. */
    uint64_t paddr; /**< Of the page; of a swapped page: its ticket, shifted to fit. */
};

/** Whether the entry is the one; a page that is in use belongs to one guest only. */
static bool matches(const struct vmsa_entry *entry, const struct key *key)
{
    return entry->state == key->state && entry->paddr == key->paddr &&
           (key->state == VMSA_ENTRY_USED || entry->handle == key->handle);
}

/**
 * Looks an entry up.
 *
 * @param[out] place  where it is, or else where it can be put; NOT_FOUND = nowhere
 * @param[out] entry  set when it is found
 */
static bool find(const struct key *key, uint32_t *place, struct vmsa_entry *entry)
{
    const uint32_t start = VMSA_TABLE_SLOT(key->paddr);

    *place = NOT_FOUND;
    for (uint32_t step = 0; step < VMSA_TABLE_ENTRIES; step++) {
        const uint32_t index = (start + step) % VMSA_TABLE_ENTRIES;
        bool vacant;

        if (!read_entry(index, entry)) {
            return false;
        }
        if (matches(entry, key)) {
            *place = index;
            return true;
        }
        vacant = entry->state == VMSA_ENTRY_FREE || entry->state == VMSA_ENTRY_REMOVED;
        if (vacant && *place == NOT_FOUND) {
            *place = index;
        }
        if (entry->state == VMSA_ENTRY_FREE) {
            return false;
        }
    }
    return false;
}

/** Key of a page in use. */
static struct key page_key(uint32_t handle, uint64_t paddr)
{
    return (struct key){.handle = handle, .state = VMSA_ENTRY_USED, .paddr = paddr};
}

/** Key of a page that is swapped out. */
static struct key ticket_key(uint32_t handle, uint64_t ticket)
{
    return (struct key){.handle = handle, .state = VMSA_ENTRY_SWAPPED, .paddr = ticket << 12};
}

/** Looks an entry of the guest up. */
static bool find_own(const struct key *key, uint32_t *place, struct vmsa_entry *entry)
{
    return find(key, place, entry) && entry->handle == key->handle;
}

enum sev_status vmsa_record(uint32_t handle, uint64_t paddr, const uint8_t *plaintext)
{
    const struct key key = page_key(handle, paddr);
    struct vmsa_entry entry;
    uint32_t place;

    if (!find(&key, &place, &entry) && place == NOT_FOUND) {
        return table.length == 0 ? SEV_STATUS_HWERROR_PLATFORM : SEV_STATUS_RESOURCE_LIMIT;
    }
    entry = (struct vmsa_entry){.paddr = paddr, .handle = handle, .state = VMSA_ENTRY_USED};
    value_of(plaintext, entry.value);
    return write_entry(place, &entry) ? SEV_STATUS_SUCCESS : SEV_STATUS_HWERROR_PLATFORM;
}

bool vmsa_is_known(uint32_t handle, uint64_t paddr)
{
    const struct key key = page_key(handle, paddr);
    struct vmsa_entry entry;
    uint32_t place;

    return find_own(&key, &place, &entry);
}

bool vmsa_is_intact(uint32_t handle, uint64_t paddr, const uint8_t *plaintext)
{
    const struct key key = page_key(handle, paddr);
    uint8_t value[VMSA_TABLE_VALUE_BYTES];
    struct vmsa_entry entry;
    uint32_t place;

    value_of(plaintext, value);
    return find_own(&key, &place, &entry) && crypto_equal(entry.value, value, sizeof value);
}

/** Reads an entry's state; FREE beyond a TMR that is gone. */
static uint32_t state_of(uint32_t index)
{
    struct vmsa_entry entry;

    return read_entry(index % VMSA_TABLE_ENTRIES, &entry) ? entry.state : VMSA_ENTRY_FREE;
}

/**
 * Takes an entry out. In front of a FREE entry nothing needs to mark the place, nor do the marks
 * before it: they become FREE, so that searches stay short. @return false when hostmem refuses
 */
static bool remove_entry(uint32_t index)
{
    const bool last = state_of(index + 1u) == VMSA_ENTRY_FREE;
    const struct vmsa_entry left = {.state = last ? VMSA_ENTRY_FREE : VMSA_ENTRY_REMOVED};
    bool ok = write_entry(index, &left);

    for (uint32_t step = 1; ok && last && step < VMSA_TABLE_ENTRIES; step++) {
        const uint32_t before = (index + VMSA_TABLE_ENTRIES - step) % VMSA_TABLE_ENTRIES;

        if (state_of(before) != VMSA_ENTRY_REMOVED) {
            break;
        }
        ok = write_entry(before, &left);
    }
    return ok;
}

/** Gives an entry another key. @return false when hostmem refuses, or it is not there */
static bool rename(const struct key *from, const struct key *to)
{
    struct vmsa_entry moved;
    struct vmsa_entry other;
    uint32_t place;

    if (!find_own(from, &place, &moved) || !remove_entry(place)) {
        return false;
    }
    /* There is room: an entry has just become vacant. What stood there under TO is replaced. */
    if (!find(to, &place, &other) && place == NOT_FOUND) {
        return false;
    }
    moved.paddr = to->paddr;
    moved.state = to->state;
    return write_entry(place, &moved);
}

bool vmsa_move(uint32_t handle, uint64_t from, uint64_t to)
{
    const struct key old = page_key(handle, from);
    const struct key new = page_key(handle, to);

    return rename(&old, &new);
}

bool vmsa_swap_out(uint32_t handle, uint64_t paddr, uint64_t ticket)
{
    const struct key old = page_key(handle, paddr);
    const struct key new = ticket_key(handle, ticket);

    return rename(&old, &new);
}

bool vmsa_is_swapped_out(uint32_t handle, uint64_t ticket)
{
    const struct key key = ticket_key(handle, ticket);
    struct vmsa_entry entry;
    uint32_t place;

    return find_own(&key, &place, &entry);
}

bool vmsa_swap_in(uint32_t handle, uint64_t ticket, uint64_t paddr)
{
    const struct key old = ticket_key(handle, ticket);
    const struct key new = page_key(handle, paddr);

    return rename(&old, &new);
}

/** Whether the entry is of a page of the guest, in use or swapped out. */
static bool is_guests(const struct vmsa_entry *entry, uint32_t handle)
{
    return (entry->state == VMSA_ENTRY_USED || entry->state == VMSA_ENTRY_SWAPPED) &&
           entry->handle == handle;
}

void vmsa_forget_guest(uint32_t handle)
{
    struct vmsa_entry chunk[CHUNK_ENTRIES];

    for (uint32_t i = 0; table.length != 0 && i < VMSA_TABLE_ENTRIES; i += CHUNK_ENTRIES) {
        if (!hostmem_read(&table, i * (uint32_t)sizeof chunk[0], chunk, sizeof chunk)) {
            table.length = 0;
            return;
        }
        for (uint32_t j = 0; j < CHUNK_ENTRIES; j++) {
            if (is_guests(&chunk[j], handle) && !remove_entry(i + j)) {
                table.length = 0;
                return;
            }
        }
    }
}
