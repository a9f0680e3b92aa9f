/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the firmware can reach. x86 DRAM is not here: it is seen through windows only.
 */
#include "boot/firmware/boot.h"

#include "arch/arm/mmu.h"
#include "boot/common/layout.h"
#include "hal/flash.h"
#include "hal/qemu_virt/board.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DEVICE(base, bytes)                                                                        \
    {                                                                                              \
        (base), (base) + (bytes), MMU_DEVICE                                                       \
    }
#define STACK(mode)                                                                                \
    {                                                                                              \
        (uintptr_t) __stack_##mode##_start, (uintptr_t)__stack_##mode##_end, MMU_DATA              \
    }

static const struct mmu_region regions[] = {
    {(uintptr_t)__text_start, (uintptr_t)__text_end, MMU_TEXT},
    {(uintptr_t)__rodata_start, (uintptr_t)__rodata_end, MMU_RODATA},
    {(uintptr_t)__data_start, (uintptr_t)__bss_end, MMU_DATA},
    {(uintptr_t)__bulk_start, (uintptr_t)__bulk_end, MMU_DATA},
    {(uintptr_t)__handover_records, (uintptr_t)__handover_page + MMU_PAGE_BYTES, MMU_DATA},
    STACK(svc),
    STACK(abt),
    STACK(und),
    STACK(irq),
    STACK(fiq),
    STACK(mon),
    DEVICE(BOARD_FLASH1, HAL_FLASH_SECTORS *HAL_FLASH_SECTOR_BYTES),
    DEVICE(BOARD_GIC_DISTRIBUTOR, MMU_PAGE_BYTES),
    DEVICE(BOARD_GIC_CPU, MMU_PAGE_BYTES),
    DEVICE(BOARD_UART0, MMU_PAGE_BYTES),
    DEVICE(BOARD_FW_CFG, MMU_PAGE_BYTES),
    DEVICE(BOARD_SECURE_GPIO, MMU_PAGE_BYTES),
    DEVICE(BOARD_VIRTIO_MMIO, BOARD_VIRTIO_SLOTS *BOARD_VIRTIO_SLOT_BYTES),
    {BOARD_PRIVATE_RAM, BOARD_PRIVATE_RAM + BOARD_PRIVATE_RAM_MAPPED, MMU_SHARED},
    {BOARD_MAILBOX, BOARD_MAILBOX + BOARD_MAILBOX_BYTES, MMU_SHARED},
    {BOARD_FABRIC, BOARD_FABRIC + BOARD_FABRIC_BYTES, MMU_SHARED},
};

void firmware_map(void)
{
    mmu_start(regions, COUNT(regions));
}
