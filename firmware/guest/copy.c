/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies between guest and host memory (copy.h).
 */
#include "firmware/guest/copy.h"

#include <string.h>

#include "firmware/guest/vmsa.h"
#include "firmware/memctl.h"

#define PAGE_BYTES SEV_VMSA_BYTES
#define PART_BYTES 0x10000u /* What the cipher engine takes at once. */

static _Alignas(16) uint8_t part[PART_BYTES];
static _Alignas(16) uint8_t vmsa[PAGE_BYTES];

/** One copy, and the part of it that is under way. */
struct copy {
    const struct guest *guest;
    const struct crypto_memory_key *key;
    const struct hostmem_range *source;
    const struct hostmem_range *destination;
    uint32_t offset;
    uint32_t length; /**< At most PART_BYTES. */
};

/** Copies a part. @return as copy.h says */
typedef enum sev_status copy_step(const struct copy *copy);

/** How a command copies. */
struct copy_kind {
    bool by_source;      /**< Parts end with pages of the source. */
    bool by_destination; /**< Parts end with pages of the destination. */
    /** Whether what is at an offset concerns a VMSA, and is a part of its own. NULL = never. */
    bool (*is_special)(const struct copy *copy, uint32_t offset);
    copy_step *special; /**< Copies such a part: it crosses no page. */
    copy_step *plain;   /**< Copies others: of many pages. */
};

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/** Bytes from an offset in a range to the end of the page there. */
static uint32_t left_in_page(const struct hostmem_range *range, uint32_t offset)
{
    return PAGE_BYTES - (uint32_t)((range->paddr + offset) % PAGE_BYTES);
}

/** Bytes from an offset to where a part may end next. */
static uint32_t step_of(const struct copy *copy, const struct copy_kind *kind, uint32_t offset)
{
    uint32_t step = copy->source->length - offset;

    if (kind->by_source) {
        step = least(step, left_in_page(copy->source, offset));
    }
    if (kind->by_destination) {
        step = least(step, left_in_page(copy->destination, offset));
    }
    return step;
}

/** Bytes that can be copied at once; 0 when the part begins with what is special. */
static uint32_t plain_length(const struct copy *copy, const struct copy_kind *kind)
{
    uint32_t length = 0;
    uint32_t step = step_of(copy, kind, copy->offset);

    while (step != 0 && length + step <= PART_BYTES &&
           (kind->is_special == NULL || !kind->is_special(copy, copy->offset + length))) {
        length += step;
        step = step_of(copy, kind, copy->offset + length);
    }
    return length;
}

/** Copies part by part. */
static enum sev_status copy_all(const struct guest *guest, const struct hostmem_range *source,
                                const struct hostmem_range *destination,
                                const struct copy_kind *kind)
{
    struct crypto_memory_key key;
    struct copy copy = {.guest = guest, .key = &key, .source = source, .destination = destination};
    enum sev_status status = SEV_STATUS_SUCCESS;

    memctl_expand_key(guest->vek, &key);
    while (status == SEV_STATUS_SUCCESS && copy.offset < source->length) {
        copy.length = plain_length(&copy, kind);
        if (copy.length != 0) {
            status = kind->plain(&copy);
        } else {
            copy.length = step_of(&copy, kind, copy.offset);
            status = kind->special(&copy);
        }
        copy.offset += copy.length;
    }
    crypto_wipe(&key, sizeof key);
    crypto_wipe(part, least(source->length, sizeof part));
    crypto_wipe(vmsa, sizeof vmsa);
    return status;
}

/** A step's status by whether the TMR has answered: if not, guest memory is copied in part. */
static enum sev_status with_tmr(bool ok)
{
    return ok ? SEV_STATUS_SUCCESS : SEV_STATUS_HWERROR_UNSAFE;
}

/** Writes the part in the buffer to guest memory. */
static enum sev_status write_part(const struct copy *copy)
{
    return hostmem_copy_out_guest(copy->destination, copy->key, copy->offset, part, copy->length);
}

/** Writes a VMSA, which is locked, to its new place. */
static enum sev_status move_vmsa(const struct copy *copy, uint64_t from, uint64_t to)
{
    const uint32_t handle = copy->guest->handle;
    enum sev_status status;

    switch (vmsa_move(handle, from, to, part)) {
    case SEV_STATUS_SUCCESS: /* Nobody can run it before it is there. */
        status = write_part(copy);
        if (status == SEV_STATUS_SUCCESS) {
            return with_tmr(vmsa_unlock(handle, to, NULL));
        }
        /* It is not there: it stays where it was. */
        return vmsa_move(handle, to, from, part) == SEV_STATUS_SUCCESS &&
                       vmsa_unlock(handle, from, NULL)
                   ? status
                   : with_tmr(false);
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
        return vmsa_release(to) ? status : with_tmr(false);
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
        hostmem_copy_in_guest(copy->source, copy->key, copy->offset, part, copy->length);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (copy->length == PAGE_BYTES && vmsa_is_known(handle, from) &&
        vmsa_lock_intact(handle, from, part)) {
        return move_vmsa(copy, from, to);
    }
    return move_data(copy, to - to % PAGE_BYTES);
}

/** Whether a page of the source is the guest's VMSA, or one of the destination anybody's. */
static bool moves_vmsa(const struct copy *copy, uint32_t offset)
{
    const uint64_t from = copy->source->paddr + offset;
    const uint64_t to = copy->destination->paddr + offset;

    return vmsa_is_known(copy->guest->handle, from - from % PAGE_BYTES) ||
           vmsa_is_anyones(to - to % PAGE_BYTES);
}

static enum sev_status move_pages(const struct copy *copy)
{
    const enum sev_status status =
        hostmem_copy_in_guest(copy->source, copy->key, copy->offset, part, copy->length);

    return status == SEV_STATUS_SUCCESS ? write_part(copy) : status;
}

enum sev_status copy_within_guest(const struct guest *guest, const struct hostmem_range *source,
                                  const struct hostmem_range *destination)
{
    static const struct copy_kind kind = {.by_source = true,
                                          .by_destination = true,
                                          .is_special = moves_vmsa,
                                          .special = move_page,
                                          .plain = move_pages};

    return copy_all(guest, source, destination, &kind);
}

static enum sev_status decrypt_pages(const struct copy *copy)
{
    const enum sev_status status =
        hostmem_copy_in_guest(copy->source, copy->key, copy->offset, part, copy->length);

    return status == SEV_STATUS_SUCCESS
               ? hostmem_copy_out(copy->destination, copy->offset, part, copy->length)
               : status;
}

enum sev_status copy_from_guest(const struct guest *guest, const struct hostmem_range *source,
                                const struct hostmem_range *destination)
{
    static const struct copy_kind kind = {.by_source = true, .plain = decrypt_pages};

    return copy_all(guest, source, destination, &kind);
}

/**
 * Computes what a VMSA will be when the part in the buffer has been written.
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
        memcpy(&vmsa[skip], part, copy->length);
        vmsa_value_of(copy->guest->handle, paddr, vmsa, value);
    }
    return SEV_STATUS_SUCCESS;
}

static bool changes_vmsa(const struct copy *copy, uint32_t offset)
{
    const uint64_t to = copy->destination->paddr + offset;

    return vmsa_is_known(copy->guest->handle, to - to % PAGE_BYTES);
}

static enum sev_status encrypt_pages(const struct copy *copy)
{
    const enum sev_status status = hostmem_copy_in(copy->source, copy->offset, part, copy->length);

    return status == SEV_STATUS_SUCCESS ? write_part(copy) : status;
}

/** Encrypts what changes a VMSA. */
static enum sev_status encrypt_vmsa(const struct copy *copy)
{
    const uint32_t handle = copy->guest->handle;
    const uint64_t at = copy->destination->paddr + copy->offset;
    const uint64_t paddr = at - at % PAGE_BYTES;
    struct vmsa_value value;
    enum sev_status status = hostmem_copy_in(copy->source, copy->offset, part, copy->length);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    status = vmsa_lock(handle, paddr, &value);
    if (status != SEV_STATUS_SUCCESS) { /* The core that runs it will write all of it. */
        return with_tmr(status == SEV_STATUS_INVALID_ADDRESS);
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
    static const struct copy_kind kind = {.by_destination = true,
                                          .is_special = changes_vmsa,
                                          .special = encrypt_vmsa,
                                          .plain = encrypt_pages};

    return copy_all(guest, source, destination, &kind);
}
