/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Launches of SEV-SNP guests on the Linux board, for unit tests, and the launch digest computed
 * again with OpenSSL. Functions that make something fail the test when they cannot.
 */
#ifndef TESTS_UNIT_FIRMWARE_SNP_LAUNCH_H
#define TESTS_UNIT_FIRMWARE_SNP_LAUNCH_H

#include "firmware/snp_guest/guest.h"

#include "tests/unit/firmware_snp.h"

#define LAUNCH_GCTX SNP_PAGE(0)
#define LAUNCH_POLICY (SNP_POLICY_SMT | SNP_POLICY_ONE)

/** Setup: snp_boot_init(), and a guest at LAUNCH_GCTX in LAUNCH on SNP_ASID. */
int launch_boot(void **state);

/**
 * Boots a machine that is described in another way, and makes a context at LAUNCH_GCTX.
 *
 * @param machine_flags  FABRIC_FLAG_*
 * @param init_flags     SNP_INIT_*, for SNP_INIT_EX
 */
void launch_boot_machine(uint32_t machine_flags, uint64_t tsc_khz, uint32_t init_flags);

/** SNP_LAUNCH_START. */
enum sev_status launch_start(uint64_t gctx, uint64_t policy);
enum sev_status launch_start_with(const struct snp_launch_start *parameters);

/** SNP_ACTIVATE. */
enum sev_status launch_activate(uint64_t gctx, uint32_t asid);

/** Makes a guest in LAUNCH on an ASID. @param flags  SNP_LAUNCH_* without MA_EN */
void launch_make(uint64_t gctx, uint32_t asid, uint64_t policy, uint32_t flags);

/** @return the guest whose context is there */
struct snp_guest *launch_guest(uint64_t gctx);

/** @return the parameters that add a page of 4 KiB to the guest at LAUNCH_GCTX */
struct snp_launch_update launch_page(enum snp_page_type type, uint64_t paddr);

/** SNP_LAUNCH_UPDATE. */
enum sev_status launch_update(const struct snp_launch_update *parameters);

/** Puts a page into memory, makes it Pre-Guest of SNP_ASID, and adds it at @p gpa. */
enum sev_status launch_add(enum snp_page_type type, uint64_t paddr, uint64_t gpa,
                           const uint8_t *plaintext);

/** SNP_LAUNCH_FINISH without ID block. */
enum sev_status launch_finish(uint64_t gctx);

void launch_sha384(const void *data, size_t length, uint8_t digest[SNP_DIGEST_BYTES]);

/**
 * The digest after a page, computed with OpenSSL.
 *
 * @param info       type, permissions, IMI_PAGE and GPA; the rest is filled in
 * @param plaintext  4096 bytes; NULL when contents are not measured
 */
void launch_expect(uint8_t digest[SNP_DIGEST_BYTES], struct snp_page_info info,
                   const uint8_t *plaintext);

#endif
