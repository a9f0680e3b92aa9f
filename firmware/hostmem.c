/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only door to x86 memory (hostmem.h). Copies go through a page-sized buffer in secure RAM when
 * a key applies, so that neither plaintext nor half-made ciphertext ever stands in DRAM.
 */
#include "firmware/hostmem.h"

#include <string.h>

#include "abi/fabric.h"
#include "crypto/fatal.h"
#include "firmware/fabric.h"
#include "hal/dram.h"

#define BLOCK_BYTES 16u
#define BOUNCE_BYTES 0x1000u

/** What the firmware holds, with its holder; length 0 = nothing. */
static struct hostmem_range held[HOSTMEM_HELD_MAX];

static struct crypto_memory_key host_key;
static _Alignas(16) uint8_t bounce[BOUNCE_BYTES];

/** Whether every byte of the range is DRAM; it may cross from one DRAM range to the next. */
static bool all_dram(uint64_t paddr, uint64_t length)
{
    while (length != 0) {
        uint64_t offset;
        uint64_t contiguous;

        if (!fabric_find(paddr, &offset, &contiguous)) {
            return false;
        }
        if (contiguous >= length) {
            return true;
        }
        paddr += contiguous;
        length -= contiguous;
    }
    return true;
}

/** Whether a page of the range is held by somebody else than the range's own holder. */
static bool is_held(const struct hostmem_range *range)
{
    for (uint32_t i = 0; i < HOSTMEM_HELD_MAX; i++) {
        if (held[i].holder != range->holder && hostmem_overlap(&held[i], range)) {
            return true;
        }
    }
    return false;
}

enum sev_status hostmem_resolve(uint64_t paddr, uint32_t length,
                                const struct hostmem_access *access, struct hostmem_range *range)
{
    const uint64_t mask = fabric_c_bit_mask();
    const bool tsme = (fabric_config()->flags & FABRIC_FLAG_TSME) != 0;
    const struct hostmem_range found = {
        .paddr = paddr & ~mask,
        .length = length,
        .direction = access->direction,
        .encrypted = tsme || (!access->ignores_c_bit && (paddr & mask) != 0),
        .holder = HOSTMEM_NOBODY,
    };

    if (found.paddr % access->alignment != 0 || length == 0 || found.paddr > UINT64_MAX - length ||
        !all_dram(found.paddr, length) || is_held(&found)) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    *range = found;
    return SEV_STATUS_SUCCESS;
}

bool hostmem_overlap(const struct hostmem_range *a, const struct hostmem_range *b)
{
    return a->length != 0 && b->length != 0 && a->paddr < b->paddr + b->length &&
           b->paddr < a->paddr + a->length;
}

/** Whether the part of the range may be touched now, in this direction. */
static bool is_allowed(const struct hostmem_range *range, uint8_t direction, uint32_t offset,
                       uint32_t length)
{
    return (range->direction & direction) != 0 && offset <= range->length &&
           length <= range->length - offset && !is_held(range) &&
           all_dram(range->paddr, range->length);
}

/** Copies bytes between DRAM and secure RAM; the caller has checked the range. */
static void raw_copy(uint64_t paddr, void *buffer, uint32_t length, bool write)
{
    uint8_t *bytes = buffer;

    while (length != 0) {
        uint64_t offset;
        uint64_t contiguous;
        uint32_t step;

        if (!fabric_find(paddr, &offset, &contiguous)) {
            return; /* Cannot happen: is_allowed has walked the same ranges. */
        }
        step = contiguous < length ? (uint32_t)contiguous : length;
        if (write) {
            hal_dram_write(offset, bytes, step);
        } else {
            hal_dram_read(offset, bytes, step);
        }
        paddr += step;
        bytes += step;
        length -= step;
    }
}

/** Bytes of the page that @p paddr lies in, from there on, or @p length if that is less. */
static uint32_t within_page(uint64_t paddr, uint32_t length)
{
    const uint32_t left = BOUNCE_BYTES - (uint32_t)(paddr % BOUNCE_BYTES);

    return left < length ? left : length;
}

/** Reads whole blocks around [paddr, paddr + length) into the bounce buffer and decrypts them. */
static uint32_t fill_bounce(uint64_t paddr, uint32_t length)
{
    const uint64_t start = paddr - paddr % BLOCK_BYTES;
    const uint32_t skip = (uint32_t)(paddr - start);
    const uint32_t whole = (skip + length + BLOCK_BYTES - 1u) & ~(BLOCK_BYTES - 1u);

    raw_copy(start, bounce, whole, false);
    crypto_memory_decrypt(&host_key, start, bounce, bounce, whole);
    return skip;
}

/** Encrypts the bounce buffer and writes it back to where fill_bounce read it from. */
static void spill_bounce(uint64_t paddr, uint32_t length)
{
    const uint64_t start = paddr - paddr % BLOCK_BYTES;
    const uint32_t skip = (uint32_t)(paddr - start);
    const uint32_t whole = (skip + length + BLOCK_BYTES - 1u) & ~(BLOCK_BYTES - 1u);

    crypto_memory_encrypt(&host_key, start, bounce, bounce, whole);
    raw_copy(start, bounce, whole, true);
}

/** Copies under the host's key, a page at a time; partial blocks are read, changed and written. */
static void host_key_copy(uint64_t paddr, void *buffer, uint32_t length, bool write)
{
    uint8_t *bytes = buffer;

    while (length != 0) {
        const uint32_t step = within_page(paddr, length);
        const uint32_t skip = fill_bounce(paddr, step);

        if (write) {
            memcpy(&bounce[skip], bytes, step);
            spill_bounce(paddr, step);
        } else {
            memcpy(bytes, &bounce[skip], step);
        }
        paddr += step;
        bytes += step;
        length -= step;
    }
    crypto_wipe(bounce, sizeof bounce);
}

bool hostmem_read(const struct hostmem_range *range, uint32_t offset, void *buffer, uint32_t length)
{
    if (!is_allowed(range, HOSTMEM_READ, offset, length)) {
        crypto_wipe(buffer, length);
        return false;
    }
    if (range->encrypted) {
        host_key_copy(range->paddr + offset, buffer, length, false);
    } else {
        raw_copy(range->paddr + offset, buffer, length, false);
    }
    return true;
}

bool hostmem_write(const struct hostmem_range *range, uint32_t offset, const void *buffer,
                   uint32_t length)
{
    if (!is_allowed(range, HOSTMEM_WRITE, offset, length)) {
        return false;
    }
    /* The copy functions serve both directions; a write does not change the buffer. */
    if (range->encrypted) {
        host_key_copy(range->paddr + offset, (void *)(uintptr_t)buffer, length, true);
    } else {
        raw_copy(range->paddr + offset, (void *)(uintptr_t)buffer, length, true);
    }
    return true;
}

bool hostmem_read_guest(const struct hostmem_range *range, const struct crypto_memory_key *key,
                        uint32_t offset, uint8_t *buffer, uint32_t length)
{
    if (!is_allowed(range, HOSTMEM_READ, offset, length)) {
        crypto_wipe(buffer, length);
        return false;
    }
    raw_copy(range->paddr + offset, buffer, length, false);
    crypto_memory_decrypt(key, range->paddr + offset, buffer, buffer, length);
    return true;
}

bool hostmem_write_guest(const struct hostmem_range *range, const struct crypto_memory_key *key,
                         uint32_t offset, uint8_t *buffer, uint32_t length)
{
    if (!is_allowed(range, HOSTMEM_WRITE, offset, length)) {
        return false;
    }
    crypto_memory_encrypt(key, range->paddr + offset, buffer, buffer, length);
    raw_copy(range->paddr + offset, buffer, length, true);
    return true;
}

/** Finds the word in DRAM. @return whether it may be touched now, in this direction */
static bool find_word(const struct hostmem_range *range, uint8_t direction, uint32_t offset,
                      uint64_t *dram_offset)
{
    uint64_t contiguous;

    /* Ranges of DRAM are whole pages: a word that is aligned lies in one of them. */
    return !range->encrypted && (range->paddr + offset) % sizeof(uint64_t) == 0 &&
           is_allowed(range, direction, offset, sizeof(uint64_t)) &&
           fabric_find(range->paddr + offset, dram_offset, &contiguous);
}

bool hostmem_store64(const struct hostmem_range *range, uint32_t offset, uint64_t value)
{
    uint64_t dram_offset;

    if (!find_word(range, HOSTMEM_WRITE, offset, &dram_offset)) {
        return false;
    }
    hal_dram_store(dram_offset, value);
    return true;
}

bool hostmem_replace64(const struct hostmem_range *range, uint32_t offset, uint64_t expected,
                       uint64_t value, uint64_t *found)
{
    uint64_t dram_offset;

    *found = 0;
    if ((range->direction & HOSTMEM_READ) == 0 ||
        !find_word(range, HOSTMEM_WRITE, offset, &dram_offset)) {
        return false;
    }
    *found = expected;
    return hal_dram_replace(dram_offset, found, value) ||
           *found != expected; /* FOUND says which. */
}

bool hostmem_exchange64(const struct hostmem_range *range, uint32_t offset, uint64_t value,
                        uint64_t *found)
{
    uint64_t dram_offset;

    *found = 0;
    if ((range->direction & HOSTMEM_READ) == 0 ||
        !find_word(range, HOSTMEM_WRITE, offset, &dram_offset)) {
        return false;
    }
    *found = hal_dram_exchange(dram_offset, value);
    return true;
}

bool hostmem_write_ciphertext(const struct hostmem_range *range, uint32_t offset,
                              const uint8_t *ciphertext, uint32_t length)
{
    if (!is_allowed(range, HOSTMEM_WRITE, offset, length)) {
        return false;
    }
    raw_copy(range->paddr + offset, (void *)(uintptr_t)ciphertext, length, true);
    return true;
}

void hostmem_hold(enum hostmem_holder holder, const struct hostmem_range *range)
{
    if (range->length == 0) {
        return;
    }
    for (uint32_t i = 0; i < HOSTMEM_HELD_MAX; i++) {
        if (held[i].length == 0) {
            held[i] = *range;
            held[i].holder = holder;
            return;
        }
    }
    crypto_fatal("too many held ranges");
}

void hostmem_release(enum hostmem_holder holder)
{
    for (uint32_t i = 0; i < HOSTMEM_HELD_MAX; i++) {
        if (held[i].holder == holder) {
            held[i] = (struct hostmem_range){.length = 0};
        }
    }
}

void hostmem_set_host_key(const struct crypto_memory_key *key)
{
    host_key = *key;
}
