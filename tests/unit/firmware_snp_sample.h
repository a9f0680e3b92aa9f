/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One example of every SEV-SNP command with parameters, as it succeeds on the Linux board: guest, pages
 * and parameters. Tests change one thing in it and look what happens, or watch how the firmware goes
 * about it.
 */
#ifndef TESTS_UNIT_FIRMWARE_SNP_SAMPLE_H
#define TESTS_UNIT_FIRMWARE_SNP_SAMPLE_H

#include "firmware/command.h"

#include "tests/unit/firmware_snp_pages.h"

#define SNP_SAMPLE_GUEST SNP_PAGE(0) /**< The context of the guest that commands name. */
#define SNP_SAMPLE_OTHER SNP_PAGE(1) /**< A context in INIT, for SNP_LAUNCH_START. */
#define SNP_SAMPLE_POLICY (SNP_POLICY_ONE | SNP_POLICY_SMT | SNP_POLICY_DEBUG)

struct snp_sample {
    const struct command_row *row;
    enum sev_status expected; /**< SUCCESS, or what the Linux board lacks. */
    _Alignas(8) uint8_t parameters[COMMAND_PARAMETERS_MAX + 8u];
};

/** Makes a new board and brings it to where the command succeeds. */
void snp_sample_prepare(struct snp_sample *sample, const struct command_row *row);

/** Executes the command; the sample stays as it is. */
enum sev_status snp_sample_run(const struct snp_sample *sample);

/** Prepares the example of each command in turn and hands it to @p check. */
void snp_sample_for_each(void (*check)(struct snp_sample *sample));

/** @return whether the command has a buffer; its address; how many bytes of it are used */
bool snp_sample_has(const struct snp_sample *sample, uint32_t buffer);
uint64_t snp_sample_address(const struct snp_sample *sample, uint32_t buffer);
uint32_t snp_sample_length(const struct snp_sample *sample, uint32_t buffer);

/** Changes the address of a buffer, or of the guest's context. */
void snp_sample_set_address(struct snp_sample *sample, uint32_t buffer, uint64_t paddr);
void snp_sample_set_guest(struct snp_sample *sample, uint64_t paddr);

#endif
