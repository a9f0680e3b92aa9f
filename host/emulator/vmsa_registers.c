/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers in a VMSA (vmsa_registers.h). AMD64 Architecture Programmer's Manual, volume 2, table B-4.
 */
#include "host/emulator/vmsa_registers.h"

#include <string.h>

struct place {
    uint16_t vmsa;
    uint16_t registers;
    uint16_t bytes;
};

#define AT(offset, member, bytes)                                                                  \
    {                                                                                              \
        offset, (uint16_t)offsetof(struct backend_registers, member), bytes                        \
    }

static const struct place places[] = {
    AT(0x000, selectors[BACKEND_ES], 2),
    AT(0x010, selectors[BACKEND_CS], 2),
    AT(0x020, selectors[BACKEND_SS], 2),
    AT(0x030, selectors[BACKEND_DS], 2),
    AT(0x040, selectors[BACKEND_FS], 2),
    AT(0x048, fs_base, 8),
    AT(0x050, selectors[BACKEND_GS], 2),
    AT(0x058, gs_base, 8),
    AT(0x064, gdtr.limit, 2),
    AT(0x068, gdtr.base, 8),
    AT(0x084, idtr.limit, 2),
    AT(0x088, idtr.base, 8),
    AT(0x0D0, efer, 8),
    AT(0x148, cr4, 8),
    AT(0x150, cr3, 8),
    AT(0x158, cr0, 8),
    AT(0x170, rflags, 8),
    AT(0x178, rip, 8),
    AT(0x1D8, gpr[BACKEND_RSP], 8),
    AT(0x1F8, gpr[BACKEND_RAX], 8),
    AT(0x240, cr2, 8),
    AT(0x308, gpr[BACKEND_RCX], 8),
    AT(0x310, gpr[BACKEND_RDX], 8),
    AT(0x318, gpr[BACKEND_RBX], 8),
    AT(0x328, gpr[BACKEND_RBP], 8),
    AT(0x330, gpr[6], 8),
    AT(0x338, gpr[7], 8),
    AT(0x340, gpr[8], 64),
    AT(0x470, xmm, 256),
};

#define CPL 0xCBu
#define SEV_FEATURES 0x3B0u
#define SEGMENT_BYTES 0x10u
#define SEGMENT_ATTRIBUTES 2u
#define SEGMENT_LIMIT 4u

void vmsa_registers_get(const uint8_t vmsa[SEV_VMSA_BYTES], struct backend_registers *registers)
{
    memset(registers, 0, sizeof *registers);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        memcpy((uint8_t *)registers + places[i].registers, vmsa + places[i].vmsa, places[i].bytes);
    }
}

void vmsa_registers_put(uint8_t vmsa[SEV_VMSA_BYTES], const struct backend_registers *registers)
{
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        memcpy(vmsa + places[i].vmsa, (const uint8_t *)registers + places[i].registers,
               places[i].bytes);
    }
    vmsa[CPL] = registers->selectors[BACKEND_CS] & 3;
}

static void put(uint8_t *vmsa, size_t offset, size_t bytes, uint64_t value)
{
    for (size_t i = 0; i < bytes; i++) {
        vmsa[offset + i] = (uint8_t)(value >> (8 * i));
    }
}

void vmsa_registers_make(uint8_t vmsa[SEV_VMSA_BYTES], const struct backend_registers *registers,
                         uint64_t features)
{
    static const uint16_t attributes[BACKEND_SEGMENTS] = {0xC93, 0xA9B, 0xC93, 0xC93, 0xC93, 0xC93};
    memset(vmsa, 0, SEV_VMSA_BYTES);
    for (size_t i = 0; i < BACKEND_SEGMENTS; i++) {
        put(vmsa, i * SEGMENT_BYTES + SEGMENT_ATTRIBUTES, 2, attributes[i]);
        put(vmsa, i * SEGMENT_BYTES + SEGMENT_LIMIT, 4, UINT32_MAX);
    }
    put(vmsa, 0x72, 2, 0x82);                /* LDTR */
    put(vmsa, 0x92, 2, 0x8B);                /* TR */
    put(vmsa, 0x160, 8, 0x400);              /* DR7 */
    put(vmsa, 0x168, 8, 0xFFFF0FF0);         /* DR6 */
    put(vmsa, 0x268, 8, 0x0007040600070406); /* G_PAT */
    put(vmsa, SEV_FEATURES, 8, features);
    put(vmsa, 0x3E8, 8, 1);      /* XCR0 */
    put(vmsa, 0x408, 4, 0x1F80); /* MXCSR */
    put(vmsa, 0x410, 2, 0x37F);  /* FCW */
    vmsa_registers_put(vmsa, registers);
}
