/* SPDX-License-Identifier: Apache-2.0 */
/*
 * es: registers are encrypted whenever the guest is left, and it shows the hypervisor, by its GHCB, only
 * what it wants to.
 */
#include "tests/guests/lib/guest.h"
#include "tests/guests/lib/snp.h"

#define PATTERN 0x5EC2E7A5B4C3D2E1ull
#define EXIT_CPUID 0x72u
#define EXIT_IOIO 0x7Bu
#define EXIT_MSR 0x7Cu
#define EXIT_NPF 0x400u
#define MSR_SEV_STATUS 0xC0010131u
#define GHCB_RBX 0x318u
#define WRITTEN 0xABCD1234u

/* Leaves the guest with a secret in registers, and asks the host whether it sees it. */
static uint64_t ask_with_secret(void)
{
    uint64_t answer = GUEST_CALL_ATTACK;
    __asm__ volatile("mov %[pattern], %%r12\n\t"
                     "mov %%r12, %%r13\n\t"
                     "mov %%r12, %%r14\n\t"
                     "vmmcall\n\t"
                     "xor %%r12, %%r12\n\t"
                     "xor %%r13, %%r13\n\t"
                     "xor %%r14, %%r14"
                     : "+a"(answer)
                     : [pattern] "r"(PATTERN), "b"((uint64_t)GUEST_ATTACK_LOOK), "c"(~PATTERN),
                       "d"(0)
                     : "r12", "r13", "r14", "memory");
    return answer;
}

static void exits(void)
{
    uint32_t found[4];
    uint64_t before = guest_vc_count(EXIT_CPUID);
    guest_cpuid(0, found);
    guest_check(found[1] == 0x68747541 && found[3] == 0x69746E65 && found[2] == 0x444D4163,
                "CPUID: the hypervisor answers by GHCB");
    guest_check((guest_boot->flags & GUEST_SNP) != 0 || guest_vc_count(EXIT_CPUID) == before + 1,
                "after one #VC");
    before = guest_vc_count(EXIT_MSR);
    guest_wrmsr(GUEST_MSR_SCRATCH, PATTERN >> 1);
    guest_check(guest_rdmsr(GUEST_MSR_SCRATCH) == PATTERN >> 1 &&
                    guest_vc_count(EXIT_MSR) == before + 2,
                "WRMSR and RDMSR");
    guest_check((guest_rdmsr(MSR_SEV_STATUS) & 2) != 0 && guest_vc_count(EXIT_MSR) == before + 2,
                "SEV_STATUS is the processor's answer, without #VC");
    before = guest_vc_count(EXIT_IOIO);
    const uint32_t status = guest_in32(GUEST_PORT_SERIAL_STATUS);
    guest_check(status == 0x20 && guest_vc_count(EXIT_IOIO) == before + 1, "IN");
    guest_check(*(const uint64_t *)(uint64_t)(GUEST_GHCB_GPA + GHCB_RBX) == 0,
                "the GHCB has no register that IN does not need");
}

static void mmio(void)
{
    volatile uint32_t *device = (volatile uint32_t *)(uint64_t)GUEST_MMIO_GPA;
    const uint64_t before = guest_vc_count(EXIT_NPF);
    uint32_t value;
    __asm__ volatile("movl (%1), %0" : "=r"(value) : "r"(device) : "memory");
    guest_check(value == GUEST_MMIO_ID_VALUE, "a device's register is read");
    __asm__ volatile("movl %0, 4(%1)" : : "r"(WRITTEN), "r"(device) : "memory");
    __asm__ volatile("movl 4(%1), %0" : "=r"(value) : "r"(device) : "memory");
    guest_check(value == WRITTEN && guest_vc_count(EXIT_NPF) == before + 3,
                "and written; each access raised #VC");
}

void guest_main(uint32_t cpu)
{
    if (cpu != 0) {
        return;
    }
    if ((guest_boot->flags & GUEST_ES) == 0) {
        guest_die("this guest is for SEV-ES");
    }
    guest_check(ask_with_secret() == 0, "the host does not find the registers in memory");
    exits();
    mmio();
    guest_end();
}
