/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QEMU's `virt` board in secure state: device addresses, register access, and what the drivers and
 * the boot code offer each other. Secure RAM is laid out in linker/memory_map.ld.
 */
#ifndef HAL_QEMU_VIRT_BOARD_H
#define HAL_QEMU_VIRT_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/fabric.h"
#include "abi/mailbox.h"

#define BOARD_FLASH1 0x04000000u
#define BOARD_GIC_DISTRIBUTOR 0x08000000u
#define BOARD_GIC_CPU 0x08010000u
#define BOARD_UART0 0x09000000u
#define BOARD_FW_CFG 0x09020000u
#define BOARD_SECURE_GPIO 0x090B0000u
#define BOARD_VIRTIO_MMIO 0x0A000000u
#define BOARD_VIRTIO_SLOT_BYTES 0x200u
#define BOARD_VIRTIO_SLOTS 32u

/* The memory nodes, in the order of the command line. Devices cannot reach secure RAM, so rings and
 * bounce buffers are in the first, behind the device tree that QEMU puts into its first MiB. */
#define BOARD_PRIVATE_RAM 0x40000000u
#define BOARD_PRIVATE_RAM_BYTES 0x1000000u
#define BOARD_PRIVATE_RAM_MAPPED 0x200000u
#define BOARD_DEVICE_TREE BOARD_PRIVATE_RAM
#define BOARD_DEVICE_TREE_BYTES 0x100000u
#define BOARD_VIRTIO_RING (BOARD_PRIVATE_RAM + 0x100000u)
#define BOARD_VIRTIO_BOUNCE (BOARD_PRIVATE_RAM + 0x101000u)
#define BOARD_DOORBELL (BOARD_PRIVATE_RAM + 0x102000u)
#define BOARD_CIPHER (BOARD_PRIVATE_RAM + 0x110000u)
#define BOARD_CIPHER_BYTES 0x10000u
#define BOARD_CIPHER_INPUT (BOARD_PRIVATE_RAM + 0x120000u) /**< HAL_CIPHER_BUFFER_BYTES each. */
#define BOARD_CIPHER_OUTPUT (BOARD_PRIVATE_RAM + 0x130000u)
#define BOARD_MAILBOX (BOARD_PRIVATE_RAM + BOARD_PRIVATE_RAM_BYTES)
#define BOARD_MAILBOX_BYTES MAILBOX_FILE_BYTES
#define BOARD_FABRIC (BOARD_MAILBOX + BOARD_MAILBOX_BYTES)
#define BOARD_FABRIC_BYTES FABRIC_FILE_BYTES
#define BOARD_DRAM (BOARD_FABRIC + BOARD_FABRIC_BYTES)

#define BOARD_INTERRUPT_VIRTUAL_TIMER 27u
#define BOARD_INTERRUPT_TIMER 29u  /**< Secure physical timer. */
#define BOARD_INTERRUPT_VIRTIO 48u /**< Of slot 0; the others follow. */

static inline uint8_t mmio_read8(uintptr_t address)
{
    return *(volatile const uint8_t *)address;
}

static inline uint32_t mmio_read32(uintptr_t address)
{
    return *(volatile const uint32_t *)address;
}

static inline void mmio_write16(uintptr_t address, uint16_t value)
{
    *(volatile uint16_t *)address = value;
}

static inline void mmio_write32(uintptr_t address, uint32_t value)
{
    *(volatile uint32_t *)address = value;
}

/**
 * Copies, reading and writing each byte once, in order; eight aligned bytes at a time stay whole.
 *
 * @param[out] destination  @p length bytes that do not overlap @p source
 * @param source            @p length bytes
 */
void board_copy(void *destination, const void *source, size_t length);

/**
 * Finds the size of the last memory node in the device tree and checks the others.
 *
 * @param[out] bytes  size of x86 DRAM
 * @return false when the tree is malformed or the nodes are not those of the command line
 */
bool board_dram_size(uint64_t *bytes);

/* Each brings up one device. @return false when it is not there or not as expected */
bool board_dram_start(void);
bool board_entropy_start(void); /**< May be called again. */
bool board_flash_start(void);
bool board_doorbell_start(void);
bool board_timer_start(void);  /**< May be called again. */
bool board_cipher_start(void); /**< Always true: the device is optional. */

/** @return timer ticks of @p microseconds, at least 1 */
uint64_t board_timer_ticks(uint64_t microseconds);

/**
 * Sees to it that a timer ends WFI after @p microseconds at the latest: an alarm that is set already
 * may do so earlier.
 */
void board_alarm_set(uint64_t microseconds);

/** Calls both alarms off, so that the next one to be set is not cut short by them. */
void board_alarm_clear(void);

/** @return whether an alarm has gone off since board_alarm_set() */
bool board_alarm_went_off(void);

/** Lets the interrupt controller pass on @p interrupt, which nothing ever takes but WFI sees. */
void board_interrupt_enable(uint32_t interrupt);

#endif
