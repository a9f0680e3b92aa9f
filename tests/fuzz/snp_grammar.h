/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How an input becomes the parameters, pages and contents of an SEV-SNP command: mostly valid ones, and
 * in every place that may be wrong sometimes a wrong one. A choice of 0 is the valid one.
 */
#ifndef TESTS_FUZZ_SNP_GRAMMAR_H
#define TESTS_FUZZ_SNP_GRAMMAR_H

#include "firmware/command.h"

#include "tests/fuzz/input.h"

/**
 * Prepares a command.
 *
 * @param[out] parameters  for the command
 * @return their size
 */
uint32_t snp_grammar_build(uint16_t id, struct input *input,
                           uint8_t parameters[COMMAND_PARAMETERS_MAX]);

#endif
