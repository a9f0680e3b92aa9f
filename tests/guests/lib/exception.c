/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's beginning in C, its exceptions, and accesses that may fail (guest.h).
 */
#include "tests/guests/lib/guest.h"

#define VECTORS 32u
#define CODE_SELECTOR 8u
#define INTERRUPT_GATE 0x8E00u
#define ENTRY_BYTES 16u
#define VECTOR_VC 29u

struct gate {
    uint16_t offset_low;
    uint16_t selector;
    uint16_t type;
    uint16_t offset_middle;
    uint32_t offset_high;
    uint32_t reserved;
};

extern struct gate guest_idt[VECTORS];
extern const uint8_t guest_exception_entries[];
extern const uint8_t guest_probe_return[];
uint64_t guest_probe_read(uint64_t address);
void guest_probe_write(uint64_t address, uint64_t value);
void guest_probe_call(uint64_t address);
void guest_start(uint32_t cpu, const struct guest_boot *boot);
void guest_exception(struct guest_frame *frame);

const struct guest_boot *guest_boot;

static volatile bool ready __attribute__((section(".data")));
static bool probing;
static uint64_t probe_rsp;
static struct guest_fault fault;

static void make_idt(void)
{
    for (uint32_t i = 0; i < VECTORS; i++) {
        const uint64_t entry = (uint64_t)guest_exception_entries + ENTRY_BYTES * (uint64_t)i;
        guest_idt[i] = (struct gate){.offset_low = (uint16_t)entry,
                                     .selector = CODE_SELECTOR,
                                     .type = INTERRUPT_GATE,
                                     .offset_middle = (uint16_t)(entry >> 16),
                                     .offset_high = (uint32_t)(entry >> 32)};
    }
}

void guest_start(uint32_t cpu, const struct guest_boot *boot)
{
    if (cpu == 0) {
        guest_boot = boot;
        make_idt();
        ready = true;
    }
    while (!ready) {
        guest_pause();
    }
    guest_main(cpu);
}

static uint64_t read_cr2(void)
{
    uint64_t value;
    __asm__ volatile("mov %%cr2, %0" : "=r"(value));
    return value;
}

void guest_exception(struct guest_frame *frame)
{
    if (frame->vector == VECTOR_VC && guest_vc(frame)) {
        return;
    }
    if (probing) {
        probing = false;
        fault = (struct guest_fault){
            .raised = true, .vector = frame->vector, .error = frame->error, .address = read_cr2()};
        frame->rip = (uint64_t)guest_probe_return;
        frame->rsp = probe_rsp;
        return;
    }
    guest_print("exception ");
    guest_print_number(frame->vector);
    guest_print(" error ");
    guest_print_hex(frame->error);
    guest_print(" at ");
    guest_print_hex(frame->rip);
    guest_print(" address ");
    guest_print_hex(read_cr2());
    guest_die("");
}

static void begin(void)
{
    fault = (struct guest_fault){0};
    probing = true;
}

static struct guest_fault finish(void)
{
    probing = false;
    return fault;
}

/* The stack as a probe finds it: its return address on top. */
#define PROBE(call)                                                                                \
    do {                                                                                           \
        begin();                                                                                   \
        call;                                                                                      \
    } while (0)

struct guest_fault guest_try_read(uint64_t address, uint64_t *value)
{
    uint64_t got = 0;
    PROBE(__asm__ volatile("lea -8(%%rsp), %%rcx; mov %%rcx, %1; call guest_probe_read"
                           : "=a"(got), "=m"(probe_rsp)
                           : "D"(address)
                           : "rcx", "memory"));
    if (value != NULL) {
        *value = got;
    }
    return finish();
}

struct guest_fault guest_try_write(uint64_t address, uint64_t value)
{
    PROBE(__asm__ volatile("lea -8(%%rsp), %%rcx; mov %%rcx, %0; call guest_probe_write"
                           : "=m"(probe_rsp)
                           : "D"(address), "S"(value)
                           : "rcx", "memory"));
    return finish();
}

struct guest_fault guest_try_call(uint64_t address)
{
    PROBE(__asm__ volatile("lea -8(%%rsp), %%rcx; mov %%rcx, %0; call guest_probe_call"
                           : "=m"(probe_rsp)
                           : "D"(address)
                           : "rax", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "memory"));
    return finish();
}
