/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies and words of x86 memory (hostmem.h). Copies go through a page-sized buffer in secure RAM
 * when a key applies, so that neither plaintext nor half-made ciphertext ever stands in DRAM.
 */
#include "firmware/hostmem.h"

#include <string.h>

#include "firmware/fabric.h"
#include "hal/dram.h"

#define BLOCK_BYTES 16u
#define BOUNCE_BYTES 0x1000u

static struct crypto_memory_key host_key;
static _Alignas(16) uint8_t bounce[BOUNCE_BYTES];

void hostmem_set_host_key(const struct crypto_memory_key *key)
{
    host_key = *key;
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
            return; /* Cannot happen: hostmem_check_part has walked the same ranges. */
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

/** How bytes are copied: raw_copy(), or host_key_copy(). */
typedef void copy_function(uint64_t paddr, void *buffer, uint32_t length, bool write);

/**
 * Writes bytes of a part that has been checked: every write but those of words. Where an instruction
 * could give the page to a guest meanwhile, the page is kept as it is until it has been written.
 */
static enum sev_status write_part(const struct hostmem_range *range, uint32_t offset,
                                  uint8_t *bytes, uint32_t length, copy_function *copy)
{
    uint64_t paddr = range->paddr + offset;

    if (!hostmem_must_hold(range)) {
        copy(paddr, bytes, length, true);
        return SEV_STATUS_SUCCESS;
    }
    while (length != 0) {
        const uint32_t step = within_page(paddr, length);
        const enum sev_status status = rmp_hold(paddr, &range->pages);

        if (status != SEV_STATUS_SUCCESS) {
            return status;
        }
        copy(paddr, bytes, step, true);
        rmp_release(paddr);
        paddr += step;
        bytes += step;
        length -= step;
    }
    return SEV_STATUS_SUCCESS;
}

enum sev_status hostmem_copy_in(const struct hostmem_range *range, uint32_t offset, void *buffer,
                                uint32_t length)
{
    const enum sev_status status = hostmem_check_part(range, HOSTMEM_READ, offset, length);

    if (status != SEV_STATUS_SUCCESS) {
        crypto_wipe(buffer, length);
        return status;
    }
    if (range->encrypted) {
        host_key_copy(range->paddr + offset, buffer, length, false);
    } else {
        raw_copy(range->paddr + offset, buffer, length, false);
    }
    return SEV_STATUS_SUCCESS;
}

enum sev_status hostmem_copy_out(const struct hostmem_range *range, uint32_t offset,
                                 const void *buffer, uint32_t length)
{
    const enum sev_status status = hostmem_check_part(range, HOSTMEM_WRITE, offset, length);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    /* The copy functions serve both directions; a write does not change the buffer. */
    return write_part(range, offset, (uint8_t *)(uintptr_t)buffer, length,
                      range->encrypted ? host_key_copy : raw_copy);
}

enum sev_status hostmem_copy_in_guest(const struct hostmem_range *range,
                                      const struct crypto_memory_key *key, uint32_t offset,
                                      uint8_t *buffer, uint32_t length)
{
    const enum sev_status status = hostmem_check_part(range, HOSTMEM_READ, offset, length);

    if (status != SEV_STATUS_SUCCESS) {
        crypto_wipe(buffer, length);
        return status;
    }
    raw_copy(range->paddr + offset, buffer, length, false);
    crypto_memory_decrypt(key, range->paddr + offset, buffer, buffer, length);
    return SEV_STATUS_SUCCESS;
}

enum sev_status hostmem_copy_out_guest(const struct hostmem_range *range,
                                       const struct crypto_memory_key *key, uint32_t offset,
                                       uint8_t *buffer, uint32_t length)
{
    enum sev_status status = hostmem_check_part(range, HOSTMEM_WRITE, offset, length);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    crypto_memory_encrypt(key, range->paddr + offset, buffer, buffer, length);
    status = write_part(range, offset, buffer, length, raw_copy);
    if (status != SEV_STATUS_SUCCESS) {
        crypto_memory_decrypt(key, range->paddr + offset, buffer, buffer, length);
    }
    return status;
}

/** Finds a word in DRAM that may be touched now. @return as hostmem_set_word */
static enum sev_status find_word(const struct hostmem_range *range, uint8_t direction,
                                 uint32_t offset, uint64_t *dram_offset)
{
    const enum sev_status status = hostmem_check_part(range, direction, offset, sizeof(uint64_t));
    uint64_t contiguous;

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    /* Ranges of DRAM are whole pages: a word that is aligned lies in one of them. */
    if (range->encrypted || hostmem_must_hold(range) ||
        (range->paddr + offset) % sizeof(uint64_t) != 0 ||
        !fabric_find(range->paddr + offset, dram_offset, &contiguous)) {
        return SEV_STATUS_HWERROR_UNSAFE;
    }
    return SEV_STATUS_SUCCESS;
}

enum sev_status hostmem_set_word(const struct hostmem_range *range, uint32_t offset, uint64_t value)
{
    uint64_t dram_offset;
    const enum sev_status status = find_word(range, HOSTMEM_WRITE, offset, &dram_offset);

    if (status == SEV_STATUS_SUCCESS) {
        hal_dram_store(dram_offset, value);
    }
    return status;
}

enum sev_status hostmem_replace_word(const struct hostmem_range *range, uint32_t offset,
                                     uint64_t expected, uint64_t value, uint64_t *found)
{
    uint64_t dram_offset;
    const enum sev_status status =
        find_word(range, HOSTMEM_READ | HOSTMEM_WRITE, offset, &dram_offset);

    *found = 0;
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    *found = expected;
    /* FOUND says which: only if it is what was expected must it have been written. */
    return hal_dram_replace(dram_offset, found, value) || *found != expected
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_HWERROR_UNSAFE;
}

enum sev_status hostmem_exchange_word(const struct hostmem_range *range, uint32_t offset,
                                      uint64_t value, uint64_t *found)
{
    uint64_t dram_offset;
    const enum sev_status status =
        find_word(range, HOSTMEM_READ | HOSTMEM_WRITE, offset, &dram_offset);

    *found = status == SEV_STATUS_SUCCESS ? hal_dram_exchange(dram_offset, value) : 0;
    return status;
}

enum sev_status hostmem_copy_in_ciphertext(const struct hostmem_range *range, uint32_t offset,
                                           uint8_t *ciphertext, uint32_t length)
{
    const enum sev_status status = hostmem_check_part(range, HOSTMEM_READ, offset, length);

    if (status != SEV_STATUS_SUCCESS) {
        crypto_wipe(ciphertext, length);
        return status;
    }
    raw_copy(range->paddr + offset, ciphertext, length, false);
    return SEV_STATUS_SUCCESS;
}

enum sev_status hostmem_copy_out_ciphertext(const struct hostmem_range *range, uint32_t offset,
                                            const uint8_t *ciphertext, uint32_t length)
{
    const enum sev_status status = hostmem_check_part(range, HOSTMEM_WRITE, offset, length);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    return write_part(range, offset, (uint8_t *)(uintptr_t)ciphertext, length, raw_copy);
}
