/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers of the PL011 UART (Arm DDI 0183), offsets in bytes.
 */
#ifndef HAL_QEMU_VIRT_PL011_H
#define HAL_QEMU_VIRT_PL011_H

#define PL011_DATA 0x00u
#define PL011_FLAG 0x18u
#define PL011_LINE_CONTROL 0x2Cu
#define PL011_CONTROL 0x30u

#define PL011_FLAG_TRANSMIT_FULL (1u << 5)
#define PL011_LINE_8_BITS_FIFO 0x70u
#define PL011_CONTROL_TRANSMIT 0x101u /**< UART and transmitter on. */

/** How often the transmitter is asked whether it has room, before a byte is given up. */
#define PL011_TRANSMIT_POLLS 100000u

#endif
