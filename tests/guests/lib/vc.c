/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The handler of #VC: what the processor does not let the hypervisor see, the guest asks for by GHCB,
 * and shows it nothing else.
 */
#include "tests/guests/lib/guest.h"
#include "tests/guests/lib/snp.h"

#define EXIT_CPUID 0x72u
#define EXIT_IOIO 0x7Bu
#define EXIT_MSR 0x7Cu
#define EXIT_VMMCALL 0x81u
#define EXIT_WBINVD 0x89u
#define EXIT_NPF 0x400u
#define EXIT_MMIO_READ 0x80000001u
#define EXIT_MMIO_WRITE 0x80000002u

#define IOIO_IN 1u
#define IOIO_A64 (1u << 9)
#define CODES 0x401u
#define CPUID_ENTRIES 64u

static uint32_t counts[CODES];

uint64_t guest_vc_count(uint64_t code)
{
    return code < CODES ? counts[code] : 0;
}

/* The firmware has checked the CPUID page: the hypervisor is not asked. */
struct cpuid_page {
    uint32_t count;
    uint32_t reserved[3];
    struct {
        uint32_t eax_in, ecx_in;
        uint64_t xcr0_in, xss_in;
        uint32_t eax, ebx, ecx, edx;
        uint64_t reserved;
    } functions[CPUID_ENTRIES];
};

static bool cpuid_from_page(struct guest_frame *frame)
{
    const struct cpuid_page *page = (const struct cpuid_page *)(uint64_t)GUEST_CPUID_GPA;
    uint32_t found[4] = {0};
    for (uint32_t i = 0; i < page->count && i < CPUID_ENTRIES; i++) {
        if (page->functions[i].eax_in == (uint32_t)frame->rax) {
            memcpy(found, &page->functions[i].eax, sizeof found);
        }
    }
    frame->rax = found[0];
    frame->rbx = found[1];
    frame->rcx = found[2];
    frame->rdx = found[3];
    frame->rip += 2;
    return true;
}

static bool forward(struct guest_frame *frame, uint64_t code, uint64_t info1)
{
    struct guest_ghcb_registers registers = {
        .rax = frame->rax, .rbx = frame->rbx, .rcx = frame->rcx, .rdx = frame->rdx};
    if (!guest_ghcb(code, info1, 0, &registers)) {
        return false;
    }
    frame->rax = registers.rax;
    if (code == EXIT_CPUID) {
        frame->rbx = registers.rbx;
        frame->rcx = registers.rcx;
    }
    if (code == EXIT_CPUID || (code == EXIT_MSR && info1 == 0)) {
        frame->rdx = registers.rdx;
    }
    return true;
}

static bool port(struct guest_frame *frame)
{
    const uint8_t *at = (const uint8_t *)frame->rip;
    const bool word = *at == 0x66;
    at += word ? 1 : 0;
    const uint8_t opcode = *at++;
    const uint64_t bytes = (opcode & 1) == 0 ? 1 : word ? 2 : 4;
    const bool in = (opcode & 2) == 0;
    const uint64_t number = (opcode & 8) == 0 ? *at++ : frame->rdx & 0xFFFF;
    const uint64_t info = number << 16 | bytes << 4 | IOIO_A64 | (in ? IOIO_IN : 0);
    const uint64_t mask = bytes == 4 ? 0xFFFFFFFF : (1ull << 8 * bytes) - 1;
    struct guest_ghcb_registers registers = {.rax = in ? 0 : frame->rax & mask};
    if (!guest_ghcb(EXIT_IOIO, info, 0, &registers)) {
        return false;
    }
    if (in) {
        frame->rax = (bytes == 4 ? 0 : frame->rax & ~mask) | (registers.rax & mask);
    }
    frame->rip = (uint64_t)at;
    return true;
}

/* MOV of 32 bits between a register and [register], or [register + 8 bits]. */
static bool mmio(struct guest_frame *frame, uint64_t address)
{
    static const uint8_t order[] = {0, 1, 2, 3, 0xFF, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
    const uint8_t *at = (const uint8_t *)frame->rip;
    const uint8_t rex = (*at & 0xF0) == 0x40 ? *at++ : 0;
    const uint8_t opcode = *at++;
    const uint8_t modrm = *at++;
    const uint8_t reg = order[(modrm >> 3 & 7) | (rex & 4) << 1];
    struct guest_ghcb_registers registers = {0};
    if ((opcode != 0x8B && opcode != 0x89) || (modrm & 7) == 4 || modrm >> 6 > 1 || reg == 0xFF ||
        (modrm >> 6 == 0 && (modrm & 7) == 5)) {
        return false;
    }
    at += modrm >> 6;
    uint64_t *value = &frame->rax + reg;
    if (opcode == 0x89) {
        *(uint32_t *)guest_ghcb_buffer() = (uint32_t)*value;
        if (!guest_ghcb(EXIT_MMIO_WRITE, address, 4, &registers)) {
            return false;
        }
    } else {
        if (!guest_ghcb(EXIT_MMIO_READ, address, 4, &registers)) {
            return false;
        }
        *value = *(const uint32_t *)guest_ghcb_buffer();
    }
    frame->rip = (uint64_t)at;
    return true;
}

bool guest_vc(struct guest_frame *frame)
{
    const uint8_t *at = (const uint8_t *)frame->rip;
    uint64_t cr2;
    __asm__ volatile("mov %%cr2, %0" : "=r"(cr2));
    counts[frame->error < CODES ? frame->error : 0]++;
    switch (frame->error) {
    case EXIT_CPUID:
        if ((guest_boot->flags & GUEST_SNP) != 0) {
            return cpuid_from_page(frame);
        }
        frame->rip += 2;
        return forward(frame, EXIT_CPUID, 0);
    case EXIT_IOIO:
        return port(frame);
    case EXIT_MSR:
        frame->rip += 2;
        return forward(frame, EXIT_MSR, at[1] == 0x30 ? 1 : 0);
    case EXIT_VMMCALL:
        frame->rip += 3;
        return forward(frame, EXIT_VMMCALL, 0);
    case EXIT_WBINVD:
        frame->rip += 2;
        return forward(frame, EXIT_WBINVD, 0);
    case EXIT_NPF:
        return mmio(frame, cr2);
    default:
        return false;
    }
}
