/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What programs for the board look like at their first instruction: enough to tell them from text,
 * ELF files and blank flash. Header only: the client library looks at flash banks, too.
 */
#ifndef HOST_PROVISION_PLAUSIBLE_H
#define HOST_PROVISION_PLAUSIBLE_H

#include <stdbool.h>
#include <stdint.h>

#define PLAUSIBLE_BYTES 4u

/**
 * @param bytes  PLAUSIBLE_BYTES, where the processor begins, in Arm state
 * @return whether they are an instruction that is executed whatever the flags say: nothing else makes
 *         sense there. Zeros, erased flash, text and the start of an ELF file are none
 */
static inline bool plausible_first_instruction(const uint8_t bytes[PLAUSIBLE_BYTES])
{
    const bool erased =
        bytes[0] == 0xFF && bytes[1] == 0xFF && bytes[2] == 0xFF && bytes[3] == 0xFF;
    return bytes[3] >= 0xE0 && !erased;
}

#endif
