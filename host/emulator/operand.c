/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory operands (operand.h). AMD64 Architecture Programmer's Manual, volume 3, appendix A: which
 * opcodes have a ModRM byte, and how long an immediate operand follows it, which addresses relative to
 * RIP depend on.
 */
#include "host/emulator/operand.h"

#include "host/emulator/decode.h"
#include "host/emulator/modrm.h"

#define PAGE_MASK 0xFFFull
#define PUSHED 8u
#define RSI 6u
#define RDI 7u

static bool one_byte_has_modrm(uint8_t opcode)
{
    return (opcode < 0x40 && (opcode & 7) < 4) || opcode == 0x63 || opcode == 0x69 ||
           opcode == 0x6B || (opcode >= 0x80 && opcode < 0x90) || opcode == 0xC0 ||
           opcode == 0xC1 || opcode == 0xC6 || opcode == 0xC7 ||
           (opcode >= 0xD0 && opcode < 0xD4) || (opcode >= 0xD8 && opcode < 0xE0) ||
           opcode == 0xF6 || opcode == 0xF7 || opcode >= 0xFE;
}

static bool two_bytes_have_modrm(uint8_t opcode)
{
    return !((opcode >= 0x05 && opcode <= 0x0B) || (opcode >= 0x30 && opcode < 0x38) ||
             opcode == 0x77 || (opcode >= 0x80 && opcode < 0x90) ||
             (opcode >= 0xA0 && opcode < 0xA3) || (opcode >= 0xA8 && opcode < 0xAB) ||
             (opcode >= 0xC8 && opcode < 0xD0));
}

static uint8_t one_byte_immediate(uint8_t opcode, uint8_t extension, bool operand_size)
{
    const uint8_t full = operand_size ? 2 : 4;
    switch (opcode) {
    case 0x80:
    case 0x83:
    case 0xC0:
    case 0xC1:
    case 0xC6:
    case 0x6B:
        return 1;
    case 0x81:
    case 0xC7:
    case 0x69:
        return full;
    case 0xF6:
        return extension < 2 ? 1 : 0;
    case 0xF7:
        return extension < 2 ? full : 0;
    default:
        return 0;
    }
}

static uint8_t two_bytes_immediate(uint8_t opcode)
{
    return (opcode >= 0x70 && opcode < 0x74) || opcode == 0xA4 || opcode == 0xAC ||
                   opcode == 0xBA || opcode == 0xC2 || (opcode >= 0xC4 && opcode < 0xC7)
               ? 1
               : 0;
}

uint64_t operand_address(const uint8_t *bytes, size_t length,
                         const struct backend_registers *registers)
{
    const struct decode_prefixes prefixes = decode_prefixes(bytes, length);
    const uint8_t *at = bytes + prefixes.count;
    const uint8_t *end = bytes + length;
    struct modrm modrm;
    uint8_t immediate = 0;
    bool has_modrm;
    if (at < end && *at == 0x0F) {
        at++;
        const uint8_t map = at < end ? *at : 0;
        const bool three = map == 0x38 || map == 0x3A;
        at += three ? 1 : 0;
        has_modrm = at < end && (three || two_bytes_have_modrm(*at));
        immediate = at < end && !three ? two_bytes_immediate(*at) : map == 0x3A ? 1 : 0;
    } else {
        has_modrm = at < end && one_byte_has_modrm(*at);
        immediate =
            at + 1 < end ? one_byte_immediate(*at, (at[1] >> 3) & 7, prefixes.operand_size) : 0;
    }
    if (!has_modrm || !modrm_read(at + 1, (size_t)(end - at - 1), prefixes.rex, &modrm)) {
        return 0;
    }
    uint64_t address = (uint64_t)(int64_t)modrm.displacement;
    if (modrm.base >= 0) {
        address += registers->gpr[modrm.base];
    } else if (modrm.base == MODRM_RIP) {
        address += registers->rip + (uint64_t)(at + 1 - bytes) + modrm.length + immediate;
    }
    if (modrm.index >= 0) {
        address += registers->gpr[modrm.index] * modrm.scale;
    }
    return address + (prefixes.segment == 0x64   ? registers->fs_base
                      : prefixes.segment == 0x65 ? registers->gs_base
                                                 : 0);
}

uint64_t operand_in_page(const uint8_t *bytes, size_t length,
                         const struct backend_registers *registers, uint64_t page)
{
    /* Strings, the stack: whichever is in the page. */
    const uint64_t candidates[] = {
        operand_address(bytes, length, registers), registers->gpr[RSI],         registers->gpr[RDI],
        registers->gpr[BACKEND_RSP] - PUSHED,      registers->gpr[BACKEND_RSP],
    };
    for (size_t i = 0; i < sizeof candidates / sizeof candidates[0]; i++) {
        if ((candidates[i] & ~PAGE_MASK) == page) {
            return candidates[i];
        }
    }
    return page;
}
