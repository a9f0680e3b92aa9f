/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Linux guest's memory and its controller, without a board and without a machine: 2 MiB in one range,
 * which nobody has written yet, and keys.
 */
#ifndef TESTS_HOST_LINUX_STAGE_H
#define TESTS_HOST_LINUX_STAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "host/linux/controller.h"

#define LINUX_STAGE_BYTES (2 * MAP_MIB)
#define LINUX_STAGE_ASID 7u
#define LINUX_STAGE_PAGE (UINT64_C(0x123) * MAP_PAGE) /**< One of them. */

struct linux_stage {
    struct controller controller;
    struct memory_controller plain; /**< Through any key. */
    uint8_t *memory;                /**< DRAM. */
    int dram_file;                  /**< -1: none. */
};

extern struct linux_stage linux_stage;

/** DRAM is memory of which nothing is known. */
int linux_stage_set_up(void **state);

/** DRAM is a file with holes. */
int linux_stage_set_up_file(void **state);

int linux_stage_tear_down(void **state);

/** @return what the guest has at an address */
uint8_t *linux_stage_view(uint64_t paddr);

/** Shares a page or takes it back, as a CPU does (host/qemu-plugin), which waits for nobody here. */
void linux_stage_share(uint64_t paddr, bool shared);

/** What DRAM holds at an address, through the guest's key. */
void linux_stage_assert_decrypts_to(uint64_t paddr, const char *text);

#endif
