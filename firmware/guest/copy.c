/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies between guest and host memory (copy.h).
 */
#include "firmware/guest/copy.h"

#include <string.h>

#include "firmware/guest/vmsa.h"
#include "firmware/memctl.h"

#define PAGE_BYTES SEV_VMSA_BYTES

static _Alignas(16) uint8_t page[PAGE_BYTES];
static _Alignas(16) uint8_t vmsa[PAGE_BYTES];

/** One copy, and the part of it that is under way. */
struct copy {
    const struct guest *guest;
    const struct crypto_memory_key *key;
    const struct hostmem_range *source;
    const struct hostmem_range *destination;
    uint32_t offset;
    uint32_t length; /**< At most a page. */
};

/** Copies a part. @return false when hostmem or the TMR refuses */
typedef bool copy_step(const struct copy *copy);

/** Bytes from an offset in a range to the end of the page there. */
static uint32_t left_in_page(const struct hostmem_range *range, uint32_t offset)
{
    return PAGE_BYTES - (uint32_t)((range->paddr + offset) % PAGE_BYTES);
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

#define PAGES_OF_SOURCE 1u
#define PAGES_OF_DESTINATION 2u

/**
 * Copies part by part.
 *
 * @param pages  PAGES_OF_*: no part crosses a page of it
 */
static bool for_each_page(const struct guest *guest, const struct hostmem_range *source,
                          const struct hostmem_range *destination, uint32_t pages, copy_step *step)
{
    struct crypto_memory_key key;
    struct copy copy = {.guest = guest, .key = &key, .source = source, .destination = destination};
    bool ok = true;

    memctl_expand_key(guest->vek, &key);
    while (ok && copy.offset < source->length) {
        copy.length = source->length - copy.offset;
        if ((pages & PAGES_OF_SOURCE) != 0) {
            copy.length = least(copy.length, left_in_page(source, copy.offset));
        }
        if ((pages & PAGES_OF_DESTINATION) != 0) {
            copy.length = least(copy.length, left_in_page(destination, copy.offset));
        }
        ok = step(&copy);
        copy.offset += copy.length;
    }
    crypto_wipe(&key, sizeof key);
    crypto_wipe(page, sizeof page);
    crypto_wipe(vmsa, sizeof vmsa);
    return ok;
}

/** Writes the part in the page buffer to guest memory. */
static bool write_part(const struct copy *copy)
{
    return hostmem_write_guest(copy->destination, copy->key, copy->offset, page, copy->length);
}

/** Writes a VMSA, which is locked, to its new place. */
static bool move_vmsa(const struct copy *copy, uint64_t from, uint64_t to)
{
    const uint32_t handle = copy->guest->handle;

    switch (vmsa_move(handle, from, to, page)) {
    case SEV_STATUS_SUCCESS: /* Nobody can run it before it is there. */
        return write_part(copy) && vmsa_unlock(handle, to, NULL);
    case SEV_STATUS_INVALID_ADDRESS: /* The core that runs the VMSA there will write all of it. */
        return vmsa_unlock(handle, from, NULL);
    case SEV_STATUS_RESOURCE_LIMIT:
        return vmsa_unlock(handle, from, NULL) && write_part(copy);
    default:
        return false;
    }
}

/** Writes a part that takes no VMSA along. */
static bool move_data(const struct copy *copy, uint64_t to)
{
    switch (vmsa_hold(to)) {
    case SEV_STATUS_SUCCESS:
        return write_part(copy) && vmsa_release(to);
    case SEV_STATUS_INVALID_ADDRESS:
        return true; /* As above. */
    default:
        return false;
    }
}

static bool move_page(const struct copy *copy)
{
    const uint32_t handle = copy->guest->handle;
    const uint64_t from = copy->source->paddr + copy->offset;
    const uint64_t to = copy->destination->paddr + copy->offset;

    if (!hostmem_read_guest(copy->source, copy->key, copy->offset, page, copy->length)) {
        return false;
    }
    if (copy->length == PAGE_BYTES && vmsa_is_known(handle, from) &&
        vmsa_lock_intact(handle, from, page)) {
        return move_vmsa(copy, from, to);
    }
    return move_data(copy, to - to % PAGE_BYTES);
}

bool copy_within_guest(const struct guest *guest, const struct hostmem_range *source,
                       const struct hostmem_range *destination)
{
    return for_each_page(guest, source, destination, PAGES_OF_SOURCE | PAGES_OF_DESTINATION,
                         move_page);
}

static bool decrypt_page(const struct copy *copy)
{
    return hostmem_read_guest(copy->source, copy->key, copy->offset, page, copy->length) &&
           hostmem_write(copy->destination, copy->offset, page, copy->length);
}

bool copy_from_guest(const struct guest *guest, const struct hostmem_range *source,
                     const struct hostmem_range *destination)
{
    return for_each_page(guest, source, destination, PAGES_OF_SOURCE, decrypt_page);
}

/**
 * Computes what a VMSA will be when the part in the page buffer has been written.
 *
 * @param[in,out] value  what the page must be, before and after
 * @return false when hostmem refuses
 */
static bool follow(const struct copy *copy, uint64_t paddr, struct vmsa_value *value)
{
    const struct hostmem_range whole = {
        .paddr = paddr, .length = PAGE_BYTES, .direction = HOSTMEM_READ};
    const uint32_t skip = (uint32_t)((copy->destination->paddr + copy->offset) % PAGE_BYTES);
    struct vmsa_value before = *value;

    if (copy->length < PAGE_BYTES) {
        if (!hostmem_read_guest(&whole, copy->key, 0, vmsa, PAGE_BYTES)) {
            return false;
        }
        vmsa_value_of(copy->guest->handle, paddr, vmsa, &before);
    }
    if (vmsa_value_equal(&before, value)) {
        memcpy(&vmsa[skip], page, copy->length);
        vmsa_value_of(copy->guest->handle, paddr, vmsa, value);
    }
    return true;
}

static bool encrypt_page(const struct copy *copy)
{
    const uint32_t handle = copy->guest->handle;
    const uint64_t at = copy->destination->paddr + copy->offset;
    const uint64_t paddr = at - at % PAGE_BYTES;
    struct vmsa_value value;
    bool ok;

    if (!hostmem_read(copy->source, copy->offset, page, copy->length)) {
        return false;
    }
    if (!vmsa_is_known(handle, paddr)) {
        return write_part(copy);
    }
    if (!vmsa_lock(handle, paddr, &value)) {
        return true; /* The core that runs it will write all of it. */
    }
    ok = follow(copy, paddr, &value) && write_part(copy);
    return vmsa_unlock(handle, paddr, ok ? &value : NULL) && ok;
}

bool copy_to_guest(const struct guest *guest, const struct hostmem_range *source,
                   const struct hostmem_range *destination)
{
    return for_each_page(guest, source, destination, PAGES_OF_DESTINATION, encrypt_page);
}
