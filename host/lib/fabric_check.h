/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a security processor can use what a fabric file says of the machine: the rules of
 * docs/fabric.md, which the firmware applies as well.
 */
#ifndef HOST_LIB_FABRIC_CHECK_H
#define HOST_LIB_FABRIC_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/fabric.h"

#define FABRIC_PROBLEM_BYTES 256

/**
 * Looks for what the firmware would refuse.
 *
 * @param configuration  with the magic number
 * @param cores          FABRIC_CORES_MAX entries, or NULL: they are not looked at
 * @param dram_bytes     size of the DRAM file
 * @param[out] problem   the first rule that is broken, in words; empty when all is well
 * @return whether all is well
 */
bool fabric_check(const struct fabric_config *configuration, const struct fabric_core *cores,
                  uint64_t dram_bytes, char problem[FABRIC_PROBLEM_BYTES])
    __attribute__((warn_unused_result));

#endif
