/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Importing plaintext (launch.h). The page buffer holds plaintext only until it is encrypted in
 * place, so nothing of the guest stays in it.
 */
#include "firmware/guest/launch.h"

#include "firmware/memctl.h"

#define PAGE_BYTES 0x1000u

static _Alignas(16) uint8_t page[PAGE_BYTES];

bool launch_update(struct guest *guest, const struct hostmem_range *range)
{
    struct crypto_memory_key key;
    uint32_t offset = 0;
    bool ok = true;

    memctl_expand_key(guest->vek, &key);
    while (ok && offset < range->length) {
        const uint32_t left = range->length - offset;
        const uint32_t to_page_end = PAGE_BYTES - (uint32_t)((range->paddr + offset) % PAGE_BYTES);
        const uint32_t step = left < to_page_end ? left : to_page_end;

        ok = hostmem_read(range, offset, page, step);
        if (ok) {
            crypto_sha256_update(&guest->launch_hash, page, step);
            ok = hostmem_write_guest(range, &key, offset, page, step);
        }
        offset += step;
    }
    if (!ok) {
        crypto_wipe(page, sizeof page);
    }
    crypto_wipe(&key, sizeof key);
    return ok;
}
