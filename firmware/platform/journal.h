/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A journal: one record in flash, replaced as a whole, safe against a power cut at any erase or
 * program operation. Two sectors are used in turn; a third says that both are being erased.
 */
#ifndef FIRMWARE_PLATFORM_JOURNAL_H
#define FIRMWARE_PLATFORM_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/platform/store.h"

#define JOURNAL_SECTORS 3u

/** Where a journal lies, and what it is for. */
struct journal {
    uint32_t first_sector; /**< Of JOURNAL_SECTORS. */
    enum store_kind kind;
    bool erasable; /**< Else a record, once there, is replaced but never erased. */
};

/**
 * Reads the record in force. Finishes an erase that a power cut interrupted.
 *
 * @param[out] payload  @p length bytes; zeroed unless LOADED
 * @param length        of the kind's payload, at most STORE_PAYLOAD_MAX
 * @return LOADED; BLANK when nothing was ever saved, or it was erased; DAMAGED when there is
 *         something that no power cut explains; FAILED when the flash fails or LENGTH is too large
 */
CRYPTO_CHECKED enum store_result journal_load(const struct journal *journal, void *payload,
                                              uint32_t length);

/**
 * Replaces the record. After a power cut the old one or the new one is in force.
 *
 * @param payload  @p length bytes, at most STORE_PAYLOAD_MAX
 * @return false when the flash or the random generator fails, or LENGTH is too large
 */
CRYPTO_CHECKED bool journal_save(const struct journal *journal, const void *payload,
                                 uint32_t length);

/**
 * Erases the record so that no power cut brings it back.
 *
 * @return false when the flash fails, or the journal is not erasable
 */
CRYPTO_CHECKED bool journal_erase(const struct journal *journal);

#endif
