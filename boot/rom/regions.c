/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the boot ROM can reach: itself, the image in flash, secure RAM for the firmware, its own
 * data and stacks, and what its devices and the x86 side share.
 */
#include "boot/rom/rom.h"

#include "arch/arm/fault.h"
#include "arch/arm/mmu.h"
#include "boot/common/layout.h"
#include "hal/qemu_virt/board.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct mmu_region regions[] = {
    {(uintptr_t)__text_start, (uintptr_t)__text_end, MMU_TEXT},
    {(uintptr_t)__rodata_start, (uintptr_t)__rodata_end, MMU_RODATA},
    {(uintptr_t)__flash_image_start, (uintptr_t)__flash_image_end, MMU_RODATA},
    {(uintptr_t)__firmware_start, (uintptr_t)__firmware_body_end, MMU_DATA},
    {(uintptr_t)__handover_page, (uintptr_t)__handover_page + MMU_PAGE_BYTES, MMU_DATA},
    {(uintptr_t)__data_start, (uintptr_t)__bss_end, MMU_DATA},
    {(uintptr_t)__stack_svc_start, (uintptr_t)__stack_svc_end, MMU_DATA},
    {(uintptr_t)__stack_abt_start, (uintptr_t)__stack_abt_end, MMU_DATA},
    {(uintptr_t)__stack_und_start, (uintptr_t)__stack_und_end, MMU_DATA},
    {(uintptr_t)__stack_irq_start, (uintptr_t)__stack_irq_end, MMU_DATA},
    {(uintptr_t)__stack_fiq_start, (uintptr_t)__stack_fiq_end, MMU_DATA},
    {(uintptr_t)__stack_mon_start, (uintptr_t)__stack_mon_end, MMU_DATA},
    {BOARD_UART0, BOARD_UART0 + MMU_PAGE_BYTES, MMU_DEVICE},
    {BOARD_FW_CFG, BOARD_FW_CFG + MMU_PAGE_BYTES, MMU_DEVICE},
    {BOARD_SECURE_GPIO, BOARD_SECURE_GPIO + MMU_PAGE_BYTES, MMU_DEVICE},
    {BOARD_MAILBOX, BOARD_MAILBOX + BOARD_MAILBOX_BYTES, MMU_SHARED},
    {BOARD_FABRIC, BOARD_FABRIC + BOARD_FABRIC_BYTES, MMU_SHARED}, /* An earlier run's keys. */
};

/* The ROM reads the fuses: its registers can hold secrets. */
const bool fault_prints_registers = false;

void rom_map(void)
{
    mmu_start(regions, COUNT(regions));
}
