/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hypervisor of the benchmark's SEV-SNP part: the platform, guests, and pages that become theirs.
 * Functions return false when something failed; what and why is on standard error.
 */
#ifndef TESTS_BENCH_SNP_MACHINE_H
#define TESTS_BENCH_SNP_MACHINE_H

#include "abi/snp_launch.h"
#include "host/lib/snp.h"
#include "host/x86/rmp.h"
#include "tests/bench/bench.h"

#define SNP_MACHINE_PAGES 1024u /**< The guest's image: 4 MiB. */
#define SNP_MACHINE_SPECIAL 30u /**< Pages of other types. */
#define SNP_MACHINE_LARGE 16u   /**< Pages of 2 MiB. */
#define SNP_MACHINE_GPA 0x100000000ull
#define SNP_MACHINE_RMP_TOP (3ull << 30) /**< Behind the most memory that a table covers here. */

struct snp_machine {
    struct bench *bench;
    struct x86_rmp rmp;
    uint64_t rmp_paddr;
    uint64_t image; /**< SNP_MACHINE_PAGES, then SNP_MACHINE_SPECIAL pages. */
    uint64_t large; /**< SNP_MACHINE_LARGE */
    uint64_t gctx;  /**< The guest's context page. */
    uint64_t spare; /**< Four pages: request, response, metadata, swapped page. */
    uint32_t asid;  /**< Of the guest; each has another one. */
};

/** Pages of @c spare. */
enum { SNP_SPARE_REQUEST, SNP_SPARE_RESPONSE, SNP_SPARE_METADATA, SNP_SPARE_SWAPPED, SNP_SPARES };

/** Takes the memory. */
bool snp_machine_open(struct snp_machine *machine, struct bench *bench);

/** Writes what a guest is to find: something in every page that no other page has. */
void snp_machine_write_image(struct snp_machine *machine, uint64_t paddr, uint64_t length);

/** SNP_INIT with a table that covers memory up to @p top; nothing else may be initialised. */
bool snp_machine_init(struct snp_machine *machine, uint64_t top);

/** Whatever SNP_SHUTDOWN_EX needs, and that with X86_SNP_SHUTDOWN. */
bool snp_machine_shut_down(struct snp_machine *machine);

/** Context, SNP_LAUNCH_START and SNP_ACTIVATE with an ASID that is new. */
bool snp_machine_start_guest(struct snp_machine *machine);

/** RMPUPDATE, then SNP_LAUNCH_UPDATE. @param flags  of the command. @param[out] command_us  it alone */
bool snp_machine_add(struct snp_machine *machine, uint64_t paddr, uint64_t gpa, uint32_t flags,
                     double *command_us);

/** SNP_LAUNCH_FINISH without ID block. */
bool snp_machine_finish(struct snp_machine *machine);

/** SNP_DECOMMISSION; all pages are the hypervisor's again. */
bool snp_machine_end_guest(struct snp_machine *machine);

/** A page for the firmware. @return the address of one of the spares */
uint64_t snp_machine_spare(const struct snp_machine *machine, uint32_t spare);
bool snp_machine_give(struct snp_machine *machine, uint64_t paddr);

#endif
