/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A running security processor under observation: commands that are issued register by register, with
 * everything it shows to the x86 side recorded, and comparison of all it could have changed.
 */
#ifndef TESTS_UPDATE_OBSERVE_H
#define TESTS_UPDATE_OBSERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/sev_commands.h"
#include "host/lib/board.h"

#define OBSERVE_VALUES_MAX 8u

/** What could be seen of one command. */
struct observation {
    uint32_t values[OBSERVE_VALUES_MAX]; /**< Of CmdResp, each that differs from the one before. */
    size_t value_count;
    size_t rings;      /**< Bytes on the doorbell. */
    uint8_t last_ring; /**< The last of them. */
    uint32_t intsts;
    int status;
};

/** The board under test, and room in its DRAM for a file. */
extern struct board observed;

/** Takes over an open board whose chip is in @p directory. */
void observe_start(const char *directory);

/**
 * Makes the next ring that of the next command: to be called when the doorbell was connected anew, and
 * after commands that observe_command() has not issued, whose rings may come late.
 */
void observe_settle(void);

/** Frees the copies. */
void observe_end(void);

/**
 * Issues a command with IOC and fails the test unless it is answered just once: CmdResp goes from the
 * request to one response, INTSTS is set, and the doorbell rings once.
 *
 * @param id              command
 * @param[in,out] buffer  @p length bytes of parameters; NULL for none
 * @param quiet_ms        how long to wait for a second answer
 * @return the status
 */
int observe_command(uint32_t id, void *buffer, size_t length, int quiet_ms);

/** Remembers everything the firmware could change: DRAM, fabric, stored data, platform status. */
void observe_remember(void);

/** Fails the test unless all that is as it was; the command's parameters are not looked at. */
void observe_compare(const char *what);

/** Like observe_compare(), when the firmware was replaced: it may count changes of the fabric. */
void observe_compare_replaced(const char *what);

/** PLATFORM_STATUS; fails the test when that fails. */
struct sev_platform_status observe_status(void);

#endif
