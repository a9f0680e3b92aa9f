/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registers of a core of Unicorn (unicorn_registers.h).
 */
#include "host/emulator/unicorn_registers.h"

#include <string.h>

#define MSR_EFER 0xC0000080u

struct place {
    int id;
    uint16_t offset; /* In struct backend_registers. */
    uint8_t bytes;
};

#define PLACE(id, member, bytes)                                                                   \
    {                                                                                              \
        UC_X86_REG_##id, (uint16_t)offsetof(struct backend_registers, member), bytes               \
    }

/* In the order in which they are written: control registers last, and of them CR0. */
static const struct place places[] = {
    PLACE(RAX, gpr[0], 8),      PLACE(RCX, gpr[1], 8),      PLACE(RDX, gpr[2], 8),
    PLACE(RBX, gpr[3], 8),      PLACE(RSP, gpr[4], 8),      PLACE(RBP, gpr[5], 8),
    PLACE(RSI, gpr[6], 8),      PLACE(RDI, gpr[7], 8),      PLACE(R8, gpr[8], 8),
    PLACE(R9, gpr[9], 8),       PLACE(R10, gpr[10], 8),     PLACE(R11, gpr[11], 8),
    PLACE(R12, gpr[12], 8),     PLACE(R13, gpr[13], 8),     PLACE(R14, gpr[14], 8),
    PLACE(R15, gpr[15], 8),     PLACE(RIP, rip, 8),         PLACE(RFLAGS, rflags, 8),
    PLACE(ES, selectors[0], 2), PLACE(CS, selectors[1], 2), PLACE(SS, selectors[2], 2),
    PLACE(DS, selectors[3], 2), PLACE(FS, selectors[4], 2), PLACE(GS, selectors[5], 2),
    PLACE(FS_BASE, fs_base, 8), PLACE(GS_BASE, gs_base, 8), PLACE(XMM0, xmm[0], 16),
    PLACE(XMM1, xmm[1], 16),    PLACE(XMM2, xmm[2], 16),    PLACE(XMM3, xmm[3], 16),
    PLACE(XMM4, xmm[4], 16),    PLACE(XMM5, xmm[5], 16),    PLACE(XMM6, xmm[6], 16),
    PLACE(XMM7, xmm[7], 16),    PLACE(XMM8, xmm[8], 16),    PLACE(XMM9, xmm[9], 16),
    PLACE(XMM10, xmm[10], 16),  PLACE(XMM11, xmm[11], 16),  PLACE(XMM12, xmm[12], 16),
    PLACE(XMM13, xmm[13], 16),  PLACE(XMM14, xmm[14], 16),  PLACE(XMM15, xmm[15], 16),
    PLACE(CR2, cr2, 8),         PLACE(CR4, cr4, 8),         PLACE(CR3, cr3, 8),
    PLACE(CR0, cr0, 8),
};

static uint64_t read_efer(uc_engine *engine)
{
    uc_x86_msr msr = {.rid = MSR_EFER};
    (void)uc_reg_read(engine, UC_X86_REG_MSR, &msr);
    return msr.value;
}

static void get_table(uc_engine *engine, int id, struct backend_table *table)
{
    uc_x86_mmr mmr = {0};
    (void)uc_reg_read(engine, id, &mmr);
    *table = (struct backend_table){.base = mmr.base, .limit = (uint16_t)mmr.limit};
}

static void set_table(uc_engine *engine, int id, const struct backend_table *table,
                      const struct backend_table *now)
{
    if (table->base != now->base || table->limit != now->limit) {
        const uc_x86_mmr mmr = {.base = table->base, .limit = table->limit};
        (void)uc_reg_write(engine, id, &mmr);
    }
}

void unicorn_registers_get(uc_engine *engine, struct backend_registers *registers)
{
    uint8_t *bytes = (uint8_t *)registers;
    memset(registers, 0, sizeof *registers);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        (void)uc_reg_read(engine, places[i].id, bytes + places[i].offset);
    }
    registers->efer = read_efer(engine);
    get_table(engine, UC_X86_REG_GDTR, &registers->gdtr);
    get_table(engine, UC_X86_REG_IDTR, &registers->idtr);
}

void unicorn_registers_set(uc_engine *engine, const struct backend_registers *registers,
                           const struct backend_registers *now)
{
    const uint8_t *wanted = (const uint8_t *)registers;
    const uint8_t *there = (const uint8_t *)now;
    bool cr3 = false; /* Unicorn 2.1.1 writes CR3, too, when CR2 is written. */
    set_table(engine, UC_X86_REG_GDTR, &registers->gdtr, &now->gdtr);
    set_table(engine, UC_X86_REG_IDTR, &registers->idtr, &now->idtr);
    if (registers->efer != now->efer) {
        const uc_x86_msr msr = {.rid = MSR_EFER, .value = registers->efer};
        (void)uc_reg_write(engine, UC_X86_REG_MSR, &msr);
    }
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const struct place *place = &places[i];
        if ((place->id == UC_X86_REG_CR3 && cr3) ||
            memcmp(wanted + place->offset, there + place->offset, place->bytes) != 0) {
            (void)uc_reg_write(engine, place->id, wanted + place->offset);
            cr3 = cr3 || place->id == UC_X86_REG_CR2;
        }
    }
}

void unicorn_registers_paging(uc_engine *engine, struct backend_paging *paging)
{
    *paging = (struct backend_paging){0};
    (void)uc_reg_read(engine, UC_X86_REG_CR0, &paging->cr0);
    (void)uc_reg_read(engine, UC_X86_REG_CR3, &paging->cr3);
    (void)uc_reg_read(engine, UC_X86_REG_CR4, &paging->cr4);
    (void)uc_reg_read(engine, UC_X86_REG_CS, &paging->cs);
    paging->efer = read_efer(engine);
}
