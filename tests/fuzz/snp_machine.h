/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine of the SEV-SNP fuzzers: a Milan chip, 6 MiB of x86 memory under a reverse map table, and
 * two guests with known keys. The firmware's self-tests and INIT run once.
 *
 *   0x001000  parameters
 *   0x010000  64 pages for everything else; the first three are contexts
 *   0x200000  a region for a page of 2 MiB
 *   0x500000  1 MiB    the table
 */
#ifndef TESTS_FUZZ_SNP_MACHINE_H
#define TESTS_FUZZ_SNP_MACHINE_H

#include "abi/snp_commands.h"
#include "firmware/command.h"
#include "firmware/rmp_page.h"
#include "firmware/snp_guest/guest.h"

#include "tests/fuzz/input.h"

#define SNP_MACHINE_PARAMETERS 0x1000u
#define SNP_MACHINE_PAGES 64u
#define SNP_MACHINE_PAGE(n) (0x10000ull + 0x1000ull * (n))
#define SNP_MACHINE_REGION 0x200000ull
#define SNP_MACHINE_TABLE 0x500000ull
#define SNP_MACHINE_BYTES 0x600000u
#define SNP_MACHINE_CORES 4u
#define SNP_MACHINE_GUESTS 2u /**< Their contexts are the first pages, their ASIDs 1 and 2. */
#define SNP_MACHINE_GPA 0x40000000ull

/** Ends the program unless @p condition. */
void snp_machine_require(bool condition);

/** Makes the machine new, with reproducible entropy: SEV-SNP is on, no guest has a page. */
void snp_machine_reset(void);

/** Makes the guests: the first one RUNNING, the second one in LAUNCH, both active. */
void snp_machine_make_guests(void);

/** @return a guest's context, or NULL; valid until two others were opened */
struct snp_guest *snp_machine_guest(uint32_t index);

/** @return memory at an address */
uint8_t *snp_machine_memory(uint64_t paddr);

/** What the table says of a page. */
struct rmp_page snp_machine_page(uint64_t paddr);

/**
 * Makes a page what instructions could make it: nothing happens to one that is immutable.
 *
 * @param asid  of a guest's page; its GPA is SNP_MACHINE_GPA and its own address, rounded down to
 *              four pages
 */
void snp_machine_become(uint64_t paddr, enum rmp_state state, enum rmp_size size, uint32_t asid);

/** As above, whatever the page is: as if it had got there in some way. */
void snp_machine_force(uint64_t paddr, enum rmp_state state, enum rmp_size size, uint32_t asid);

/** PSMASH of SNP_MACHINE_REGION, if it is a page of 2 MiB. */
void snp_machine_smash(void);

/** Issues a command. Ends the program when it answers with what its row does not list. */
enum sev_status snp_machine_command(uint32_t id, const void *parameters, uint32_t size);

/** Ends the program unless counters and SUBPAGES are what the entries say. */
void snp_machine_check_counts(void);

/** Random numbers fail after so many reads of the source; UINT32_MAX = never. */
void snp_machine_fail_entropy(uint32_t reads);

/** All cores execute WBINVD. */
void snp_machine_wbinvd(void);

#endif
