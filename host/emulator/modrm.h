/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory operand that a ModRM byte names, in 64-bit mode.
 */
#ifndef HOST_EMULATOR_MODRM_H
#define HOST_EMULATOR_MODRM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MODRM_NONE (-1)
#define MODRM_RIP (-2) /**< RIP of the next instruction. */

struct modrm {
    uint8_t length; /**< Of ModRM, SIB and displacement. */
    uint8_t extension;
    int8_t base;  /**< Number of a register, MODRM_NONE or MODRM_RIP. */
    int8_t index; /**< Number of a register, or MODRM_NONE. */
    uint8_t scale;
    int32_t displacement;
};

/**
 * Reads it.
 *
 * @param bytes      @p length bytes from ModRM on
 * @param rex        prefix, or 0
 * @param[out] modrm set when it names memory
 * @return false: it names a register, or bytes are missing
 */
bool modrm_read(const uint8_t *bytes, size_t length, uint8_t rex, struct modrm *modrm);

#endif
