/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests of the hypervisor by GHCB (snp.h); offsets are those of the GHCB specification.
 */
#include "tests/guests/lib/guest.h"
#include "tests/guests/lib/snp.h"

#define STACK_BYTES 0x4000u
#define GHCB_MSR 0xC0010130u

#define GHCB_RAX 0x1F8u
#define GHCB_RCX 0x308u
#define GHCB_RDX 0x310u
#define GHCB_RBX 0x318u
#define GHCB_EXITCODE 0x390u
#define GHCB_EXITINFO1 0x398u
#define GHCB_EXITINFO2 0x3A0u
#define GHCB_SCRATCH 0x3A8u
#define GHCB_VALID 0x3F0u
#define GHCB_BUFFER 0x800u
#define GHCB_VERSION 0xFFAu
#define VERSION 2u

#define MSR_REGISTER 0x012u
#define MSR_REGISTER_ANSWER 0x013u
#define MSR_TERMINATE 0x100u

extern uint8_t guest_stacks[];

static bool registered[GUEST_CPUS_MAX];

static void vmgexit(void)
{
    __asm__ volatile(".byte 0xF3, 0x0F, 0x01, 0xD9" : : : "memory");
}

uint64_t guest_ghcb_msr(uint64_t request)
{
    guest_wrmsr(GHCB_MSR, request);
    vmgexit();
    return guest_rdmsr(GHCB_MSR);
}

/* Each virtual CPU has a GHCB of its own, and finds it by its stack. */
static uint8_t *my_ghcb(void)
{
    uint64_t rsp;
    __asm__ volatile("mov %%rsp, %0" : "=r"(rsp));
    const uint64_t cpu = (rsp - (uint64_t)guest_stacks) / STACK_BYTES;
    const uint64_t gpa = GUEST_GHCB_GPA + cpu * GUEST_PAGE_BYTES;
    if ((guest_boot->flags & GUEST_SNP) != 0 && !registered[cpu]) {
        registered[cpu] = guest_ghcb_msr(gpa | MSR_REGISTER) == (gpa | MSR_REGISTER_ANSWER);
        if (!registered[cpu]) { /* Nobody could be told. */
            (void)guest_ghcb_msr(MSR_TERMINATE);
        }
    }
    return (uint8_t *)gpa;
}

static void put(uint8_t *ghcb, uint32_t offset, uint64_t value)
{
    *(volatile uint64_t *)(ghcb + offset) = value;
    ghcb[GHCB_VALID + offset / 64] |= (uint8_t)(1u << (offset / 8 % 8));
}

static uint64_t get(const uint8_t *ghcb, uint32_t offset)
{
    return *(const volatile uint64_t *)(ghcb + offset);
}

void *guest_ghcb_buffer(void)
{
    return my_ghcb() + GHCB_BUFFER;
}

bool guest_ghcb(uint64_t code, uint64_t info1, uint64_t info2,
                struct guest_ghcb_registers *registers)
{
    uint8_t *ghcb = my_ghcb();
    memset(ghcb + GHCB_VALID, 0, 16);
    *(volatile uint16_t *)(ghcb + GHCB_VERSION) = VERSION;
    put(ghcb, GHCB_RAX, registers->rax);
    put(ghcb, GHCB_RBX, registers->rbx);
    put(ghcb, GHCB_RCX, registers->rcx);
    put(ghcb, GHCB_RDX, registers->rdx);
    put(ghcb, GHCB_EXITCODE, code);
    put(ghcb, GHCB_EXITINFO1, info1);
    put(ghcb, GHCB_EXITINFO2, info2);
    put(ghcb, GHCB_SCRATCH, (uint64_t)ghcb + GHCB_BUFFER);
    guest_wrmsr(GHCB_MSR, (uint64_t)ghcb);
    vmgexit();
    registers->rax = get(ghcb, GHCB_RAX);
    registers->rbx = get(ghcb, GHCB_RBX);
    registers->rcx = get(ghcb, GHCB_RCX);
    registers->rdx = get(ghcb, GHCB_RDX);
    registers->info2 = get(ghcb, GHCB_EXITINFO2);
    return (uint32_t)get(ghcb, GHCB_EXITINFO1) == 0;
}
