/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the guests under tests/guests share: output, checks of themselves, exceptions, page tables,
 * hypercalls. They run in 64-bit mode on memory that is mapped one to one; each virtual CPU begins in
 * guest_main().
 */
#ifndef TESTS_GUESTS_LIB_GUEST_H
#define TESTS_GUESTS_LIB_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/emulator/guest_abi.h"

#define GUEST_PAGE_BYTES 0x1000u

/** The guest's own program. Virtual CPU 0 ends with guest_end(). @param cpu  number of the CPU */
void guest_main(uint32_t cpu);

/** Of virtual CPU 0, before any of guest_main(). */
extern const struct guest_boot *guest_boot;

/** First byte behind the image: what lies between it and memory_bytes is free. */
extern uint8_t guest_image_end[];

/* Output and verdict (output.c). */
void guest_print(const char *text);
void guest_print_hex(uint64_t value);
void guest_print_number(uint64_t value);

/** Prints what was checked and whether it holds; the verdict counts what does not. */
void guest_check(bool holds, const char *what);

/** Gives the verdict and stops. */
void guest_end(void) __attribute__((noreturn));

/** Stops at once, with a verdict that is not 0. */
void guest_die(const char *why) __attribute__((noreturn));

/* Exceptions (exception.c). */
struct guest_frame {
    uint64_t rax, rcx, rdx, rbx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15;
    uint64_t vector, error, rip, cs, rflags, rsp, ss;
};

/** What a probe ended with. */
struct guest_fault {
    bool raised;
    uint64_t vector, error, address;
};

/** Reads 8 bytes, which an exception may prevent. @param[out] value  may be NULL */
struct guest_fault guest_try_read(uint64_t address, uint64_t *value);
struct guest_fault guest_try_write(uint64_t address, uint64_t value);
struct guest_fault guest_try_call(uint64_t address);

/** #VC (vc.c). @return false: nobody knows what to do */
bool guest_vc(struct guest_frame *frame);

/* Page tables (paging.c). */
uint64_t *guest_pte(uint64_t address); /**< Of 4 KiB, below GUEST_SMALL_BYTES; 2 MiB above. */
void guest_set_private(uint64_t address, bool is_private);    /**< The C-bit, and INVLPG. */
void guest_flush(const volatile void *address, size_t bytes); /**< CLFLUSH of all lines. */
void guest_invlpg(uint64_t address);
uint64_t guest_c_bit(void);

/** The next free page behind the image, validated with SNP. */
void *guest_page(void);

/* Memory (memory.c): the compiler calls these, too. */
void *memset(void *to, int value, size_t bytes);
void *memcpy(void *to, const void *from, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);

/* Instructions. */
static inline void guest_out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}
static inline void guest_out32(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port) : "memory");
}
static inline uint32_t guest_in32(uint16_t port)
{
    uint32_t value;
    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}
static inline uint64_t guest_rdmsr(uint32_t msr)
{
    uint32_t low;
    uint32_t high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr) : "memory");
    return low | (uint64_t)high << 32;
}
static inline void guest_wrmsr(uint32_t msr, uint64_t value)
{
    __asm__ volatile("wrmsr"
                     :
                     : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
                     : "memory");
}
static inline void guest_cpuid(uint32_t leaf, uint32_t values[4])
{
    __asm__ volatile("cpuid"
                     : "=a"(values[0]), "=b"(values[1]), "=c"(values[2]), "=d"(values[3])
                     : "a"(leaf), "c"(0));
}
static inline uint64_t guest_call(uint64_t number, uint64_t b, uint64_t c, uint64_t d)
{
    uint64_t answer;
    __asm__ volatile("vmmcall" : "=a"(answer) : "a"(number), "b"(b), "c"(c), "d"(d) : "memory");
    return answer;
}
static inline void guest_wbinvd(void)
{
    __asm__ volatile("wbinvd" : : : "memory");
}
static inline void guest_pause(void)
{
    __asm__ volatile("pause" : : : "memory");
}

#endif
