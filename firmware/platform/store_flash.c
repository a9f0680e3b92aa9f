/*
 * Persistent data in flash (store.h), safe against a power cut at any erase or program operation.
 *
 * Two sectors are used in turn. Each begins with a state word that is programmed last: COMMITTED
 * says the record behind it is whole. A save clears the state of the sector it is about to reuse,
 * erases it, programs the record with the next sequence number, commits. The newest committed
 * record counts; if that one does not open, the data was tampered with (a torn write never commits).
 * A third sector says that everything is being erased, so that a reset is finished after a cut.
 */
#include <string.h>

#include "firmware/platform/store.h"
#include "hal/flash.h"

#define SECTORS 2u
#define RECORD_OFFSET 0x20u
#define STATE_COMMITTED 0x54494D4D4F434156ull /**< "VACOMMIT" as stored, little-endian. */
#define STATE_STALE 0ull
#define ERASING_SECTOR SECTORS
#define STATE_ERASING 0x474E495341524556ull /**< "VERASING" as stored, little-endian. */

#define ROUNDED_BYTES ((sizeof(struct store_sealed) + 7u) & ~(size_t)7u)

/** One sector's record, padded to what the flash can program. */
static union {
    struct store_sealed sealed;
    uint8_t bytes[ROUNDED_BYTES];
} record;

static uint32_t sector_offset(uint32_t sector)
{
    return sector * HAL_FLASH_SECTOR_BYTES;
}

static uint64_t read_state(uint32_t sector)
{
    uint64_t state;

    hal_flash_read(sector_offset(sector), &state, sizeof state);
    return state;
}

static uint64_t read_sequence(uint32_t sector)
{
    uint64_t sequence;

    hal_flash_read(sector_offset(sector) + RECORD_OFFSET +
                       (uint32_t)offsetof(struct store_sealed, sequence),
                   &sequence, sizeof sequence);
    return sequence;
}

/** @return the sector with the newest committed record, or SECTORS when there is none */
static uint32_t newest_sector(void)
{
    uint32_t newest = SECTORS;

    for (uint32_t sector = 0; sector < SECTORS; sector++) {
        if (read_state(sector) == STATE_COMMITTED &&
            (newest == SECTORS || read_sequence(sector) > read_sequence(newest))) {
            newest = sector;
        }
    }
    return newest;
}

/**
 * Whether no sector carries a state word that only damage can explain. Power cuts leave a word
 * between FFh.. and COMMITTED, or between COMMITTED and 0: bits only clear. A torn erase leaves any
 * bits, but is never the last thing that happened: there is a committed record, or ERASING.
 */
static bool states_are_explained(void)
{
    for (uint32_t sector = 0; sector < SECTORS; sector++) {
        const uint64_t state = read_state(sector);

        if ((state & STATE_COMMITTED) != STATE_COMMITTED && (state & ~STATE_COMMITTED) != 0) {
            return false;
        }
    }
    return true;
}

/** Whether a record can be programmed into the sector without an erase. */
static bool is_blank(uint32_t sector)
{
    uint8_t any = 0xFF;

    hal_flash_read(sector_offset(sector) + RECORD_OFFSET, &record, sizeof record);
    for (size_t i = 0; i < sizeof record; i++) {
        any &= record.bytes[i];
    }
    return any == 0xFF && read_state(sector) == UINT64_MAX;
}

/** Erases a sector after its record has been made invalid. */
static bool retire(uint32_t sector)
{
    const uint64_t stale = STATE_STALE;

    return hal_flash_program(sector_offset(sector), &stale, sizeof stale) &&
           hal_flash_erase(sector_offset(sector));
}

/** Erases both records; the older first, so that it can never come back. */
static bool erase_records(void)
{
    const uint32_t newest = newest_sector() == SECTORS ? 0 : newest_sector();

    return retire(1u - newest) && retire(newest) && hal_flash_erase(sector_offset(ERASING_SECTOR));
}

enum store_result store_flash_load(struct identity *identity)
{
    uint32_t sector;

    if (read_state(ERASING_SECTOR) == STATE_ERASING) {
        return erase_records() ? STORE_BLANK : STORE_FAILED;
    }
    sector = newest_sector();
    if (sector == SECTORS) {
        return states_are_explained() ? STORE_BLANK : STORE_DAMAGED;
    }
    hal_flash_read(sector_offset(sector) + RECORD_OFFSET, &record.sealed, sizeof record.sealed);
    return store_open(&record.sealed, STORE_MEDIUM_FLASH, identity) ? STORE_LOADED : STORE_DAMAGED;
}

bool store_flash_erase(void)
{
    const uint64_t erasing = STATE_ERASING;

    return hal_flash_erase(sector_offset(ERASING_SECTOR)) &&
           hal_flash_program(sector_offset(ERASING_SECTOR), &erasing, sizeof erasing) &&
           erase_records();
}

/** Makes room for a record. @return false when the flash fails */
static bool prepare(uint32_t newest, uint32_t target)
{
    if (newest != SECTORS) {
        return retire(target);
    }
    return is_blank(target) || store_flash_erase();
}

bool store_flash_save(const struct identity *identity)
{
    const uint32_t newest = newest_sector();
    const uint32_t target = newest == SECTORS ? 0 : 1u - newest;
    const uint64_t sequence = newest == SECTORS ? 1 : read_sequence(newest) + 1u;
    const uint64_t committed = STATE_COMMITTED;

    if (!prepare(newest, target)) {
        return false;
    }
    memset(&record, 0xFF, sizeof record);
    if (!store_seal(identity, STORE_MEDIUM_FLASH, sequence, &record.sealed) ||
        !hal_flash_program(sector_offset(target) + RECORD_OFFSET, &record, sizeof record)) {
        return false;
    }
    return hal_flash_program(sector_offset(target), &committed, sizeof committed);
}
