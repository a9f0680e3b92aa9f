/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The block of host memory of INIT_EX (section 4.1), for the tests of it.
 */
#ifndef TESTS_CONFORMANCE_NV_BLOCK_H
#define TESTS_CONFORMANCE_NV_BLOCK_H

#include "tests/conformance/suite.h"

/** @return the block at suite.nv, SEV_NV_BYTES long */
uint8_t *nv_block(void);

/** @return good parameters, without SEV-ES */
struct sev_init_ex nv_parameters(void);

/** Whether the block holds nothing but @p value from an offset on. */
bool nv_block_is(uint8_t value, size_t from);

/** @return bytes from the start of the block to the last that is not FFh */
size_t nv_record_bytes(void);

#endif
