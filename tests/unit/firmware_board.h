/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware on the Linux board, as its unit, fault and regression tests use it: boots it in the
 * test's own process, and plays the x86 side of the mailbox by direct calls of the dispatcher.
 *
 * Without a fabric description x86 addresses are offsets in DRAM (64 MiB, no hole).
 */
#ifndef TESTS_UNIT_FIRMWARE_BOARD_H
#define TESTS_UNIT_FIRMWARE_BOARD_H

#include <stddef.h>
#include <stdint.h>

#include "abi/fabric.h"
#include "abi/sev_certificate.h"
#include "abi/sev_command_id.h"
#include "abi/sev_commands.h"
#include "abi/sev_data.h"
#include "abi/sev_state.h"
#include "abi/sev_status.h"
#include "hal/hosted/hosted.h"

#define BOARD_PARAMETERS 0x00010000u               /**< Where command buffers lie. */
#define BOARD_BUFFER(n) (0x00100000u * ((n) + 1u)) /**< 1 MiB each, n = 0..62. */
#define BOARD_NV_BLOCK 0x02000000u                 /**< Where INIT_EX finds its block. */
#define BOARD_TMR 0x02800000u                      /**< 1 MiB aligned. */
#define BOARD_C_BIT (1ull << 51)                   /**< Default position. */
#define BOARD_ASID 100u                            /**< First ASID without ES, by default. */
#define BOARD_ES_ASID 1u                           /**< First ASID with ES. */

/**
 * New board with reproducible entropy, firmware started, UNINIT. Also a cmocka setup function. The
 * self-tests run the first time only.
 */
int board_boot(void **state);

/** What the chip is from the next board_boot() on (enum snp_product); MILAN at first. */
void board_set_product(uint32_t product);

/** As board_boot(), and INIT without ES. */
int board_boot_init(void **state);

/**
 * Shuts down whatever ran in this process before, and starts the firmware on the board as it is.
 *
 * @return NULL, or what failed
 */
const char *board_restart(void);

/**
 * Puts parameters into DRAM at BOARD_PARAMETERS, executes a command and reads them back.
 *
 * @param parameters  in and out, @p size bytes; NULL when the command has none
 */
enum sev_status board_command(uint32_t id, void *parameters, size_t size);

/** A command without parameters. */
enum sev_status board_order(uint32_t id);

/** A command whose only parameter is a handle. */
enum sev_status board_order_guest(uint32_t id, uint32_t handle);

/** INIT, with ES and the TMR at BOARD_TMR when asked for. */
enum sev_status board_init(uint32_t options);

/** INIT_EX with the block at BOARD_NV_BLOCK, without ES. */
enum sev_status board_init_ex(void);

/** PLATFORM_STATUS; fails the test when that fails. */
struct sev_platform_status board_status(void);

/** All certificates, by PDH_CERT_EXPORT; fails the test when that fails. */
struct board_certificates {
    struct sev_certificate pdh;
    struct sev_certificate_chain chain;
};
void board_export(struct board_certificates *certificates);

/** Takes the access hook away, which a test that fails has not done: for teardown. */
int board_unhook(void **state);

/** @return DRAM at an x86 address of the default map */
uint8_t *board_dram(uint64_t paddr);

/** @return the fabric's description, filled in with sane values; it counts from the next command
 *          in UNINIT */
struct fabric_config *board_describe(void);

/** @return the memory controller's state as the firmware wrote it */
const struct fabric_memctl *board_memctl(void);

/** Every core executes WBINVD. */
void board_wbinvd(void);

#define BOARD_RANDOM_REQUESTS 10000u /**< As many follow a seed before the next is due. */

/**
 * Has the entropy source fail at its read number @p reads + 1 from now, and ever after; a new seed is
 * due after @p requests of the random generator, and before each long-lived secret anyway.
 *
 * @param requests  at most BOARD_RANDOM_REQUESTS
 */
void board_fail_random_after(unsigned int requests, unsigned int reads);

#endif
