/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interrupt controller (GICv2, Arm IHI 0048B), used only to wake the CPU from WFI: interrupts
 * stay masked in the CPU. They are level-sensitive, as after reset, so that one ends when its device
 * is content, and none has to be acknowledged.
 */
#include "hal/qemu_virt/board.h"

#define GICD_CTLR (BOARD_GIC_DISTRIBUTOR + 0x000u)
#define GICD_IGROUPR (BOARD_GIC_DISTRIBUTOR + 0x080u)
#define GICD_ISENABLER (BOARD_GIC_DISTRIBUTOR + 0x100u)
#define GICD_IPRIORITYR (BOARD_GIC_DISTRIBUTOR + 0x400u)
#define GICD_ITARGETSR (BOARD_GIC_DISTRIBUTOR + 0x800u)
#define GICC_CTLR (BOARD_GIC_CPU + 0x00u)
#define GICC_PMR (BOARD_GIC_CPU + 0x04u)

#define GROUP0_ENABLED 1u
#define PRIORITY_ANY 0xFFu
#define CPU0 1u

/** Sets the field of @p bits bits for @p interrupt in an array of fields in registers. */
static void set_field(uintptr_t registers, uint32_t interrupt, uint32_t bits, uint32_t value)
{
    uint32_t per_register = 32 / bits;
    uintptr_t address = registers + interrupt / per_register * 4;
    uint32_t shift = interrupt % per_register * bits;
    uint32_t mask = (uint32_t)((1ull << bits) - 1) << shift;

    mmio_write32(address, (mmio_read32(address) & ~mask) | value << shift);
}

void board_interrupt_enable(uint32_t interrupt)
{
    set_field(GICD_IGROUPR, interrupt, 1, 0);
    set_field(GICD_IPRIORITYR, interrupt, 8, 0);
    set_field(GICD_ITARGETSR, interrupt, 8, CPU0);
    mmio_write32(GICD_ISENABLER + interrupt / 32 * 4, 1u << interrupt % 32);
    mmio_write32(GICD_CTLR, GROUP0_ENABLED);
    mmio_write32(GICC_PMR, PRIORITY_ANY);
    mmio_write32(GICC_CTLR, GROUP0_ENABLED);
}
