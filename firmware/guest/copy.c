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

/** Copies a part. @return as copy.h says */
typedef enum sev_status copy_step(const struct copy *copy);

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
static enum sev_status for_each_page(const struct guest *guest, const struct hostmem_range *source,
                                     const struct hostmem_range *destination, uint32_t pages,
                                     copy_step *step)
{
    struct crypto_memory_key key;
    struct copy copy = {.guest = guest, .key = &key, .source = source, .destination = destination};
    enum sev_status status = SEV_STATUS_SUCCESS;

    memctl_expand_key(guest->vek, &key);
    while (status == SEV_STATUS_SUCCESS && copy.offset < source->length) {
        copy.length = source->length - copy.offset;
        if ((pages & PAGES_OF_SOURCE) != 0) {
            copy.length = least(copy.length, left_in_page(source, copy.offset));
        }
        if ((pages & PAGES_OF_DESTINATION) != 0) {
            copy.length = least(copy.length, left_in_page(destination, copy.offset));
        }
        status = step(&copy);
        copy.offset += copy.length;
    }
    crypto_wipe(&key, sizeof key);
    crypto_wipe(page, sizeof page);
    crypto_wipe(vmsa, sizeof vmsa);
    return status;
}

/** A step's status by whether the TMR has answered: if not, guest memory is copied in part. */
static enum sev_status with_tmr(bool ok)
{
    return ok ? SEV_STATUS_SUCCESS : SEV_STATUS_HWERROR_UNSAFE;
}

/** Writes the part in the page buffer to guest memory. */
static enum sev_status write_part(const struct copy *copy)
{
    return hostmem_copy_out_guest(copy->destination, copy->key, copy->offset, page, copy->length);
}

/** Writes a VMSA, which is locked, to its new place. */
static enum sev_status move_vmsa(const struct copy *copy, uint64_t from, uint64_t to)
{
    const uint32_t handle = copy->guest->handle;
    enum sev_status status;

    switch (vmsa_move(handle, from, to, page)) {
    case SEV_STATUS_SUCCESS: /* Nobody can run it before it is there. */
        status = write_part(copy);
        return status == SEV_STATUS_SUCCESS ? with_tmr(vmsa_unlock(handle, to, NULL)) : status;
    case SEV_STATUS_INVALID_ADDRESS: /* The core that runs the VMSA there will write all of it. */
        return with_tmr(vmsa_unlock(handle, from, NULL));
    case SEV_STATUS_RESOURCE_LIMIT:
        status = with_tmr(vmsa_unlock(handle, from, NULL));
        return status == SEV_STATUS_SUCCESS ? write_part(copy) : status;
    default:
        return with_tmr(false);
    }
}

/** Writes a part that takes no VMSA along. */
static enum sev_status move_data(const struct copy *copy, uint64_t to)
{
    enum sev_status status;

    switch (vmsa_hold(to)) {
    case SEV_STATUS_SUCCESS:
        status = write_part(copy);
        return status == SEV_STATUS_SUCCESS ? with_tmr(vmsa_release(to)) : status;
    case SEV_STATUS_INVALID_ADDRESS:
        return SEV_STATUS_SUCCESS; /* As above. */
    default:
        return with_tmr(false);
    }
}

static enum sev_status move_page(const struct copy *copy)
{
    const uint32_t handle = copy->guest->handle;
    const uint64_t from = copy->source->paddr + copy->offset;
    const uint64_t to = copy->destination->paddr + copy->offset;
    const enum sev_status status =
        hostmem_copy_in_guest(copy->source, copy->key, copy->offset, page, copy->length);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (copy->length == PAGE_BYTES && vmsa_is_known(handle, from) &&
        vmsa_lock_intact(handle, from, page)) {
        return move_vmsa(copy, from, to);
    }
    return move_data(copy, to - to % PAGE_BYTES);
}

enum sev_status copy_within_guest(const struct guest *guest, const struct hostmem_range *source,
                                  const struct hostmem_range *destination)
{
    return for_each_page(guest, source, destination, PAGES_OF_SOURCE | PAGES_OF_DESTINATION,
                         move_page);
}

static enum sev_status decrypt_page(const struct copy *copy)
{
    const enum sev_status status =
        hostmem_copy_in_guest(copy->source, copy->key, copy->offset, page, copy->length);

    return status == SEV_STATUS_SUCCESS
               ? hostmem_copy_out(copy->destination, copy->offset, page, copy->length)
               : status;
}

enum sev_status copy_from_guest(const struct guest *guest, const struct hostmem_range *source,
                                const struct hostmem_range *destination)
{
    return for_each_page(guest, source, destination, PAGES_OF_SOURCE, decrypt_page);
}

/**
 * Computes what a VMSA will be when the part in the page buffer has been written.
 *
 * @param[in,out] value  what the page must be, before and after
 * @return as hostmem_copy_in
 */
static enum sev_status follow(const struct copy *copy, uint64_t paddr, struct vmsa_value *value)
{
    const struct hostmem_range whole = {
        .paddr = paddr, .length = PAGE_BYTES, .direction = HOSTMEM_READ};
    const uint32_t skip = (uint32_t)((copy->destination->paddr + copy->offset) % PAGE_BYTES);
    struct vmsa_value before = *value;

    if (copy->length < PAGE_BYTES) {
        const enum sev_status status =
            hostmem_copy_in_guest(&whole, copy->key, 0, vmsa, PAGE_BYTES);

        if (status != SEV_STATUS_SUCCESS) {
            return status;
        }
        vmsa_value_of(copy->guest->handle, paddr, vmsa, &before);
    }
    if (vmsa_value_equal(&before, value)) {
        memcpy(&vmsa[skip], page, copy->length);
        vmsa_value_of(copy->guest->handle, paddr, vmsa, value);
    }
    return SEV_STATUS_SUCCESS;
}

static enum sev_status encrypt_page(const struct copy *copy)
{
    const uint32_t handle = copy->guest->handle;
    const uint64_t at = copy->destination->paddr + copy->offset;
    const uint64_t paddr = at - at % PAGE_BYTES;
    struct vmsa_value value;
    enum sev_status status = hostmem_copy_in(copy->source, copy->offset, page, copy->length);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (!vmsa_is_known(handle, paddr)) {
        return write_part(copy);
    }
    if (!vmsa_lock(handle, paddr, &value)) {
        return SEV_STATUS_SUCCESS; /* The core that runs it will write all of it. */
    }
    status = follow(copy, paddr, &value);
    if (status == SEV_STATUS_SUCCESS) {
        status = write_part(copy);
    }
    if (!vmsa_unlock(handle, paddr, status == SEV_STATUS_SUCCESS ? &value : NULL)) {
        status = SEV_STATUS_HWERROR_UNSAFE;
    }
    return status;
}

enum sev_status copy_to_guest(const struct guest *guest, const struct hostmem_range *source,
                              const struct hostmem_range *destination)
{
    return for_each_page(guest, source, destination, PAGES_OF_DESTINATION, encrypt_page);
}
