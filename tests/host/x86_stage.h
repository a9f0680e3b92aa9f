/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An x86 machine with keys and no firmware, for the tests of host/x86: what the firmware would write
 * into the fabric, the test writes. Memory: 8 MiB from address 0 and 8 MiB from 4 GiB.
 */
#ifndef TESTS_HOST_X86_STAGE_H
#define TESTS_HOST_X86_STAGE_H

#include "host/x86/machine.h"

#define STAGE_DRAM_BYTES 0x1000000u
#define STAGE_HIGH 0x100000000ull /**< Of the second range. */
#define STAGE_ASID 100u           /**< A guest's with SEV. */
#define STAGE_OTHER_ASID 101u     /**< Another one's. */
#define STAGE_ES_ASID 5u          /**< One with SEV-ES or SEV-SNP. */
#define STAGE_EMPTY_ASID 102u     /**< Whose slot has no key. */
#define STAGE_RMP 0x200000ull     /**< Where stage_rmp() has the reverse map table. */
#define STAGE_RMP_BYTES 0x100000ull

/** What a cache has told. */
struct stage_notice {
    unsigned gone;
    unsigned clean;
    uint32_t page; /**< Of the last one. */
};

struct x86_stage {
    uint8_t *fabric;
    uint8_t *bytes; /**< DRAM. */
    struct dram dram;
    struct x86_machine machine;
    struct stage_notice notice;
};

extern struct x86_stage stage;

/** How a machine is to be. */
struct stage_options {
    uint32_t c_bit; /**< 0: 51 */
    uint32_t flags; /**< FABRIC_FLAG_*, beside WBINVD_REPORTED. */
    uint32_t pages; /**< Of the cache. */
    bool cache_raw;
    bool snp;
    x86_cache_notify *notify; /**< NULL: counts in stage.notice. */
};

/** Makes the machine: encryption on in every core, keys in the slots of host and guests. */
void stage_open(const struct stage_options *options);
void stage_close(void);

/** For cmocka: the machine with the C-bit at 51, SNP in CPUID, and nothing else. */
int stage_set_up(void **state);
int stage_tear_down(void **state);
#define STAGED(test) cmocka_unit_test_setup_teardown(test, stage_set_up, stage_tear_down)

struct fabric_memctl *stage_memctl(void);
struct fabric_core *stage_core(uint32_t core);

/** A key in a slot, made of SEED, and all cores may run the ASID. @param seed  0: no key, no core */
void stage_set_key(uint32_t asid, uint8_t seed);

/** The firmware announces a TMR. @param length  0: withdraws it */
void stage_set_tmr(uint64_t base, uint64_t length);

/** The firmware puts a reverse map table in force, all of whose pages are the host's. */
void stage_rmp(void);

/** Gives a page to a guest, validated. @param large  2 MiB */
void stage_give(uint64_t spa, bool large, uint32_t asid, uint64_t gpa);

/** @return where DRAM is mapped */
uint8_t *stage_dram(uint64_t spa);

/**
 * What is in DRAM, in the eyes of a key, by OpenSSL's XTS and nothing of host/lib.
 *
 * @param key          X86_KEY_NONE: as it is
 * @param[out] page    X86_PAGE_BYTES
 */
void stage_look(uint64_t spa, uint32_t key, uint8_t *page);

/** Puts a page into DRAM likewise. */
void stage_put(uint64_t spa, uint32_t key, const uint8_t *page);

/** The same of 8 bytes, at a multiple of 8. */
uint64_t stage_word(uint64_t spa, uint32_t key);
void stage_put_word(uint64_t spa, uint32_t key, uint64_t word);

#endif
