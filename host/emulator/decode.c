/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instructions that the processor's core intercepts (decode.h). AMD64 Architecture Programmer's
 * Manual, volume 3, appendix A.
 */
#include "host/emulator/decode.h"

#include <string.h>

#include "host/emulator/modrm.h"

static bool is_prefix(uint8_t byte)
{
    switch (byte) {
    case 0x26:
    case 0x2E:
    case 0x36:
    case 0x3E:
    case 0x64:
    case 0x65:
    case 0x66:
    case 0x67:
    case 0xF0:
    case 0xF2:
    case 0xF3:
        return true;
    default:
        return (byte & 0xF0) == 0x40;
    }
}

struct decode_prefixes decode_prefixes(const uint8_t *bytes, size_t length)
{
    struct decode_prefixes found = {0};
    while (found.count < length && is_prefix(bytes[found.count])) {
        const uint8_t byte = bytes[found.count++];
        found.rex = 0; /* Counts only as the last one. */
        if (byte == 0x66) {
            found.operand_size = true;
        } else if (byte == 0xF2 || byte == 0xF3) {
            found.repeat = byte;
        } else if (byte == 0x64 || byte == 0x65) {
            found.segment = byte;
        } else if ((byte & 0xF0) == 0x40) {
            found.rex = byte;
        }
    }
    return found;
}

static bool decode_port(const uint8_t *opcode, size_t left, const struct decode_prefixes *prefixes,
                        struct decode_instruction *instruction)
{
    const uint8_t byte = opcode[0];
    if ((byte & 0xF4) != 0xE4) { /* E4-E7, EC-EF */
        return false;
    }
    instruction->immediate = (byte & 8) == 0;
    if (instruction->immediate && left < 2) {
        return false;
    }
    instruction->kind = (byte & 2) != 0 ? DECODE_OUT : DECODE_IN;
    instruction->size = (byte & 1) == 0 ? 1 : prefixes->operand_size ? 2 : 4;
    instruction->port = instruction->immediate ? opcode[1] : 0;
    instruction->length = (uint8_t)(prefixes->count + (instruction->immediate ? 2 : 1));
    return true;
}

static const struct {
    uint8_t repeat;
    uint8_t last;
    enum decode_kind kind;
} group_01[] = {
    {0, 0xD9, DECODE_VMMCALL},      {0xF3, 0xD9, DECODE_VMGEXIT},   {0xF2, 0xD9, DECODE_VMGEXIT},
    {0xF2, 0xFF, DECODE_PVALIDATE}, {0xF3, 0xFE, DECODE_RMPADJUST}, {0xF3, 0xFD, DECODE_RMPQUERY},
};

static void decode_group_01(const uint8_t *opcode, size_t left,
                            const struct decode_prefixes *prefixes,
                            struct decode_instruction *instruction)
{
    for (size_t i = 0; left >= 3 && i < sizeof group_01 / sizeof group_01[0]; i++) {
        if (group_01[i].last == opcode[2] && group_01[i].repeat == prefixes->repeat) {
            instruction->kind = group_01[i].kind;
            instruction->length = (uint8_t)(prefixes->count + 3);
        }
    }
}

/* 0F AE with a memory operand: /7 is CLFLUSH, or CLFLUSHOPT after 66h; 66h with /6 is CLWB. */
static void decode_clflush(const uint8_t *opcode, size_t left,
                           const struct decode_prefixes *prefixes,
                           struct decode_instruction *instruction)
{
    struct modrm modrm;
    if (modrm_read(opcode + 2, left - 2, prefixes->rex, &modrm) &&
        (modrm.extension == 7 || (modrm.extension == 6 && prefixes->operand_size))) {
        instruction->kind = DECODE_CLFLUSH;
        instruction->length = (uint8_t)(prefixes->count + 2 + modrm.length);
    }
}

static void decode_two_bytes(const uint8_t *opcode, size_t left,
                             const struct decode_prefixes *prefixes,
                             struct decode_instruction *instruction)
{
    static const struct {
        uint8_t opcode;
        enum decode_kind kind;
    } plain[] = {
        {0xA2, DECODE_CPUID}, {0x32, DECODE_RDMSR}, {0x30, DECODE_WRMSR}, {0x09, DECODE_WBINVD}};
    if (opcode[1] == 0x01) {
        decode_group_01(opcode, left, prefixes, instruction);
        return;
    }
    if (opcode[1] == 0xAE) {
        decode_clflush(opcode, left, prefixes, instruction);
        return;
    }
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (plain[i].opcode == opcode[1]) {
            instruction->kind = plain[i].kind;
            instruction->length = (uint8_t)(prefixes->count + 2);
        }
    }
}

void decode(const uint8_t *bytes, size_t length, struct decode_instruction *instruction)
{
    length = length < DECODE_BYTES_MAX ? length : DECODE_BYTES_MAX;
    const struct decode_prefixes prefixes = decode_prefixes(bytes, length);
    const uint8_t *opcode = bytes + prefixes.count;
    const size_t left = length - prefixes.count;
    memset(instruction, 0, sizeof *instruction);
    if (left == 0 || decode_port(opcode, left, &prefixes, instruction)) {
        return;
    }
    if (opcode[0] == 0x90 && prefixes.repeat == 0xF3) {
        instruction->kind = DECODE_PAUSE;
        instruction->length = (uint8_t)(prefixes.count + 1);
    } else if (opcode[0] == 0x0F && left >= 2) {
        decode_two_bytes(opcode, left, &prefixes, instruction);
    }
}

bool decode_may_begin(const uint8_t *page, uint32_t offset)
{
    struct decode_instruction instruction;
    uint32_t at = offset;
    while (at < DECODE_PAGE_BYTES && is_prefix(page[at])) {
        at++;
    }
    /* What the next page would complete: no opcode yet, or one of several bytes. */
    if (at >= DECODE_PAGE_BYTES ||
        (DECODE_PAGE_BYTES - offset < DECODE_BYTES_MAX && (page[at] & 0xF4) == 0xE4) ||
        (DECODE_PAGE_BYTES - offset < DECODE_BYTES_MAX && page[at] == 0x0F)) {
        return true;
    }
    decode(page + offset, DECODE_PAGE_BYTES - offset, &instruction);
    return instruction.kind != DECODE_NONE;
}

const char *decode_name(enum decode_kind kind)
{
    static const char *const names[] = {
        [DECODE_NONE] = "none",
        [DECODE_CPUID] = "CPUID",
        [DECODE_RDMSR] = "RDMSR",
        [DECODE_WRMSR] = "WRMSR",
        [DECODE_IN] = "IN",
        [DECODE_OUT] = "OUT",
        [DECODE_PAUSE] = "PAUSE",
        [DECODE_WBINVD] = "WBINVD",
        [DECODE_CLFLUSH] = "CLFLUSH",
        [DECODE_VMMCALL] = "VMMCALL",
        [DECODE_VMGEXIT] = "VMGEXIT",
        [DECODE_PVALIDATE] = "PVALIDATE",
        [DECODE_RMPADJUST] = "RMPADJUST",
        [DECODE_RMPQUERY] = "RMPQUERY",
    };
    return kind < sizeof names / sizeof names[0] ? names[kind] : "unknown";
}
