/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The processor's side of the reverse map table (host/x86) beside the model (tests/common/rmp_model.h).
 */
#ifndef TESTS_HOST_RMP_COMPARE_H
#define TESTS_HOST_RMP_COMPARE_H

#include "host/x86/rmp.h"
#include "tests/common/rmp_model.h"

/** Named by the message of a comparison that fails. */
extern unsigned rmp_compare_step;

/** @return permissions as the table and RMPADJUST have them */
unsigned rmp_compare_bits(const struct rmp_model_permissions *permissions);

/**
 * Asserts that something ended as the model's did.
 *
 * @param fault  what EXITINFO1 must be if that is an RMP fault, without SIZEM and VMPL
 */
void rmp_compare_end(struct x86_rmp_outcome outcome, enum rmp_model_end end, uint64_t fault);

/** Asserts that a page is what the model's is. @param base  address of the model's page 0 */
void rmp_compare_page(const struct rmp_model *model, uint64_t base, size_t number);

#endif
