/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instructions that the emulator stops before, and where others access memory. Bytes are those that an
 * assembler gives.
 */
#include <string.h>

#include "host/emulator/decode.h"
#include "host/emulator/operand.h"
#include "tests/emulator/stage.h"

#define NOP 0x90u

static void decodes(enum decode_kind kind, const char *bytes, size_t length)
{
    struct decode_instruction found;
    uint8_t page[DECODE_PAGE_BYTES];
    uint8_t padded[DECODE_BYTES_MAX];
    memset(padded, NOP, sizeof padded);
    memcpy(padded, bytes, length);
    decode(padded, sizeof padded, &found);
    assert_int_equal(found.kind, kind);
    assert_int_equal(found.length, kind == DECODE_NONE ? 0 : length);
    if (kind == DECODE_NONE) {
        return;
    }
    /* Wherever in a page it begins, even if it ends on the next one. */
    for (uint32_t left = 1; left <= length; left++) {
        memset(page, NOP, sizeof page);
        memcpy(page + sizeof page - left, bytes, left);
        assert_true(decode_may_begin(page, (uint32_t)(sizeof page - left)));
    }
}

#define DECODES(kind, bytes) decodes(kind, bytes, sizeof(bytes) - 1)

static void knows_its_instructions(void **state)
{
    (void)state;
    DECODES(DECODE_CPUID, "\x0F\xA2");
    DECODES(DECODE_RDMSR, "\x0F\x32");
    DECODES(DECODE_WRMSR, "\x0F\x30");
    DECODES(DECODE_WBINVD, "\x0F\x09");
    DECODES(DECODE_PAUSE, "\xF3\x90");
    DECODES(DECODE_IN, "\xEC");
    DECODES(DECODE_IN, "\x66\xED");
    DECODES(DECODE_IN, "\xE5\x60");
    DECODES(DECODE_OUT, "\xEE");
    DECODES(DECODE_OUT, "\xEF");
    DECODES(DECODE_OUT, "\xE6\x80");
    DECODES(DECODE_VMMCALL, "\x0F\x01\xD9");
    DECODES(DECODE_VMGEXIT, "\xF3\x0F\x01\xD9");
    DECODES(DECODE_PVALIDATE, "\xF2\x0F\x01\xFF");
    DECODES(DECODE_RMPADJUST, "\xF3\x0F\x01\xFE");
    DECODES(DECODE_RMPQUERY, "\xF3\x0F\x01\xFD");
    DECODES(DECODE_CLFLUSH, "\x0F\xAE\x38");                     /* (%rax) */
    DECODES(DECODE_CLFLUSH, "\x41\x0F\xAE\x7C\x24\x08");         /* 8(%r12) */
    DECODES(DECODE_CLFLUSH, "\x66\x0F\xAE\x3D\x00\x10\x00\x00"); /* clflushopt 0x1000(%rip) */
    DECODES(DECODE_CLFLUSH, "\x66\x0F\xAE\x30");                 /* clwb (%rax) */
}

static void leaves_others_alone(void **state)
{
    (void)state;
    DECODES(DECODE_NONE, "\x90");         /* nop */
    DECODES(DECODE_NONE, "\x0F\xAE\xF8"); /* sfence */
    DECODES(DECODE_NONE, "\x0F\xAE\xF0"); /* mfence */
    DECODES(DECODE_NONE, "\x0F\xAE\x30"); /* xsaveopt (%rax) */
    DECODES(DECODE_NONE, "\x0F\x01\x38"); /* invlpg (%rax) */
    DECODES(DECODE_NONE, "\x0F\x0B");     /* ud2 */
    DECODES(DECODE_NONE, "\x48\x89\xC8"); /* mov %rcx, %rax */
    DECODES(DECODE_NONE, "\xF4");         /* hlt */
}

static struct decode_instruction decoded(const char *bytes, size_t length)
{
    struct decode_instruction found;
    decode((const uint8_t *)bytes, length, &found);
    return found;
}

static void reads_ports_and_sizes(void **state)
{
    (void)state;
    assert_int_equal(decoded("\xEE", 1).size, 1);
    assert_int_equal(decoded("\x66\xEF", 2).size, 2);
    assert_int_equal(decoded("\xEF", 1).size, 4);
    assert_false(decoded("\xEF", 1).immediate);
    assert_true(decoded("\xE7\x70", 2).immediate);
    assert_int_equal(decoded("\xE7\x70", 2).port, 0x70);
    /* A REX prefix is one only right before the opcode. */
    assert_int_equal(decode_prefixes((const uint8_t *)"\x41\x66\x90", 3).rex, 0);
    assert_int_equal(decode_prefixes((const uint8_t *)"\x66\x41\x90", 3).rex, 0x41);
}

static struct backend_registers numbered(void)
{
    struct backend_registers registers = {.rip = 0x5000, .fs_base = 0x100000, .gs_base = 0x200000};
    for (uint32_t i = 0; i < BACKEND_GPRS; i++) {
        registers.gpr[i] = 0x10000u * (i + 1);
    }
    return registers;
}

static void reaches(uint64_t address, const char *bytes, size_t length)
{
    const struct backend_registers registers = numbered();
    assert_true(operand_address((const uint8_t *)bytes, length, &registers) == address);
}

#define REACHES(address, bytes) reaches(address, bytes, sizeof(bytes) - 1)

static void finds_operands(void **state)
{
    (void)state;
    REACHES(0x20000, "\x8B\x01");                                /* mov (%rcx), %eax */
    REACHES(0x20000 - 8, "\x48\x89\x41\xF8");                    /* mov %rax, -8(%rcx) */
    REACHES(0xD0010, "\x45\x8B\x64\x24\x10");                    /* mov 16(%r12), %r12d */
    REACHES(0x40000 + 4 * 0x30000 + 1, "\x8A\x44\x93\x01");      /* mov 1(%rbx,%rdx,4), %al */
    REACHES(0x1234, "\x8B\x04\x25\x34\x12\x00\x00");             /* mov 0x1234, %eax */
    REACHES(0x5000 + 6 + 0x100, "\x8B\x05\x00\x01\x00\x00");     /* mov 0x100(%rip), %eax */
    REACHES(0x5000 + 7 + 0x100, "\xC6\x05\x00\x01\x00\x00\x07"); /* movb $7, 0x100(%rip) */
    REACHES(0x5000 + 10 + 0x100, "\xC7\x05\x00\x01\x00\x00\x07\x00\x00\x00"); /* movl $7, ... */
    REACHES(0x5000 + 7 + 0x100, "\xF6\x05\x00\x01\x00\x00\x07"); /* testb $7, 0x100(%rip) */
    REACHES(0x5000 + 6 + 0x100, "\xF6\x15\x00\x01\x00\x00");     /* notb 0x100(%rip) */
    REACHES(0x120000, "\x64\x8B\x01");                           /* mov %fs:(%rcx), %eax */
    REACHES(0x220000, "\x65\x8B\x01");                           /* mov %gs:(%rcx), %eax */
    REACHES(0x20000, "\x0F\xB6\x01");                            /* movzbl (%rcx), %eax */
    REACHES(0x20000, "\xF0\x0F\xB1\x11");                        /* lock cmpxchg %edx, (%rcx) */
    REACHES(0, "\x0F\xA2");                                      /* cpuid */
    REACHES(0, "\x89\xC8");                                      /* mov %ecx, %eax */
}

static void finds_the_byte_in_a_page(void **state)
{
    (void)state;
    const struct backend_registers registers = numbered();
    /* rep movsb: RSI is 0x70000, RDI 0x80000. */
    assert_true(operand_in_page((const uint8_t *)"\xF3\xA4", 2, &registers, 0x80000) == 0x80000);
    assert_true(operand_in_page((const uint8_t *)"\xF3\xA4", 2, &registers, 0x70000) == 0x70000);
    /* push: 8 bytes below RSP, 0x50000. */
    assert_true(operand_in_page((const uint8_t *)"\x50", 1, &registers, 0x4F000) == 0x4FFF8);
    /* An access that began on the page before reaches the first byte of this one. */
    assert_true(operand_in_page((const uint8_t *)"\x48\x8B\x41\xFC", 4, &registers, 0x20000) ==
                0x20000);
}

const struct CMUnitTest stage_decode_tests[] = {
    cmocka_unit_test(knows_its_instructions),   cmocka_unit_test(leaves_others_alone),
    cmocka_unit_test(reads_ports_and_sizes),    cmocka_unit_test(finds_operands),
    cmocka_unit_test(finds_the_byte_in_a_page),
};
const size_t stage_decode_count = sizeof stage_decode_tests / sizeof stage_decode_tests[0];
