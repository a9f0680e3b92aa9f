/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State that a firmware leaves for the one that replaces it (DOWNLOAD_FIRMWARE): typed records in
 * secure RAM that the replacement does not touch (hal/system.h).
 *
 * The old firmware: handover_begin, handover_add for each piece of state, handover_seal. The new one:
 * handover_open, handover_take for each piece that it knows, handover_close, which wipes them all. A
 * firmware that knows no records finds none, and leaves none.
 */
#ifndef FIRMWARE_HANDOVER_H
#define FIRMWARE_HANDOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/secret.h"

/** Set in the tag of state without which a firmware must not serve: one that does not take it stops. */
#define HANDOVER_REQUIRED 0x80000000u

/** What a record holds. A tag is never used for another layout. */
enum handover_tag {
    HANDOVER_PLATFORM = 1, /**< Owner and NV block (firmware/platform/platform.c). */
    HANDOVER_GUESTS = 2,   /**< Which handles are used up (firmware/guest/guest.c). */
    HANDOVER_COMMIT = 3,   /**< The new firmware commits itself (firmware/platform/commit.c). */
    HANDOVER_COUNTED = 4,  /**< What counts as committed (as above). */
};

/** Forgets what was added, and starts anew. */
void handover_begin(void);

/**
 * Adds a record. There may be several with one tag; they are taken in the order in which they came.
 *
 * @param tag    not 0; may have HANDOVER_REQUIRED set
 * @param bytes  @p length bytes
 * @return false when there is no room; nothing is added then
 */
CRYPTO_CHECKED bool handover_add(uint32_t tag, const void *bytes, uint32_t length);

/** Makes the records valid for the next firmware: nothing can be added from now on. */
void handover_seal(void);

/** Wipes all records. */
void handover_wipe(void);

/**
 * Looks at what the firmware before has left.
 *
 * @return NULL when that is nothing, or a whole hand-over; else what is wrong with it: the firmware
 *         must not serve then
 */
const char *handover_open(void);

/**
 * Takes the first record with a tag that was not taken yet.
 *
 * @param[out] bytes  @p length bytes; unchanged when it returns false
 * @return false when there is none, or it has another length: it is not taken then
 */
CRYPTO_CHECKED bool handover_take(uint32_t tag, void *bytes, uint32_t length);

/**
 * Wipes all records.
 *
 * @return NULL, or what is wrong: a record that is required was not taken
 */
const char *handover_close(void);

#endif
