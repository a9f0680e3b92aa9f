/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mailbox: the registers of PCI BAR 2 of function 1022:14CA as x86 software knows them, held in
 * a shared file. Offsets are bytes from the start of the BAR. See docs/mailbox.md.
 */
#ifndef ABI_MAILBOX_H
#define ABI_MAILBOX_H

#include <stdint.h>

#define MAILBOX_FILE_BYTES 0x200000u /**< What the board maps. */
#define MAILBOX_BAR_BYTES 0x100000u  /**< What x86 software sees. */

#define MAILBOX_INTEN 0x10690u      /**< Interrupt enable; bit 1 = SEV command complete. */
#define MAILBOX_INTSTS 0x10694u     /**< Interrupt status; bit 1 = SEV command complete. */
#define MAILBOX_CMDRESP 0x10980u    /**< Command in, response out. */
#define MAILBOX_CMDBUF_LO 0x109E0u  /**< Bits 31:0 of the command buffer's paddr. */
#define MAILBOX_CMDBUF_HI 0x109E4u  /**< Bits 63:32 of the command buffer's paddr. */
#define MAILBOX_BOOTLOADER 0x109ECu /**< Version of the boot ROM. */
#define MAILBOX_FEATURE 0x109FCu    /**< Reads MAILBOX_FEATURE_SEV once commands are served. */

#define MAILBOX_FEATURE_SEV 1u
#define MAILBOX_INT_COMPLETE (1u << 1)

#define MAILBOX_CMDRESP_RESPONSE (1u << 31) /**< 1 = response present, firmware idle. */
#define MAILBOX_CMDRESP_IOC (1u << 0)       /**< Request: interrupt on completion. */
#define MAILBOX_CMDRESP_ID_SHIFT 16u
#define MAILBOX_CMDRESP_ID_MASK 0x7FFu
#define MAILBOX_CMDRESP_STATUS_MASK 0xFFFFu

/* Ring-buffer mode gives the three command registers another meaning. */
#define MAILBOX_RB_CTL MAILBOX_CMDRESP    /**< Doorbell and mode. */
#define MAILBOX_RB_TAIL MAILBOX_CMDBUF_HI /**< Written by x86: where the next commands end. */
#define MAILBOX_RB_HEAD MAILBOX_CMDBUF_LO /**< Written by the firmware: what has been done. */

#define MAILBOX_RB_CTL_DOORBELL (1u << 31) /**< x86: look at the tails. */
#define MAILBOX_RB_CTL_ACTIVE (1u << 30)   /**< Ring-buffer mode is on. */
#define MAILBOX_RB_CTL_CLEAR (1u << 29)    /**< x86: go on after a failed command. */
#define MAILBOX_RB_CTL_TAKING (1u << 28)   /**< Firmware: the doorbell is being taken. */
#define MAILBOX_RB_HEAD_PAUSED (1u << 30)  /**< A command failed; the queues stand still. */
#define MAILBOX_RB_INDEX_MASK 0x7FFu       /**< Low queue in bits 10:0. */
#define MAILBOX_RB_HIGH_SHIFT 16u          /**< High queue in bits 26:16. */

/* Bytes on the doorbell socket. The host may send any byte; it means "look at the mailbox". Those from
 * the firmware are one per response, and are dropped while the host leaves the stream full. */
#define DOORBELL_LOOK 0x01u
#define DOORBELL_COMPLETE 0x01u  /**< Bit 0 of a byte from the firmware: a command completed. */
#define DOORBELL_INTERRUPT 0x02u /**< Bit 1: and the interrupt is asserted. */

#endif
