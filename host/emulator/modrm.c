/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ModRM and SIB (modrm.h). AMD64 Architecture Programmer's Manual, volume 3, 1.4.
 */
#include "host/emulator/modrm.h"

#define REX_X 2u
#define REX_B 1u
#define WITH_SIB 4u
#define WITHOUT_BASE 5u

static int32_t read_displacement(const uint8_t *bytes, size_t count)
{
    uint32_t value = 0;
    if (count == 1) {
        return (int8_t)bytes[0];
    }
    for (size_t i = 0; i < count; i++) {
        value |= (uint32_t)bytes[i] << (8 * i);
    }
    return (int32_t)value;
}

bool modrm_read(const uint8_t *bytes, size_t length, uint8_t rex, struct modrm *modrm)
{
    if (length == 0 || bytes[0] >> 6 == 3) {
        return false;
    }
    const uint8_t mode = bytes[0] >> 6;
    const uint8_t low = bytes[0] & 7;
    size_t displacement = mode == 1 ? 1 : mode == 2 ? 4 : 0;
    size_t used = 1;
    *modrm = (struct modrm){.extension = (bytes[0] >> 3) & 7,
                            .base = (int8_t)(low | (rex & REX_B) << 3),
                            .index = MODRM_NONE,
                            .scale = 1};
    if (low == WITH_SIB) {
        if (length < 2) {
            return false;
        }
        const uint8_t index = (uint8_t)(((bytes[1] >> 3) & 7) | (rex & REX_X) << 2);
        used = 2;
        modrm->base = (int8_t)((bytes[1] & 7) | (rex & REX_B) << 3);
        modrm->index = (int8_t)(index == WITH_SIB ? MODRM_NONE : index);
        modrm->scale = (uint8_t)(1u << (bytes[1] >> 6));
        if ((bytes[1] & 7) == WITHOUT_BASE && mode == 0) {
            modrm->base = MODRM_NONE;
            displacement = 4;
        }
    } else if (low == WITHOUT_BASE && mode == 0) {
        modrm->base = MODRM_RIP;
        displacement = 4;
    }
    if (length < used + displacement) {
        return false;
    }
    modrm->displacement = read_displacement(bytes + used, displacement);
    modrm->length = (uint8_t)(used + displacement);
    return true;
}
