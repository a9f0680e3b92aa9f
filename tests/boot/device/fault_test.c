/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forbidden things, each of which must end in the fault report that tests/boot/run.sh expects.
 */
#include <stddef.h>
#include <stdint.h>

#include "abi/image.h"
#include "arch/arm/panic.h"
#include "boot/common/layout.h"
#include "hal/dram.h"
#include "hal/fabric.h"
#include "hal/mailbox.h"
#include "tests/boot/device/test.h"

static volatile uint32_t sink;
static volatile uintptr_t null; /* Not a constant to compilers and analysers. */
static uint32_t code_as_data[] = {0xE12FFF1E, 0xE12FFF1E}; /* Arm: bx lr */

static void write_to(uintptr_t address)
{
    *(volatile uint32_t *)address = 0x5A5A5A5A;
}

static void read_from(uintptr_t address)
{
    sink = *(volatile const uint32_t *)address;
}

static void run_at(uintptr_t address)
{
    ((void (*)(void))address)();
}

static void write_text(void)
{
    write_to((uintptr_t)__text_start);
}

static void write_rodata(void)
{
    write_to((uintptr_t)__rodata_start);
}

static void run_data(void)
{
    run_at((uintptr_t)code_as_data);
}

static void run_rodata(void)
{
    run_at((uintptr_t)__rodata_start);
}

static void read_null(void)
{
    read_from(null);
}

static void run_null(void)
{
    run_at(null);
}

static void read_page_below(void)
{
    read_from(IMAGE_LOAD_ADDRESS - 4);
}

static void read_rom_ram(void)
{
    read_from(0x0EF00000u);
}

static void run_window(void)
{
    uint32_t code = code_as_data[0];

    hal_dram_write(0, &code, sizeof(code));
    run_at(0x80000000u + (0x41400000u % 0x40000000u)); /* Where DRAM's first block is now. */
}

static void read_stack_guard(void)
{
    read_from((uintptr_t)__stack_svc_start - 4);
}

/** Uses the whole stack and goes on; a loop, as the compiler sees it. */
static void overflow_stack(void)
{
    __asm__ volatile("1: push {r0-r7}\n\tb 1b");
}

static void undefined_instruction(void)
{
    __asm__ volatile("udf #0");
}

static void supervisor_call(void)
{
    __asm__ volatile("svc #0");
}

static void monitor_call(void)
{
    __asm__ volatile(".arch_extension sec\n\tsmc #0");
}

__attribute__((noinline)) static void fill(volatile uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bytes[i] = 0xAA;
    }
}

static void overrun_array(void)
{
    volatile uint8_t array[16];

    fill(array, sizeof(array) + 4);
    sink = array[0];
}

static void panic(void)
{
    panic_stop("as asked");
}

static void dram_out_of_range(void)
{
    uint8_t byte;

    hal_dram_read(hal_dram_bytes(), &byte, 1);
}

static void fabric_out_of_range(void)
{
    uint8_t bytes[2] = {0};

    hal_fabric_write(0x1FFFFF, bytes, sizeof(bytes));
}

static void mailbox_out_of_range(void)
{
    sink = hal_mailbox_read(0x100000);
}

static void read_nothing(void)
{
    read_from(0x60000000u);
}

/* The order is known to tests/boot/run.sh. */
static void (*const faults[])(void) = {
    write_text,
    write_rodata,
    run_data,
    run_rodata,
    read_null,
    run_null,
    read_page_below,
    read_rom_ram,
    run_window,
    read_stack_guard,
    overflow_stack,
    undefined_instruction,
    supervisor_call,
    monitor_call,
    overrun_array,
    panic,
    dram_out_of_range,
    fabric_out_of_range,
    mailbox_out_of_range,
    read_nothing,
};

void test_fault(unsigned int which)
{
    if (which < sizeof(faults) / sizeof(faults[0])) {
        faults[which]();
    }
    test_report("fault", false);
}
