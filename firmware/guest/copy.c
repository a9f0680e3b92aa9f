/*
 * Copies between guest and host memory (copy.h).
 */
#include "firmware/guest/copy.h"

#include "firmware/guest/vmsa.h"
#include "firmware/memctl.h"

#define PAGE_BYTES 0x1000u

static _Alignas(16) uint8_t page[PAGE_BYTES];

/** Whether the guest can have VMSAs that the firmware knows. */
static bool is_es(const struct guest *guest)
{
    return (guest->policy & SEV_POLICY_ES) != 0;
}

/** Copies one step of at most a page. */
static bool copy_step(const struct crypto_memory_key *key, const struct hostmem_range *source,
                      enum copy_side source_side, const struct hostmem_range *destination,
                      enum copy_side destination_side, uint32_t offset, uint32_t length)
{
    const bool read = source_side == COPY_GUEST_MEMORY
                          ? hostmem_read_guest(source, key, offset, page, length)
                          : hostmem_read(source, offset, page, length);

    if (!read) {
        return false;
    }
    return destination_side == COPY_GUEST_MEMORY
               ? hostmem_write_guest(destination, key, offset, page, length)
               : hostmem_write(destination, offset, page, length);
}

bool copy_memory(const struct guest *guest, const struct hostmem_range *source,
                 enum copy_side source_side, const struct hostmem_range *destination,
                 enum copy_side destination_side)
{
    struct crypto_memory_key key;
    uint32_t offset = 0;
    bool ok = true;

    memctl_expand_key(guest->vek, &key);
    while (ok && offset < source->length) {
        const uint32_t left = source->length - offset;
        const uint32_t step = left < PAGE_BYTES ? left : PAGE_BYTES;

        ok = copy_step(&key, source, source_side, destination, destination_side, offset, step);
        offset += step;
    }
    crypto_wipe(&key, sizeof key);
    crypto_wipe(page, sizeof page);
    return ok;
}

/** Reads the guest's page at @p paddr and records its value. */
static bool record_page(const struct guest *guest, uint64_t paddr)
{
    const struct hostmem_range range = {
        .paddr = paddr, .length = PAGE_BYTES, .direction = HOSTMEM_READ};
    struct crypto_memory_key key;
    bool ok;

    memctl_expand_key(guest->vek, &key);
    ok = hostmem_read_guest(&range, &key, 0, page, PAGE_BYTES) &&
         vmsa_record(guest->handle, paddr, page) == SEV_STATUS_SUCCESS;
    crypto_wipe(&key, sizeof key);
    crypto_wipe(page, sizeof page);
    return ok;
}

bool copy_refresh_vmsas(const struct guest *guest, const struct hostmem_range *range)
{
    const uint64_t end = range->paddr + range->length;
    bool ok = true;

    if (!is_es(guest)) {
        return true;
    }
    for (uint64_t paddr = range->paddr & ~(uint64_t)(PAGE_BYTES - 1u); ok && paddr < end;
         paddr += PAGE_BYTES) {
        ok = !vmsa_is_known(guest->handle, paddr) || record_page(guest, paddr);
    }
    return ok;
}

bool copy_move_vmsas(const struct guest *guest, const struct hostmem_range *source,
                     const struct hostmem_range *destination)
{
    const uint64_t first = (source->paddr + PAGE_BYTES - 1u) & ~(uint64_t)(PAGE_BYTES - 1u);
    const uint64_t end = source->paddr + source->length;
    bool ok = true;

    if (!is_es(guest) || source->paddr % PAGE_BYTES != destination->paddr % PAGE_BYTES) {
        return true;
    }
    for (uint64_t paddr = first; ok && paddr + PAGE_BYTES <= end; paddr += PAGE_BYTES) {
        if (vmsa_is_known(guest->handle, paddr)) {
            ok = vmsa_move(guest->handle, paddr, destination->paddr + (paddr - source->paddr));
        }
    }
    return ok;
}
