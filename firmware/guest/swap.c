/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Swapping guest pages (swap.h). A page is verified whole in secure RAM before any of it reaches
 * guest memory. Metadata pages hold entries, which are the host's: they are moved as host memory.
 */
#include "firmware/guest/swap.h"

#include <string.h>

#include "crypto/aes.h"
#include "firmware/bulk.h"
#include "firmware/guest/guest_memory.h"
#include "firmware/guest/vmsa.h"

enum sev_status swap_check_flags(const struct guest *guest, uint32_t flags, uint32_t allowed)
{
    const uint32_t type = SEV_SWAP_TYPE(flags);

    if ((flags & ~allowed) != 0 || type > SEV_SWAP_VMSA ||
        ((flags & SEV_SWAP_PAGE_2M) != 0 && type != SEV_SWAP_DATA)) {
        return SEV_STATUS_INVALID_PARAM;
    }
    if (type == SEV_SWAP_VMSA && (guest->policy & SEV_POLICY_ES) == 0) {
        return SEV_STATUS_POLICY_FAILURE;
    }
    return SEV_STATUS_SUCCESS;
}

/** Nonce of an entry: its IV, which never repeats for a guest, and zeros. */
static void nonce_of(const struct sev_swap_metadata *metadata,
                     uint8_t nonce[CRYPTO_GCM_NONCE_BYTES])
{
    memset(nonce, 0, CRYPTO_GCM_NONCE_BYTES);
    memcpy(nonce, metadata->iv, sizeof metadata->iv);
}

/** Reads or writes a page of the given type through the key that it stands under. */
static enum sev_status move(const struct guest *guest, const struct hostmem_range *range,
                            uint32_t flags, bool write)
{
    if (SEV_SWAP_TYPE(flags) == SEV_SWAP_METADATA) {
        return write ? hostmem_copy_out(range, 0, bulk_buffer, range->length)
                     : hostmem_copy_in(range, 0, bulk_buffer, range->length);
    }
    return write ? guest_memory_write(guest, range, bulk_buffer)
                 : guest_memory_read(guest, range, bulk_buffer);
}

/** Seals the page in the bulk buffer and completes its entry. */
static void seal(struct guest *guest, uint32_t length, struct sev_swap_metadata *metadata)
{
    uint8_t nonce[CRYPTO_GCM_NONCE_BYTES];
    uint8_t tag[CRYPTO_GCM_TAG_BYTES];

    guest->swap_counter++;
    memcpy(metadata->iv, &guest->swap_counter, sizeof metadata->iv);
    memset(metadata->auth_tag, 0, sizeof metadata->auth_tag);
    nonce_of(metadata, nonce);
    crypto_aes256_gcm_seal(guest->offline_key, nonce, (const uint8_t *)metadata, sizeof *metadata,
                           bulk_buffer, bulk_buffer, length, tag);
    memcpy(metadata->auth_tag, tag, sizeof metadata->auth_tag);
}

/** Writes the page in the bulk buffer, sealed, to its destination. */
static enum sev_status put_away(struct guest *guest, const struct hostmem_range *source,
                                const struct hostmem_range *destination,
                                struct sev_swap_metadata *metadata)
{
    seal(guest, source->length, metadata);
    return hostmem_copy_out(destination, 0, bulk_buffer, destination->length);
}

enum sev_status swap_out_page(struct guest *guest, const struct hostmem_range *source,
                              const struct hostmem_range *destination,
                              struct sev_swap_metadata *metadata)
{
    const bool is_vmsa = SEV_SWAP_TYPE(metadata->flags) == SEV_SWAP_VMSA;
    enum sev_status status = move(guest, source, metadata->flags, false);

    if (status == SEV_STATUS_SUCCESS && is_vmsa &&
        !vmsa_lock_intact(guest->handle, source->paddr, bulk_buffer)) {
        status = SEV_STATUS_BAD_MEASUREMENT;
    }
    if (status == SEV_STATUS_SUCCESS) {
        /* If hostmem refuses, the VMSA stays locked: nobody can run it. */
        status = put_away(guest, source, destination, metadata);
    }
    if (status == SEV_STATUS_SUCCESS && is_vmsa &&
        !vmsa_swap_out(guest->handle, source->paddr, guest->swap_counter)) {
        status = SEV_STATUS_HWERROR_UNSAFE;
    }
    crypto_wipe(bulk_buffer, source->length);
    return status;
}

/** Opens the page in the bulk buffer. */
static bool open_page(const struct guest *guest, uint32_t length,
                      const struct sev_swap_metadata *metadata)
{
    struct sev_swap_metadata authenticated = *metadata;
    uint8_t nonce[CRYPTO_GCM_NONCE_BYTES];

    memset(authenticated.auth_tag, 0, sizeof authenticated.auth_tag);
    nonce_of(metadata, nonce);
    return crypto_aes256_gcm_open(guest->offline_key, nonce, (const uint8_t *)&authenticated,
                                  sizeof authenticated, bulk_buffer, bulk_buffer, length,
                                  metadata->auth_tag);
}

/** Number under which a VMSA was swapped out: the entry's IV. */
static uint64_t ticket_of(const struct sev_swap_metadata *metadata)
{
    uint64_t ticket;

    memcpy(&ticket, metadata->iv, sizeof ticket);
    return ticket;
}

/** Puts the verified page in the bulk buffer into guest memory. A VMSA is locked until it is there. */
static enum sev_status place_page(const struct guest *guest,
                                  const struct hostmem_range *destination,
                                  const struct sev_swap_metadata *metadata)
{
    const bool is_vmsa = SEV_SWAP_TYPE(metadata->flags) == SEV_SWAP_VMSA;
    enum sev_status status =
        is_vmsa ? vmsa_swap_in(guest->handle, ticket_of(metadata), destination->paddr, bulk_buffer)
                : SEV_STATUS_SUCCESS;

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    status = move(guest, destination, metadata->flags, true);
    if (status != SEV_STATUS_SUCCESS && is_vmsa &&
        !vmsa_swap_out(guest->handle, destination->paddr, ticket_of(metadata))) {
        return SEV_STATUS_HWERROR_UNSAFE; /* Else it can come back later. */
    }
    if (status == SEV_STATUS_SUCCESS && is_vmsa &&
        !vmsa_unlock(guest->handle, destination->paddr, NULL)) {
        status = SEV_STATUS_HWERROR_UNSAFE;
    }
    return status;
}

enum sev_status swap_in_page(const struct guest *guest, const struct hostmem_range *source,
                             const struct hostmem_range *destination,
                             const struct sev_swap_metadata *metadata)
{
    const bool is_vmsa = SEV_SWAP_TYPE(metadata->flags) == SEV_SWAP_VMSA;
    enum sev_status status = hostmem_copy_in(source, 0, bulk_buffer, source->length);

    if (status == SEV_STATUS_SUCCESS &&
        (!open_page(guest, source->length, metadata) ||
         (is_vmsa && !vmsa_is_swapped_out(guest->handle, ticket_of(metadata))))) {
        status = SEV_STATUS_BAD_MEASUREMENT;
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = place_page(guest, destination, metadata);
    }
    crypto_wipe(bulk_buffer, source->length);
    return status;
}
