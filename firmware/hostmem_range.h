/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ranges of x86 memory: which addresses are DRAM, which pages the firmware itself holds, and what may
 * be done where. Addresses come from the attacker. Accesses are hostmem.h's.
 */
#ifndef FIRMWARE_HOSTMEM_RANGE_H
#define FIRMWARE_HOSTMEM_RANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/sev_status.h"
#include "crypto/secret.h"
#include "firmware/rmp.h"

#define HOSTMEM_HELD_MAX 16u

/** Who holds a page; a range may only touch pages that nobody or its own holder holds. */
enum hostmem_holder {
    HOSTMEM_NOBODY = 0,
    HOSTMEM_TMR,
    HOSTMEM_NV,
    HOSTMEM_RING,
    HOSTMEM_RMP,
};

/* What may be done to memory. */
#define HOSTMEM_READ 1u
#define HOSTMEM_WRITE 2u

/** What a command wants of memory. */
struct hostmem_access {
    uint8_t direction;            /**< HOSTMEM_READ, HOSTMEM_WRITE or both. */
    bool ignores_c_bit;           /**< The address's C-bit has no meaning: as if it were clear. */
    uint32_t alignment;           /**< Of the address in bytes, a power of two. */
    struct rmp_expectation pages; /**< What the pages must be while SEV-SNP is on. */
};

/** A checked range of x86 memory. */
struct hostmem_range {
    uint64_t paddr;    /**< x86 physical address without C-bit. */
    uint32_t length;   /**< In bytes; 0 = absent. */
    uint8_t direction; /**< HOSTMEM_*; what it does not say is refused. */
    bool encrypted;    /**< The host's key applies (C-bit, or TSME). */
    enum hostmem_holder holder;
    struct rmp_expectation pages;
};

/**
 * Checks an address and length from x86 software.
 *
 * @param paddr       as given, C-bit included
 * @param length      in bytes, not 0
 * @param access      what the command will do there
 * @param[out] range  set when the result is SUCCESS
 * @return SUCCESS; INVALID_ADDRESS when it is not aligned, not wholly DRAM, or touches a page that
 *         the firmware holds
 */
CRYPTO_CHECKED enum sev_status hostmem_resolve(uint64_t paddr, uint32_t length,
                                               const struct hostmem_access *access,
                                               struct hostmem_range *range);

/**
 * Checks what the pages of a range are: while SEV-SNP is on, as the access that made it wants.
 *
 * @return SUCCESS, INVALID_PAGE_SIZE, INVALID_PAGE_STATE or INVALID_PAGE_OWNER
 */
CRYPTO_CHECKED enum sev_status hostmem_check_pages(const struct hostmem_range *range);

/** Whether the firmware holds a page of these bytes. */
CRYPTO_CHECKED bool hostmem_is_held(uint64_t paddr, uint64_t length);

/** Finds the first range that a holder holds. @return false when it holds none */
CRYPTO_CHECKED bool hostmem_held_by(enum hostmem_holder holder, struct hostmem_range *range);

/**
 * Whether hostmem_claim_held() can do it.
 *
 * @return SUCCESS; INVALID_PAGE_STATE when a page is neither the firmware's nor the host's
 */
CRYPTO_CHECKED enum sev_status hostmem_check_held(void);

/**
 * Makes the pages of all that the firmware holds its own in the table in force.
 *
 * @return SUCCESS; INVALID_PAGE_STATE when one is no longer the host's
 */
CRYPTO_CHECKED enum sev_status hostmem_claim_held(void);

/** Whether two ranges share a byte. An absent range shares none. */
CRYPTO_CHECKED bool hostmem_overlap(const struct hostmem_range *a, const struct hostmem_range *b);

/**
 * Checks that a part of a range may be touched now: before every access.
 *
 * @param direction  HOSTMEM_*: all of it must be allowed
 * @param offset     in bytes from the start of the range
 * @param length     in bytes; offset + length <= range->length
 * @return SUCCESS; HWERROR_UNSAFE when the part may not be touched, or not so; as
 *         hostmem_check_pages() when its pages have changed
 */
CRYPTO_CHECKED enum sev_status hostmem_check_part(const struct hostmem_range *range,
                                                  uint8_t direction, uint32_t offset,
                                                  uint32_t length);

/** Whether instructions can change pages that a range allows: they must be held while written. */
CRYPTO_CHECKED bool hostmem_must_hold(const struct hostmem_range *range);

/**
 * Takes a range for the firmware: from now on x86 software cannot name it in a command. A holder may
 * hold several; all together at most HOSTMEM_HELD_MAX, else the firmware is broken and stops.
 *
 * @param holder  not HOSTMEM_NOBODY
 * @param range   an absent one (length 0) changes nothing
 */
void hostmem_hold(enum hostmem_holder holder, const struct hostmem_range *range);

/** Gives back all that a holder held. */
void hostmem_release(enum hostmem_holder holder);

#endif
