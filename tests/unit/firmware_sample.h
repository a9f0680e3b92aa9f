/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One example of every command that succeeds: board, guest, memory and parameters. Tests change one
 * thing in it and look what happens, or watch how the firmware goes about it.
 *
 * The platform has SEV-ES, the guest is an SEV-ES guest with an owner, active on BOARD_ES_ASID.
 */
#ifndef TESTS_UNIT_FIRMWARE_SAMPLE_H
#define TESTS_UNIT_FIRMWARE_SAMPLE_H

#include "firmware/command.h"

#include "tests/unit/firmware_flow.h"

#define SAMPLE_PAGE BOARD_BUFFER(10) /**< Guest page that the commands work on. */
#define SAMPLE_VMSA BOARD_BUFFER(11) /**< VMSA page of the guest. */

struct sample {
    const struct command_row *row;
    uint32_t handle;          /**< Of the guest; 0 = there is none. */
    struct flow_owner owner;  /**< Of the guest. */
    uint8_t measure[32];      /**< Of the guest, once it is measured. */
    enum sev_status expected; /**< SUCCESS, or what stops the command on the Linux board. */
    _Alignas(8) uint8_t parameters[COMMAND_PARAMETERS_MAX];
};

/** Called by sample_prepare() on the new board, before INIT; NULL = nothing. */
extern void (*sample_describe)(void);

/** Makes a new board and brings it to where the command succeeds. */
void sample_prepare(struct sample *sample, const struct command_row *row);

/** Executes the command with the sample's parameters, which are updated. */
enum sev_status sample_run(struct sample *sample);

/** Prepares the example of each command in turn and hands it to @p check. */
void sample_for_each(void (*check)(struct sample *sample));

/**
 * Swaps the guest's VMSA out: the sample is SWAP_OUT's.
 *
 * @return parameters of SWAP_IN that bring it back to SAMPLE_VMSA
 */
struct sev_swap_in sample_swap_vmsa_out(const struct sample *sample);

/** @return whether the parameters have a buffer */
bool sample_has(const struct sample *sample, uint32_t buffer);

/** @return address that the parameters give for a buffer */
uint64_t sample_address(const struct sample *sample, uint32_t buffer);

/** Changes the address of a buffer. */
void sample_set_address(struct sample *sample, uint32_t buffer, uint64_t paddr);

/** @return bytes that the command touches of a buffer: what its rule makes of the parameters */
uint32_t sample_length(const struct sample *sample, uint32_t buffer);

#endif
