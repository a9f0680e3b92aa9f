/*
 * VMSA integrity values (vmsa.h).
 */
#include "firmware/guest/vmsa.h"

#include <string.h>

#include "abi/vmsa_table.h"
#include "crypto/sha2.h"

_Static_assert(VMSA_TABLE_ENTRIES * sizeof(struct vmsa_entry) == SEV_TMR_BYTES, "table = TMR");

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

bool vmsa_start(const struct hostmem_range *tmr)
{
    table = *tmr;
    return clear();
}

void vmsa_stop(void)
{
    if (table.length != 0 && !clear()) {
        table.length = 0; /* The TMR has gone; there is nothing left to wipe. */
    }
    table.length = 0;
}

/** The value that is kept of a page. */
static void value_of(const uint8_t *plaintext, uint8_t value[VMSA_TABLE_VALUE_BYTES])
{
    uint8_t digest[CRYPTO_SHA256_BYTES];

    crypto_sha256(plaintext, SEV_VMSA_BYTES, digest);
    memcpy(value, digest, VMSA_TABLE_VALUE_BYTES);
}

/**
 * Looks a page up.
 *
 * @param[out] place  where it is, or else where it can be put; NOT_FOUND = nowhere
 * @param[out] entry  set when it is found
 */
static bool find(uint64_t paddr, uint32_t *place, struct vmsa_entry *entry)
{
    const uint32_t start = VMSA_TABLE_SLOT(paddr);

    *place = NOT_FOUND;
    for (uint32_t step = 0; step < VMSA_TABLE_ENTRIES; step++) {
        const uint32_t index = (start + step) % VMSA_TABLE_ENTRIES;

        if (!read_entry(index, entry)) {
            return false;
        }
        if (entry->state == VMSA_ENTRY_USED && entry->paddr == paddr) {
            *place = index;
            return true;
        }
        if (entry->state != VMSA_ENTRY_USED && *place == NOT_FOUND) {
            *place = index;
        }
        if (entry->state == VMSA_ENTRY_FREE) {
            return false;
        }
    }
    return false;
}

enum sev_status vmsa_record(uint32_t handle, uint64_t paddr, const uint8_t *plaintext)
{
    struct vmsa_entry entry;
    uint32_t place;

    if (!find(paddr, &place, &entry) && place == NOT_FOUND) {
        return table.length == 0 ? SEV_STATUS_HWERROR_PLATFORM : SEV_STATUS_RESOURCE_LIMIT;
    }
    entry = (struct vmsa_entry){.paddr = paddr, .handle = handle, .state = VMSA_ENTRY_USED};
    value_of(plaintext, entry.value);
    return write_entry(place, &entry) ? SEV_STATUS_SUCCESS : SEV_STATUS_HWERROR_PLATFORM;
}

bool vmsa_is_known(uint32_t handle, uint64_t paddr)
{
    struct vmsa_entry entry;
    uint32_t place;

    return find(paddr, &place, &entry) && entry.handle == handle;
}

bool vmsa_is_intact(uint32_t handle, uint64_t paddr, const uint8_t *plaintext)
{
    uint8_t value[VMSA_TABLE_VALUE_BYTES];
    struct vmsa_entry entry;
    uint32_t place;

    value_of(plaintext, value);
    return find(paddr, &place, &entry) && entry.handle == handle &&
           crypto_equal(entry.value, value, sizeof value);
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

void vmsa_forget(uint32_t handle, uint64_t paddr)
{
    struct vmsa_entry entry;
    uint32_t place;

    if (find(paddr, &place, &entry) && entry.handle == handle && !remove_entry(place)) {
        table.length = 0; /* Fail closed: no VMSA is intact without the table. */
    }
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
            if (chunk[j].state == VMSA_ENTRY_USED && chunk[j].handle == handle &&
                !remove_entry(i + j)) {
                table.length = 0;
                return;
            }
        }
    }
}
