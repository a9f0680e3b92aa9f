/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SECRETS page as a guest finds it (section 4.5): its VMPCKs, with which channels begin
 * (guest_message.h).
 */
#ifndef TESTS_SNP_SECRETS_PAGE_H
#define TESTS_SNP_SECRETS_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#define WITNESS_SECRETS_BYTES 4096u

/** What the firmware writes. */
struct witness_secrets {
    uint32_t version;
    bool imi_en;
    uint32_t fms; /**< CPUID Fn0000_0001 EAX */
    uint8_t gosvw[16];
    uint8_t vmpck[4][32];
    uint8_t vmsa_tweak_bitmap[64];
    uint32_t tsc_factor;
};

/**
 * Reads the page, in plaintext, before guest software has written to it.
 *
 * @return NULL, or what is wrong: the version, what is not 0 in reserved places or in those of guest
 *         software, VMPCKs of 0 or two that are the same
 */
const char *witness_secrets_read(const uint8_t page[WITNESS_SECRETS_BYTES],
                                 struct witness_secrets *secrets);

#endif
