/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Journals in flash (journal.h).
 *
 * Two sectors are used in turn. Each begins with a state word that is programmed last: COMMITTED
 * says the record behind it is whole. A save clears the state of the sector it is about to reuse,
 * erases it, programs the record with the next sequence number, commits. The newest committed
 * record counts; if that one does not open, the data was tampered with (a torn write never commits).
 * A third sector says that everything is being erased, so that an erase is finished after a cut.
 */
#include "firmware/platform/journal.h"

#include <string.h>

#include "hal/flash.h"

#define SECTORS 2u
#define RECORD_OFFSET 0x20u
#define STATE_COMMITTED 0x54494D4D4F434156ull /**< "VACOMMIT" as stored, little-endian. */
#define STATE_STALE 0ull
#define ERASING_SECTOR SECTORS
#define STATE_ERASING 0x474E495341524556ull /**< "VERASING" as stored, little-endian. */

/** Bytes as the flash programs them. */
#define ROUNDED(bytes) (((bytes) + 7u) & ~(size_t)7u)

_Static_assert(JOURNAL_SECTORS == SECTORS + 1u, "records and the mark");
_Static_assert(RECORD_OFFSET + ROUNDED(sizeof(struct store_record)) <= HAL_FLASH_SECTOR_BYTES,
               "a record fits a sector");

/** One sector's record, padded to what the flash can program. */
static union {
    struct store_record sealed;
    uint8_t bytes[ROUNDED(sizeof(struct store_record))];
} record;

static uint32_t sector_offset(const struct journal *journal, uint32_t sector)
{
    return (journal->first_sector + sector) * HAL_FLASH_SECTOR_BYTES;
}

static uint64_t read_state(const struct journal *journal, uint32_t sector)
{
    uint64_t state;

    hal_flash_read(sector_offset(journal, sector), &state, sizeof state);
    return state;
}

static uint64_t read_sequence(const struct journal *journal, uint32_t sector)
{
    uint64_t sequence;

    hal_flash_read(sector_offset(journal, sector) + RECORD_OFFSET +
                       (uint32_t)offsetof(struct store_header, sequence),
                   &sequence, sizeof sequence);
    return sequence;
}

/** @return the sector with the newest committed record, or SECTORS when there is none */
static uint32_t newest_sector(const struct journal *journal)
{
    uint32_t newest = SECTORS;

    for (uint32_t sector = 0; sector < SECTORS; sector++) {
        if (read_state(journal, sector) == STATE_COMMITTED &&
            (newest == SECTORS ||
             read_sequence(journal, sector) > read_sequence(journal, newest))) {
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
static bool states_are_explained(const struct journal *journal)
{
    for (uint32_t sector = 0; sector < SECTORS; sector++) {
        const uint64_t state = read_state(journal, sector);

        if ((state & STATE_COMMITTED) != STATE_COMMITTED && (state & ~STATE_COMMITTED) != 0) {
            return false;
        }
    }
    return true;
}

/** Whether a record of @p bytes can be programmed into the sector without an erase. */
static bool is_blank(const struct journal *journal, uint32_t sector, size_t bytes)
{
    uint8_t any = 0xFF;

    hal_flash_read(sector_offset(journal, sector) + RECORD_OFFSET, &record, bytes);
    for (size_t i = 0; i < bytes; i++) {
        any &= record.bytes[i];
    }
    return any == 0xFF && read_state(journal, sector) == UINT64_MAX;
}

/** Erases a sector after its record has been made invalid. */
static bool retire(const struct journal *journal, uint32_t sector)
{
    const uint64_t stale = STATE_STALE;

    return hal_flash_program(sector_offset(journal, sector), &stale, sizeof stale) &&
           hal_flash_erase(sector_offset(journal, sector));
}

/** Erases both records; the older first, so that it can never come back. */
static bool erase_records(const struct journal *journal)
{
    const uint32_t found = newest_sector(journal);
    const uint32_t newest = found == SECTORS ? 0 : found;

    return retire(journal, 1u - newest) && retire(journal, newest) &&
           hal_flash_erase(sector_offset(journal, ERASING_SECTOR));
}

/** Marks that everything is being erased, and does it. */
static bool mark_and_erase(const struct journal *journal)
{
    const uint64_t erasing = STATE_ERASING;

    return hal_flash_erase(sector_offset(journal, ERASING_SECTOR)) &&
           hal_flash_program(sector_offset(journal, ERASING_SECTOR), &erasing, sizeof erasing) &&
           erase_records(journal);
}

enum store_result journal_load(const struct journal *journal, void *payload, uint32_t length)
{
    const struct store_place place = {journal->kind, STORE_MEDIUM_FLASH};
    const uint32_t sector = newest_sector(journal);

    memset(payload, 0, length);
    if (length > STORE_PAYLOAD_MAX) {
        return STORE_FAILED;
    }
    if (read_state(journal, ERASING_SECTOR) == STATE_ERASING) {
        /* Where nothing is ever erased, the mark is there only before the first record is. */
        if (!journal->erasable && sector != SECTORS) {
            return STORE_DAMAGED;
        }
        return erase_records(journal) ? STORE_BLANK : STORE_FAILED;
    }
    if (sector == SECTORS) {
        return states_are_explained(journal) ? STORE_BLANK : STORE_DAMAGED;
    }
    hal_flash_read(sector_offset(journal, sector) + RECORD_OFFSET, &record.sealed,
                   STORE_RECORD_BYTES(length));
    return store_open(&record.sealed, &place, payload, length) ? STORE_LOADED : STORE_DAMAGED;
}

bool journal_erase(const struct journal *journal)
{
    return journal->erasable && mark_and_erase(journal);
}

/** Makes room for a record of @p bytes. @return false when the flash fails */
static bool prepare(const struct journal *journal, uint32_t newest, uint32_t target, size_t bytes)
{
    if (newest != SECTORS) {
        return retire(journal, target);
    }
    /* A mark that is left would have the next start erase the record. */
    return (read_state(journal, ERASING_SECTOR) != STATE_ERASING &&
            is_blank(journal, target, bytes)) ||
           mark_and_erase(journal);
}

bool journal_save(const struct journal *journal, const void *payload, uint32_t length)
{
    const struct store_place place = {journal->kind, STORE_MEDIUM_FLASH};
    const size_t bytes = ROUNDED(STORE_RECORD_BYTES((size_t)length));
    const uint32_t newest = newest_sector(journal);
    const uint32_t target = newest == SECTORS ? 0 : 1u - newest;
    const uint64_t sequence = newest == SECTORS ? 1 : read_sequence(journal, newest) + 1u;
    const uint64_t committed = STATE_COMMITTED;

    if (length > STORE_PAYLOAD_MAX || !prepare(journal, newest, target, bytes)) {
        return false;
    }
    memset(&record, 0xFF, sizeof record);
    if (!store_seal(&place, sequence, payload, length, &record.sealed) ||
        !hal_flash_program(sector_offset(journal, target) + RECORD_OFFSET, &record, bytes)) {
        return false;
    }
    return hal_flash_program(sector_offset(journal, target), &committed, sizeof committed);
}
