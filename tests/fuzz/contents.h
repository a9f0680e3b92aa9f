/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory contents that commands accept: certificates, sessions and packets made with the keys that
 * are in force, so that a fuzzer gets behind the checks of MACs and signatures.
 */
#ifndef TESTS_FUZZ_CONTENTS_H
#define TESTS_FUZZ_CONTENTS_H

#include <stdint.h>

#include "firmware/command.h"

/** The place of a buffer of the command whose buffers begin at place @p base. */
uint64_t contents_place(uint32_t base, uint32_t buffer);

/**
 * Puts what the command's buffers should hold into their places.
 *
 * @param base    first place
 * @param handle  of the guest that the command names, or 0
 * @param policy  of the guest that the command makes
 * @param bytes   of a packet's data
 */
void contents_put(const struct command_row *row, uint32_t base, uint32_t handle, uint32_t policy,
                  uint32_t bytes);

#endif
