/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page that holds a guest's context (context_page.h): AES-256-GCM, with address, number and
 * version authenticated.
 */
#include "firmware/snp_guest/context_page.h"

#include <stddef.h>
#include <string.h>

#include "abi/abi.h"
#include "crypto/aes.h"
#include "crypto/random.h"
#include "firmware/hostmem.h"
#include "firmware/zero_page.h"

/** What stands before the ciphertext. */
struct sealed_header {
    uint64_t paddr;
    uint64_t version; /**< The nonce as well: no version comes twice under one key. */
    uint32_t index;
    uint32_t reserved;
    uint8_t tag[CRYPTO_GCM_TAG_BYTES];
} ABI_PACKED;
ABI_SIZE(struct sealed_header, 0x28);
ABI_OFFSET(struct sealed_header, paddr, 0x00);
ABI_OFFSET(struct sealed_header, version, 0x08);
ABI_OFFSET(struct sealed_header, index, 0x10);
ABI_OFFSET(struct sealed_header, reserved, 0x14);
ABI_OFFSET(struct sealed_header, tag, 0x18);

#define AAD_BYTES offsetof(struct sealed_header, tag)

/** A sealed context; the rest of the page is zero. */
struct sealed {
    struct sealed_header header;
    uint8_t ciphertext[sizeof(struct snp_guest)];
};
_Static_assert(sizeof(struct sealed) <= RMP_PAGE_BYTES, "a context does not fit in its page");

static uint8_t key[32];
static uint64_t last_version;
static struct sealed sealed; /**< The one in transit. */

bool context_page_start(void)
{
    last_version = 0;
    return crypto_random_secret(key, sizeof key);
}

void context_page_stop(void)
{
    crypto_wipe(key, sizeof key);
    crypto_wipe(&sealed, sizeof sealed);
}

/** The page for the firmware's own use. @return false when it is no Context page */
static bool find_page(uint64_t paddr, struct hostmem_range *range)
{
    const struct hostmem_access access = {
        .direction = HOSTMEM_READ | HOSTMEM_WRITE,
        .ignores_c_bit = true,
        .alignment = RMP_PAGE_BYTES,
        .pages = {.states = RMP_STATE(CONTEXT), .size = RMP_4K},
    };

    return hostmem_resolve(paddr, RMP_PAGE_BYTES, &access, range) == SEV_STATUS_SUCCESS &&
           hostmem_check_pages(range) == SEV_STATUS_SUCCESS;
}

bool context_page_is_one(uint64_t paddr)
{
    struct hostmem_range range;

    return find_page(paddr, &range);
}

/** Zeroes a Context page. */
static void clear_page(uint64_t paddr)
{
    struct hostmem_range range;

    if (find_page(paddr, &range) &&
        hostmem_copy_out(&range, 0, zero_page, sizeof zero_page) != SEV_STATUS_SUCCESS) {
        return; /* It holds ciphertext of a context that is no more. */
    }
}

enum sev_status context_page_claim(uint64_t paddr)
{
    const struct rmp_expectation free = {.states = RMP_STATE(FIRMWARE), .size = RMP_4K};
    const struct rmp_page after = {.state = RMP_CONTEXT, .size = RMP_4K, .vmsa = true};
    struct rmp_page before;
    enum sev_status status;

    rmp_look_up(paddr, &before);
    status = rmp_compare(&before, &free);
    if (status == SEV_STATUS_SUCCESS) {
        status = rmp_replace(paddr, &before, &after);
    }
    if (status == SEV_STATUS_SUCCESS) {
        clear_page(paddr);
    }
    return status;
}

void context_page_free(uint64_t paddr)
{
    const struct rmp_page after = {.state = RMP_FIRMWARE, .size = RMP_4K};
    struct rmp_page page;

    clear_page(paddr);
    rmp_look_up(paddr, &page);
    if (page.state == RMP_CONTEXT && rmp_replace(paddr, &page, &after) != SEV_STATUS_SUCCESS) {
        return; /* Stays a Context page of nobody, which no command can use. */
    }
}

static void make_nonce(uint64_t version, uint8_t nonce[CRYPTO_GCM_NONCE_BYTES])
{
    memset(nonce, 0, CRYPTO_GCM_NONCE_BYTES);
    memcpy(nonce, &version, sizeof version);
}

uint64_t context_page_seal(const struct snp_guest *guest, uint32_t index)
{
    uint8_t nonce[CRYPTO_GCM_NONCE_BYTES];
    struct hostmem_range range;

    sealed.header = (struct sealed_header){
        .paddr = guest->paddr,
        .version = ++last_version,
        .index = index,
    };
    make_nonce(last_version, nonce);
    crypto_aes256_gcm_seal(key, nonce, (const uint8_t *)&sealed.header, AAD_BYTES,
                           (const uint8_t *)guest, sealed.ciphertext, sizeof sealed.ciphertext,
                           sealed.header.tag);
    return find_page(guest->paddr, &range) &&
                   hostmem_copy_out(&range, 0, &sealed, sizeof sealed) == SEV_STATUS_SUCCESS
               ? last_version
               : 0;
}

bool context_page_index(uint64_t paddr, uint32_t *index)
{
    struct hostmem_range range;

    return find_page(paddr, &range) &&
           hostmem_copy_in(&range, offsetof(struct sealed_header, index), index, sizeof *index) ==
               SEV_STATUS_SUCCESS;
}

bool context_page_open(uint64_t paddr, uint32_t index, uint64_t version, struct snp_guest *guest)
{
    uint8_t nonce[CRYPTO_GCM_NONCE_BYTES];
    struct hostmem_range range;

    memset(guest, 0, sizeof *guest);
    if (!find_page(paddr, &range) ||
        hostmem_copy_in(&range, 0, &sealed, sizeof sealed) != SEV_STATUS_SUCCESS) {
        return false;
    }
    /* What must be there, not what the page says. */
    sealed.header.paddr = paddr;
    sealed.header.version = version;
    sealed.header.index = index;
    sealed.header.reserved = 0;
    make_nonce(version, nonce);
    return crypto_aes256_gcm_open(key, nonce, (const uint8_t *)&sealed.header, AAD_BYTES,
                                  sealed.ciphertext, (uint8_t *)guest, sizeof *guest,
                                  sealed.header.tag);
}
