/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A machine with SEV-SNP and its hypervisor: what it prepares, and pages that it gives away and gets
 * back. Functions that print tell what is wrong when they return false.
 */
#ifndef HOST_DEMO_SNP_HOST_H
#define HOST_DEMO_SNP_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/snp_data.h"
#include "host/lib/board.h"
#include "host/provision/product.h"
#include "host/x86/rmp.h"

struct snp_host {
    const char *name;      /**< "A: " among several machines, else "". */
    const char *directory; /**< Of the chip. */
    bool quiet;            /**< Steps are printed only when they fail. */
    struct board *board;
    struct x86_rmp rmp;
    uint64_t result_paddr; /**< A Firmware page for what commands answer. */
    struct snp_platform_status_page status;
};

/** @return the product of a chip with SEV-SNP, by what its key server has of it; else NULL */
const struct provision_product *snp_host_product(const char *directory);

/**
 * Sets the cores up, puts an RMP in force, that covers all memory if there is room, and flushes. Prints its steps.
 *
 * @param[in,out] host  NAME, DIRECTORY, QUIET and BOARD are set; no SEV guest exists
 * @return false when a step fails
 */
bool snp_host_start(struct snp_host *host) __attribute__((warn_unused_result));

/** Takes the result page back, shuts SEV-SNP down and ends the RMP. Prints its steps. */
bool snp_host_end(struct snp_host *host) __attribute__((warn_unused_result));

/** WBINVD on all cores, and SNP_DF_FLUSH. @return as sev.h's functions */
int snp_host_flush(struct snp_host *host) __attribute__((warn_unused_result));

/** @return address of a new page of 4 KiB that is the hypervisor's; 0 when memory does not suffice */
uint64_t snp_host_page(struct snp_host *host);

/** @return address of a new page that RMPUPDATE has made the firmware's; 0 when that fails */
uint64_t snp_host_firmware_page(struct snp_host *host);

/**
 * Writes memory as the host's software does: the RMP is asked first.
 *
 * @param paddr   @p length bytes in one page
 * @return what the processor does; nothing is written unless it is X86_RMP_EVENT_NONE. #PF without
 *         the RMP bit stands for memory that cannot be written at all
 */
struct x86_rmp_outcome snp_host_write(struct snp_host *host, uint64_t paddr, const void *bytes,
                                      size_t length);

#endif
