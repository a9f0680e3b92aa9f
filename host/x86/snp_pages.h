/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a hypervisor does with pages around SEV-SNP's commands: gives them to the firmware or to a guest
 * by RMPUPDATE, and takes them back. For clients of a board that play the hypervisor themselves.
 */
#ifndef HOST_X86_SNP_PAGES_H
#define HOST_X86_SNP_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/lib/board.h"
#include "host/x86/rmp.h"

#define SNP_PAGES_CORE 0u /**< That executes RMPUPDATE. */

/**
 * Makes a page a Firmware page: what the firmware writes, and new contexts and metadata.
 *
 * @param spa    of the page, aligned to its size
 * @param large  2 MiB
 * @return RMPUPDATE's result; RMP_FAIL_PERMISSION when the processor raises an exception
 */
enum rmp_result snp_page_to_firmware(const struct x86_rmp *rmp, uint64_t spa, bool large);

/** Makes a page a Pre-Guest page: what SNP_LAUNCH_UPDATE wants. @param gpa  where the guest finds it */
enum rmp_result snp_page_to_guest(const struct x86_rmp *rmp, uint64_t spa, bool large,
                                  uint32_t asid, uint64_t gpa);

/** Makes a page that is not immutable the hypervisor's. */
enum rmp_result snp_page_to_host(const struct x86_rmp *rmp, uint64_t spa, bool large);

/**
 * Takes a page back: SNP_PAGE_RECLAIM unless the firmware has given it up already, then RMPUPDATE. A
 * page that is the hypervisor's, or that no table covers, stays as it is.
 *
 * @return a status or mailbox result, as sev.h's functions; INVALID_PAGE_STATE when RMPUPDATE fails
 */
int snp_page_reclaim_to_host(struct board *board, const struct x86_rmp *rmp, uint64_t spa,
                             bool large) __attribute__((warn_unused_result));

/**
 * Issues a command whose parameters the firmware writes, as those of SEV's commands with results: the
 * command page is the firmware's meanwhile. While SEV-SNP is not on this is sev_command().
 *
 * @param id              command
 * @param[in,out] buffer  @p length bytes
 * @return a status or mailbox result
 */
int snp_command_with_results(struct board *board, const struct x86_rmp *rmp, uint32_t id,
                             void *buffer, size_t length) __attribute__((warn_unused_result));

#endif
