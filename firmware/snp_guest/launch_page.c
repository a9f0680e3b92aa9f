/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adding pages to a launch (launch_page.h). The host cannot write to a Pre-Guest page, and if it
 * could: what is checked, measured and encrypted is one private copy, made once. It stands in the
 * buffer of the cipher engine, which encrypts while the CPU hashes; no x86 address leads there.
 */
#include "firmware/snp_guest/launch_page.h"

#include <string.h>

#include "crypto/memory_batch.h"
#include "firmware/memctl.h"
#include "firmware/rmp.h"
#include "firmware/snp_guest/cpuid_page.h"
#include "firmware/snp_guest/special_page.h"

/** A page that is being added. */
struct addition {
    const struct snp_guest *guest;
    const struct hostmem_range *range;
    const struct crypto_memory_key *key;
    struct digest_page page; /**< Of the next page of 4 KiB. */
    struct digests digests;
};

/** Looks at a page, in plaintext, or changes it. */
typedef enum sev_status page_function(const struct addition *addition, uint8_t *page);

/** What becomes of the pages of a type. */
struct kind {
    bool is_read;      /**< What the host has put there counts. */
    bool may_be_large; /**< 2 MiB */
    page_function *check;
    page_function *complete; /**< Adds to what is measured; or NULL. */
};

/** A page that is not accepted is the host's to read: it holds then what would be accepted. */
static enum sev_status check_cpuid(const struct addition *addition, uint8_t *page)
{
    const enum cpuid_verdict verdict = cpuid_page_check(page);
    enum sev_status status = SEV_STATUS_SUCCESS;

    if (verdict == CPUID_CORRECTED) {
        status = hostmem_copy_out(addition->range, 0, page, RMP_PAGE_BYTES);
    }
    return status == SEV_STATUS_SUCCESS && verdict != CPUID_ACCEPTED ? SEV_STATUS_INVALID_PARAM
                                                                     : status;
}

static enum sev_status check_vmsa(const struct addition *addition, uint8_t *page)
{
    (void)addition;
    return special_page_check_vmsa(page);
}

static enum sev_status complete_vmsa(const struct addition *addition, uint8_t *page)
{
    return special_page_complete_vmsa(addition->guest, page);
}

static enum sev_status make_secrets(const struct addition *addition, uint8_t *page)
{
    special_page_make_secrets(addition->guest, page);
    return SEV_STATUS_SUCCESS;
}

static const struct kind kinds[] = {
    [SNP_PAGE_NORMAL] = {.is_read = true, .may_be_large = true},
    [SNP_PAGE_VMSA] = {.is_read = true, .check = check_vmsa, .complete = complete_vmsa},
    [SNP_PAGE_ZERO] = {.may_be_large = true},
    [SNP_PAGE_UNMEASURED] = {.is_read = true, .may_be_large = true},
    [SNP_PAGE_SECRETS] = {.complete = make_secrets},
    [SNP_PAGE_CPUID] = {.is_read = true, .check = check_cpuid},
};

bool launch_page_may_be_large(uint32_t type)
{
    return kinds[type].may_be_large;
}

/**
 * Puts @p length bytes of the page, as the host supplied them, into the buffer, and checks them.
 */
static enum sev_status fetch(const struct addition *addition, uint32_t offset, uint32_t length)
{
    const struct kind *kind = &kinds[addition->page.type];
    uint8_t *const buffer = crypto_memory_batch_plaintext();
    enum sev_status status = SEV_STATUS_SUCCESS;

    if (kind->is_read) {
        status = hostmem_copy_in(addition->range, offset, buffer, length);
    } else {
        memset(buffer, 0, length);
    }
    return status == SEV_STATUS_SUCCESS && kind->check != NULL ? kind->check(addition, buffer)
                                                               : status;
}

/** Measures what is in the buffer, page by page. */
static void measure(struct addition *addition, uint32_t length)
{
    const uint8_t *const buffer = crypto_memory_batch_plaintext();

    for (uint32_t done = 0; done < length; done += RMP_PAGE_BYTES) {
        digest_measure(&addition->digests, &addition->page, &buffer[done]);
        addition->page.gpa += RMP_PAGE_BYTES;
    }
}

/**
 * Encrypts what is in the buffer, and measures it meanwhile. What is completed is measured before.
 */
static enum sev_status encrypt(struct addition *addition, uint32_t offset, uint32_t length)
{
    page_function *const complete = kinds[addition->page.type].complete;
    enum sev_status status = SEV_STATUS_SUCCESS;

    if (complete != NULL) {
        measure(addition, length);
        status = complete(addition, crypto_memory_batch_plaintext());
    }
    if (status == SEV_STATUS_SUCCESS) {
        crypto_memory_batch_start(addition->key, addition->range->paddr + offset, length);
        if (complete == NULL) {
            measure(addition, length);
        }
        status = hostmem_copy_out_ciphertext(addition->range, offset, crypto_memory_batch_finish(),
                                             length);
    }
    return status;
}

/** Checks, measures and encrypts the whole page, batch by batch. */
static enum sev_status fill(struct addition *addition)
{
    const uint32_t length = addition->range->length;
    enum sev_status status = SEV_STATUS_SUCCESS;

    for (uint32_t offset = 0; status == SEV_STATUS_SUCCESS && offset < length;
         offset += CRYPTO_MEMORY_BATCH_BYTES) {
        const uint32_t left = length - offset;
        const uint32_t part = left < CRYPTO_MEMORY_BATCH_BYTES ? left : CRYPTO_MEMORY_BATCH_BYTES;

        status = fetch(addition, offset, part);
        if (status == SEV_STATUS_SUCCESS) {
            status = encrypt(addition, offset, part);
        }
    }
    return status;
}

/** What the table says of a page that has been added. */
static struct rmp_page added(const struct rmp_page *before, const struct digest_page *page)
{
    struct rmp_page after = *before;

    after.state = RMP_GUEST_VALID;
    after.vmsa = page->type == SNP_PAGE_VMSA;
    memcpy(after.permissions, page->permissions, sizeof after.permissions);
    return after;
}

enum sev_status launch_page_add(struct snp_guest *guest, const struct hostmem_range *range,
                                const struct digest_page *page)
{
    struct crypto_memory_key key;
    struct addition addition = {.guest = guest, .range = range, .key = &key, .page = *page};
    struct rmp_page before;
    enum sev_status status;

    rmp_look_up(range->paddr, &before);
    addition.page.gpa = before.gpa;
    memcpy(addition.digests.ld, guest->digest, sizeof addition.digests.ld);
    memcpy(addition.digests.imd, guest->imd, sizeof addition.digests.imd);
    memctl_expand_key(guest->vek, &key);
    status = fill(&addition);
    crypto_memory_batch_wipe();
    crypto_wipe(&key, sizeof key);

    if (status == SEV_STATUS_SUCCESS) {
        const struct rmp_page after = added(&before, page);

        status = rmp_replace(range->paddr, &before, &after);
    }
    if (status == SEV_STATUS_SUCCESS) {
        memcpy(guest->digest, addition.digests.ld, sizeof guest->digest);
        memcpy(guest->imd, addition.digests.imd, sizeof guest->imd);
    }
    return status;
}
