/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Importing plaintext (launch.h). What is measured and what is encrypted is one private copy, made
 * once: of a page in secure RAM, or of many pages in the cipher engine's buffer, which no x86 address
 * leads to. It is encrypted in place or wiped, so nothing of the guest stays in it.
 */
#include "firmware/guest/launch.h"

#include "crypto/memory_batch.h"
#include "firmware/memctl.h"

#define PAGE_BYTES 0x1000u

static _Alignas(16) uint8_t page[PAGE_BYTES];

/** The part of a region that is still to be imported. */
struct rest {
    struct guest *guest;
    const struct hostmem_range *range;
    const struct crypto_memory_key *key;
    uint32_t offset;
};

/** Bytes of the rest, but at most @p most. */
static uint32_t step_of(const struct rest *rest, uint32_t most)
{
    const uint32_t left = rest->range->length - rest->offset;

    return left < most ? left : most;
}

/** Imports up to the next page's start. */
static enum sev_status update_page(struct rest *rest)
{
    const uint64_t paddr = rest->range->paddr + rest->offset;
    const uint32_t step = step_of(rest, PAGE_BYTES - (uint32_t)(paddr % PAGE_BYTES));
    enum sev_status status = hostmem_copy_in(rest->range, rest->offset, page, step);

    if (status == SEV_STATUS_SUCCESS) {
        crypto_sha256_update(&rest->guest->launch_hash, page, step);
        status = hostmem_copy_out_guest(rest->range, rest->key, rest->offset, page, step);
        rest->offset += step;
    }
    return status;
}

/** Imports the rest, which begins with a page, in batches: the CPU hashes while they are encrypted. */
static enum sev_status update_batches(struct rest *rest)
{
    uint8_t *const plaintext = crypto_memory_batch_plaintext();
    enum sev_status status = SEV_STATUS_SUCCESS;

    while (status == SEV_STATUS_SUCCESS && rest->offset < rest->range->length) {
        const uint32_t step = step_of(rest, CRYPTO_MEMORY_BATCH_BYTES);

        status = hostmem_copy_in(rest->range, rest->offset, plaintext, step);
        if (status == SEV_STATUS_SUCCESS) {
            crypto_memory_batch_start(rest->key, rest->range->paddr + rest->offset, step);
            crypto_sha256_update(&rest->guest->launch_hash, plaintext, step);
            status = hostmem_copy_out_ciphertext(rest->range, rest->offset,
                                                 crypto_memory_batch_finish(), step);
        }
        rest->offset += step;
    }
    crypto_memory_batch_wipe();
    return status;
}

enum sev_status launch_update(struct guest *guest, const struct hostmem_range *range)
{
    struct crypto_memory_key key;
    struct rest rest = {.guest = guest, .range = range, .key = &key};
    enum sev_status status = SEV_STATUS_SUCCESS;

    memctl_expand_key(guest->vek, &key);
    while (status == SEV_STATUS_SUCCESS && rest.offset < range->length) {
        const bool is_page = (range->paddr + rest.offset) % PAGE_BYTES == 0;

        status = is_page && crypto_memory_batch_is_worth(range->length - rest.offset)
                     ? update_batches(&rest)
                     : update_page(&rest);
    }
    if (status != SEV_STATUS_SUCCESS) {
        crypto_wipe(page, sizeof page);
    }
    crypto_wipe(&key, sizeof key);
    return status;
}
