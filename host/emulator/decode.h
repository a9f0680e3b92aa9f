/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The instructions that hardware does not execute for guests alone: those that leave the guest, or
 * raise #VC in it, and those of memory encryption that a backend does not know.
 */
#ifndef HOST_EMULATOR_DECODE_H
#define HOST_EMULATOR_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DECODE_BYTES_MAX 15u /**< Of an instruction. */
#define DECODE_PAGE_BYTES 0x1000u

enum decode_kind {
    DECODE_NONE = 0, /**< None of these. */
    DECODE_CPUID,
    DECODE_RDMSR,
    DECODE_WRMSR,
    DECODE_IN,
    DECODE_OUT,
    DECODE_PAUSE,
    DECODE_WBINVD,
    DECODE_CLFLUSH, /**< CLFLUSH, CLFLUSHOPT and CLWB alike. */
    DECODE_VMMCALL,
    DECODE_VMGEXIT,
    DECODE_PVALIDATE,
    DECODE_RMPADJUST,
    DECODE_RMPQUERY,
};

struct decode_prefixes {
    bool operand_size;
    uint8_t repeat;  /**< F2h, F3h, or 0. */
    uint8_t segment; /**< 64h, 65h, or 0. */
    uint8_t rex;     /**< Or 0. */
    uint8_t count;
};

struct decode_instruction {
    enum decode_kind kind;
    uint8_t length;
    uint8_t size;   /**< IN, OUT: bytes of the operand. */
    bool immediate; /**< IN, OUT: the port is PORT, else DX. */
    uint8_t port;
};

/** Reads the prefixes of an instruction. @param bytes  @p length of them */
struct decode_prefixes decode_prefixes(const uint8_t *bytes, size_t length);

/**
 * Decodes an instruction of 64-bit mode.
 *
 * @param bytes             @p length bytes from its first on
 * @param[out] instruction  all 0 when it is none of the above
 */
void decode(const uint8_t *bytes, size_t length, struct decode_instruction *instruction);

/**
 * Whether one of the instructions above may begin at an offset of a page. It says so too often where
 * bytes of the next page, or what is before, would tell.
 *
 * @param page  DECODE_PAGE_BYTES
 */
bool decode_may_begin(const uint8_t *page, uint32_t offset);

/** @return the kind's name, "CPUID" for example */
const char *decode_name(enum decode_kind kind);

#endif
