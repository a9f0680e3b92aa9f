/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notes what the firmware wipes, for the tests of T13. A program includes this once: it then has this
 * crypto_wipe() in place of the firmware's.
 */
#ifndef TESTS_CVE_WIPED_H
#define TESTS_CVE_WIPED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "crypto/secret.h"

#define NOTES_MAX 16384u
#define NOTE_BYTES 1024u

/** What was wiped while a command ran; longer buffers are not noted. */
static struct {
    size_t length;
    uint8_t bytes[NOTE_BYTES];
} notes[NOTES_MAX];
static size_t note_count;

void crypto_wipe(void *buffer, size_t length)
{
    volatile uint8_t *bytes = buffer;

    if (length != 0 && length <= NOTE_BYTES && note_count < NOTES_MAX) {
        notes[note_count].length = length;
        memcpy(notes[note_count].bytes, buffer, length);
        note_count++;
    }
    for (size_t i = 0; i < length; i++) {
        bytes[i] = 0;
    }
}

bool crypto_equal(const void *a, const void *b, size_t length)
{
    return memcmp(a, b, length) == 0;
}

/** Forgets what was wiped so far. */
static void wiped_start(void)
{
    note_count = 0;
}

/** Whether a variable of @p size bytes was wiped that held the secret at @p offset. */
static bool was_wiped(size_t size, size_t offset, const void *secret, size_t length)
{
    for (size_t i = 0; i < note_count; i++) {
        if (notes[i].length == size && memcmp(notes[i].bytes + offset, secret, length) == 0) {
            return true;
        }
    }
    return false;
}

#endif
