/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of this folder are made of: each defines one row, and the parts of a row that
 * several commands have in common are here.
 */
#ifndef FIRMWARE_SNP_ROW_H
#define FIRMWARE_SNP_ROW_H

#include "abi/snp_command_id.h"
#include "abi/snp_commands.h"
#include "abi/snp_data.h"
#include "abi/snp_state.h"
#include "firmware/command.h"
#include "firmware/snp_guest/family.h"
#include "firmware/snp_guest/guests.h"

/** Id, name and section. No SEV-SNP command depends on the state of the SEV platform. */
#define ROW_COMMAND(command, number)                                                               \
    .family = &snp_family, .id = SNP_COMMAND_##command, .name = "SNP_" #command,                   \
    .section = "SNP " number, .platform_states = COMMAND_PLATFORM_ANY, .needs_snp = true

/** The parameters' structure. */
#define ROW_PARAMETERS(type) .structure = #type, .size = sizeof(struct type)

/** States of the SEV-SNP platform in which the command is allowed. */
#define ROW_SNP_UNINIT .snp_states = COMMAND_STATE(SNP_PLATFORM_UNINIT)
#define ROW_SNP_INIT .snp_states = COMMAND_STATE(SNP_PLATFORM_INIT)
#define ROW_SNP_ANY .snp_states = COMMAND_SNP_ANY

/* Sets of guest states. */
#define SNP_GUEST_STATES_INIT COMMAND_STATE(SNP_GUEST_INIT)
#define SNP_GUEST_STATES_LAUNCH COMMAND_STATE(SNP_GUEST_LAUNCH)
#define SNP_GUEST_STATES_RUNNING COMMAND_STATE(SNP_GUEST_RUNNING)
#define SNP_GUEST_STATES_LAUNCHED (SNP_GUEST_STATES_LAUNCH | SNP_GUEST_STATES_RUNNING)
#define SNP_GUEST_STATES_ANY (SNP_GUEST_STATES_INIT | SNP_GUEST_STATES_LAUNCHED)

/** A command for a guest in one of the given states, named by the field GCTX_PADDR or PADDR. */
#define ROW_GUEST(type, field, states)                                                             \
    ROW_SNP_INIT, .guest_states = (states), .guest_offset = offsetof(struct type, field)

/** Statuses of every command with parameters. */
#define PARAMETER_STATUSES                                                                         \
    (COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_ADDRESS) | COMMAND_STATUS(INVALID_PAGE_STATE))

/** Statuses of every command with parameters that one of the platform's states forbids. */
#define INIT_STATE_STATUSES (PARAMETER_STATUSES | COMMAND_STATUS(INVALID_PLATFORM_STATE))

/** Statuses of every command that names a guest, whatever its state. */
#define ANY_GUEST_STATUSES (INIT_STATE_STATUSES | COMMAND_STATUS(INVALID_GUEST))

/** Statuses of every command that names a guest in a certain state. */
#define GUEST_STATUSES (ANY_GUEST_STATUSES | COMMAND_STATUS(INVALID_GUEST_STATE))

/** Statuses of SNP_ACTIVATE and SNP_ACTIVATE_EX, but for those of the guest. */
#define ACTIVATE_STATUSES                                                                          \
    (COMMAND_STATUS(INVALID_ASID) | COMMAND_STATUS(ACTIVE) | COMMAND_STATUS(ASID_OWNED) |          \
     COMMAND_STATUS(WBINVD_REQUIRED) | COMMAND_STATUS(DFFLUSH_REQUIRED) |                          \
     COMMAND_STATUS(INVALID_CONFIG) | COMMAND_STATUS(POLICY_FAILURE))

/** Statuses of SNP_INIT and SNP_INIT_EX. */
#define INIT_STATUSES                                                                              \
    (COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |                            \
     COMMAND_STATUS(INVALID_CONFIG) | COMMAND_STATUS(INVALID_ADDRESS) |                            \
     COMMAND_STATUS(RMP_INITIALIZATION_FAILED) | COMMAND_STATUS(HWERROR_PLATFORM))

/** Statuses of SNP_SHUTDOWN and SNP_SHUTDOWN_EX, but for SUCCESS. */
#define SHUTDOWN_STATUSES (COMMAND_STATUS(WBINVD_REQUIRED) | COMMAND_STATUS(DFFLUSH_REQUIRED))

/**
 * A page of 4 KiB that the command needs in one of the given states. A use of REGION_*: what the firmware
 * has; of GUEST_*: what a guest has.
 */
#define ROW_PAGE(label, type, paddr_field, use, states)                                            \
    {                                                                                              \
        .name = (label), .direction = COMMAND_##use, .rule = COMMAND_LENGTH_FIXED,                 \
        .paddr_offset = offsetof(struct type, paddr_field), .length = SNP_PAGE_BYTES,              \
        .alignment = SNP_PAGE_BYTES, .page_states = (states),                                      \
    }

/** A page of the guest that the command names: 4 KiB or 2 MiB, as bit 0 of FLAGS says. */
#define ROW_GUEST_PAGE(label, type, paddr_field, use, states)                                      \
    {                                                                                              \
        .name = (label), .direction = COMMAND_##use, .rule = COMMAND_LENGTH_PAGE,                  \
        .paddr_offset = offsetof(struct type, paddr_field),                                        \
        .length_offset = offsetof(struct type, flags), .alignment = COMMAND_ALIGNED_TO_LENGTH,     \
        .page_states = (states), .owned = true,                                                    \
    }

/** A buffer of one length, which the parameters do not give. */
#define ROW_BUFFER_FIXED(label, type, paddr_field, use, bytes, multiple)                           \
    {                                                                                              \
        .name = (label), .direction = COMMAND_##use, .rule = COMMAND_LENGTH_FIXED,                 \
        .paddr_offset = offsetof(struct type, paddr_field), .length = (bytes),                     \
        .alignment = (multiple),                                                                   \
    }

#endif
