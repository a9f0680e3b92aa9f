/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The symbols of the linker scripts: the bounds of each kind of memory. Only their addresses mean
 * something.
 */
#ifndef BOOT_COMMON_LAYOUT_H
#define BOOT_COMMON_LAYOUT_H

extern const char __text_start[], __text_end[];
extern const char __rodata_start[], __rodata_end[];
extern char __data_start[], __bss_end[];

extern char __stack_svc_start[], __stack_svc_end[];
extern char __stack_abt_start[], __stack_abt_end[];
extern char __stack_und_start[], __stack_und_end[];
extern char __stack_irq_start[], __stack_irq_end[];
extern char __stack_fiq_start[], __stack_fiq_end[];
extern char __stack_mon_start[], __stack_mon_end[];

extern char __bulk_start[], __bulk_end[], __handover_records[], __handover_page[];

extern char __firmware_start[], __firmware_body_end[];
extern const char __flash_image_start[], __flash_image_end[];

#endif
