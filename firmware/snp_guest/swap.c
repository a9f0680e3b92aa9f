/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages that the host puts away and brings back (swap.h).
 */
#include "firmware/snp_guest/swap.h"

#include <string.h>

#include "crypto/aes.h"
#include "firmware/bulk.h"
#include "firmware/snp_guest/metadata.h"
#include "firmware/snp_guest/page.h"

/** Bits of an entry's INFO that say what kind of page it is for. */
#define KIND (SNP_MDATA_VMSA | SNP_MDATA_METADATA | SNP_MDATA_2M)
#define KNOWN (SNP_MDATA_VALID | SNP_MDATA_PAGE_VALIDATED | KIND | SNP_MDATA_GPA)

static bool is_metadata(const struct snp_swap *swap)
{
    return swap->type == SNP_SWAP_METADATA;
}

/** What KIND of page a swap is about, by its type and the size of its destination. */
static uint64_t kind_of(const struct snp_swap *swap)
{
    return (is_metadata(swap) ? SNP_MDATA_METADATA : 0) |
           (swap->type == SNP_SWAP_VMSA ? SNP_MDATA_VMSA : 0) |
           (swap->destination.length == RMP_REGION_BYTES ? SNP_MDATA_2M : 0);
}

/** Whose the Metadata pages are. @param page  that is put away, or NULL */
static enum sev_status check_owners(const struct snp_swap *swap, const struct hostmem_range *page)
{
    enum sev_status status = SEV_STATUS_SUCCESS;

    if (swap->entry.length != 0) {
        status = metadata_check_owner(swap->guest, &swap->entry);
    }
    return status == SEV_STATUS_SUCCESS && page != NULL && is_metadata(swap)
               ? metadata_check_owner(swap->guest, page)
               : status;
}

/** What an entry's tag covers beside the page: the entry, with 0 in the tag's place. */
static void authenticated(const struct snp_mdata_entry *entry, struct snp_mdata_entry *aad,
                          uint8_t nonce[CRYPTO_GCM_NONCE_BYTES])
{
    *aad = *entry;
    memset(aad->tag, 0, sizeof aad->tag);
    memset(nonce, 0, CRYPTO_GCM_NONCE_BYTES);
    memcpy(nonce, &entry->iv, sizeof entry->iv);
}

/** Seals the page in the bulk buffer, and completes its entry with the tag. */
static void seal(const struct snp_swap *swap, struct snp_mdata_entry *entry)
{
    uint8_t nonce[CRYPTO_GCM_NONCE_BYTES];
    struct snp_mdata_entry aad;

    authenticated(entry, &aad, nonce);
    crypto_aes256_gcm_seal(swap->guest->oek, nonce, (const uint8_t *)&aad, sizeof aad, bulk_buffer,
                           bulk_buffer, swap->destination.length, entry->tag);
}

/** Opens the page in the bulk buffer. @return false when it is not the entry's, and zeroed */
static bool unseal(const struct snp_swap *swap, const struct snp_mdata_entry *entry)
{
    uint8_t nonce[CRYPTO_GCM_NONCE_BYTES];
    struct snp_mdata_entry aad;

    authenticated(entry, &aad, nonce);
    return crypto_aes256_gcm_open(swap->guest->oek, nonce, (const uint8_t *)&aad, sizeof aad,
                                  bulk_buffer, bulk_buffer, swap->destination.length, entry->tag);
}

/** What is left of a page that is put away: nothing that the guest could go on with. */
static struct rmp_page what_is_left(const struct rmp_page *page)
{
    if (page->state == RMP_METADATA) {
        return (struct rmp_page){.state = RMP_FIRMWARE, .size = RMP_4K};
    }
    return (struct rmp_page){
        .state = RMP_PRE_GUEST,
        .size = page->size,
        .asid = page->asid,
        .gpa = page->gpa,
        .permissions = {RMP_PERMISSIONS_FULL},
    };
}

/** The entry for a page, without its tag. */
static struct snp_mdata_entry describe(const struct snp_swap *swap, const struct rmp_page *page)
{
    struct snp_mdata_entry entry = {
        .software_data = swap->software_data,
        .iv = swap->guest->oek_count,
        .info = SNP_MDATA_VALID | kind_of(swap),
    };

    if (!is_metadata(swap)) {
        entry.info |= page->gpa | (page->state == RMP_PRE_SWAP ? SNP_MDATA_PAGE_VALIDATED : 0);
        memcpy(entry.vmpl_perms, page->permissions, sizeof entry.vmpl_perms);
    }
    return entry;
}

/** Seals a page that was taken from the guest, and writes what there is to write. */
static enum sev_status put_away(struct snp_swap *swap, const struct rmp_page *page)
{
    struct snp_mdata_entry entry = describe(swap, page);
    enum sev_status status = page_read(swap->guest, &swap->source, !is_metadata(swap));

    if (status == SEV_STATUS_SUCCESS) {
        seal(swap, &entry);
        status = hostmem_copy_out(&swap->destination, 0, bulk_buffer, swap->destination.length);
    }
    page_wipe(&swap->source);
    return status == SEV_STATUS_SUCCESS ? metadata_write(swap->guest, &swap->entry, &entry)
                                        : status;
}

enum sev_status swap_out(struct snp_swap *swap)
{
    struct snp_mdata_entry entry;
    struct rmp_page page;
    struct rmp_page left;
    enum sev_status status = page_see(&swap->source, &page);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (!is_metadata(swap) && page.vmsa != (swap->type == SNP_SWAP_VMSA)) {
        return SEV_STATUS_INVALID_PAGE_STATE;
    }
    status = check_owners(swap, &swap->source);
    if (status == SEV_STATUS_SUCCESS) {
        status = metadata_read(swap->guest, &swap->entry, &entry);
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if ((entry.info & SNP_MDATA_VALID) != 0) {
        return SEV_STATUS_INVALID_MDATA_ENTRY;
    }
    if (swap->guest->oek_count == UINT64_MAX) {
        return SEV_STATUS_AEAD_OFLOW;
    }
    left = what_is_left(&page);
    status = page_become(&swap->source, &page, &left);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    swap->guest->oek_count++; /* Whatever happens now, this count is used. */
    status = put_away(swap, &page);
    /* Without an entry the page is where it was. */
    return status != SEV_STATUS_SUCCESS &&
                   page_become(&swap->source, &left, &page) != SEV_STATUS_SUCCESS
               ? SEV_STATUS_INVALID_PAGE_STATE
               : status;
}

/** Whether a valid entry is for a page like the destination. */
static bool fits(const struct snp_swap *swap, const struct snp_mdata_entry *entry,
                 const struct rmp_page *page)
{
    const uint64_t gpa = is_metadata(swap) ? 0 : page->gpa;

    return (entry->info & SNP_MDATA_VALID) != 0 && (entry->info & KIND) == kind_of(swap) &&
           (entry->info & SNP_MDATA_GPA) == gpa && (entry->info & ~KNOWN) == 0 &&
           (entry->reserved_2c | entry->reserved_30[0] | entry->reserved_30[1]) == 0;
}

/** What the destination becomes. */
static struct rmp_page what_comes_back(const struct snp_swap *swap,
                                       const struct snp_mdata_entry *entry,
                                       const struct rmp_page *page)
{
    const bool validated = (entry->info & SNP_MDATA_PAGE_VALIDATED) != 0;
    struct rmp_page after = *page;

    if (is_metadata(swap)) {
        return metadata_page_of(swap->guest);
    }
    after.state = validated ? RMP_GUEST_VALID : RMP_GUEST_INVALID;
    after.vmsa = (entry->info & SNP_MDATA_VMSA) != 0;
    memcpy(after.permissions, entry->vmpl_perms, sizeof after.permissions);
    return after;
}

/** Zeroes the destination of a page that is not genuine, and says so. */
static enum sev_status refuse(const struct snp_swap *swap)
{
    page_wipe(&swap->destination);
    return hostmem_copy_out(&swap->destination, 0, bulk_buffer, swap->destination.length) ==
                   SEV_STATUS_SUCCESS
               ? SEV_STATUS_BAD_MEASUREMENT
               : SEV_STATUS_INVALID_PAGE_STATE;
}

/** Gives a page that is written to the guest. The entry goes first: no page comes back twice. */
static enum sev_status hand_over(struct snp_swap *swap, const struct snp_mdata_entry *entry,
                                 const struct rmp_page *page)
{
    const struct rmp_page after = what_comes_back(swap, entry, page);
    struct snp_mdata_entry used = *entry;
    enum sev_status status;

    used.info &= ~SNP_MDATA_VALID;
    status = metadata_write(swap->guest, &swap->entry, &used);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    status = page_become(&swap->destination, page, &after);
    /* The guest has not got it: it may be brought back later. */
    return status != SEV_STATUS_SUCCESS &&
                   metadata_write(swap->guest, &swap->entry, entry) != SEV_STATUS_SUCCESS
               ? SEV_STATUS_INVALID_PAGE_STATE
               : status;
}

enum sev_status swap_in(struct snp_swap *swap)
{
    const struct hostmem_range *sealed =
        swap->source.length != 0 ? &swap->source : &swap->destination;
    struct snp_mdata_entry entry;
    struct rmp_page page;
    enum sev_status status = check_owners(swap, NULL);

    if (status == SEV_STATUS_SUCCESS) {
        status = metadata_read(swap->guest, &swap->entry, &entry);
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = page_see(&swap->destination, &page);
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (!fits(swap, &entry, &page)) {
        return SEV_STATUS_INVALID_MDATA_ENTRY;
    }
    status = page_read(swap->guest, sealed, false);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (!unseal(swap, &entry)) {
        return refuse(swap);
    }
    status = page_write(swap->guest, &swap->destination, !is_metadata(swap));
    page_wipe(&swap->destination);
    return status == SEV_STATUS_SUCCESS ? hand_over(swap, &entry, &page) : status;
}
