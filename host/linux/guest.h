/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Linux guest: its board, its machine (QEMU), its owner, and the memory controller between them.
 */
#ifndef HOST_LINUX_GUEST_H
#define HOST_LINUX_GUEST_H

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "host/lib/owner.h"
#include "host/lib/runner.h"
#include "host/lib/sev_migration.h"
#include "host/linux/attack_state.h"
#include "host/linux/controller.h"
#include "host/linux/image.h"
#include "host/linux/monitor.h"

#define GUEST_DEFAULT_MEMORY_MIB 512u
#define GUEST_TIME_UP 124 /**< Exit status, as of timeout(1): it has run for options->seconds. */

/** guest_report.h */
struct guest_report;

struct guest_options {
    struct board_options board; /**< DIRECTORY is the chip's. */
    struct image_options image;
    const char *disk;    /**< Raw image, or NULL. */
    const char *restore; /**< Snapshot to go on from, or NULL. */
    const char *secret;  /**< File, or NULL: one is made up. */
    const char *console; /**< File for the console's output, or NULL: standard output. */
    const char *control; /**< Socket for requests, or NULL. */
    const char *rom;     /**< For the flash of chips that are made. */
    const char *firmware;
    const char *qemu_x86; /**< The machine's emulator. */
    bool network;
    uint32_t ssh; /**< Port of the loopback that leads to the guest's port 22; 0 = none. */
    bool policy_given;
    uint32_t policy;
    uint32_t period_ms;
    uint32_t seconds; /**< How long it may run; 0 = as long as it wants. */
    bool quiet;       /**< Nothing is printed but its console and what fails. */
    enum attack_kind attack;
    struct guest_report *report; /**< NULL: none is asked for. */
};

struct guest {
    const struct guest_options *options;
    char chip[PATH_MAX]; /**< Directory of its board's chip. */
    struct image image;
    struct board board;
    struct sev_target identity; /**< Of the platform. */
    struct sev_platform_status status;
    struct owner owner;
    uint32_t policy;
    uint32_t handle;
    uint32_t asid;
    bool launched;
    uint8_t secret[MAP_SECRET_BYTES];
    struct controller controller;
    struct controller_pass earlier; /**< In all, of controllers of machines that it has left, */
    uint64_t earlier_passes;        /**< and how many passes. */
    struct monitor monitor;
    struct attack attack;
    int console;       /**< What the machine prints; -1: none, or it has ended. */
    int console_input; /**< What is typed there. */
    FILE *console_output;
    pid_t machine;
    int64_t started; /**< When the power was switched on. */
    bool paused;
    bool ended;              /**< It is to end, or has left. */
    struct guest *successor; /**< The same guest on another board, if it has moved there. */
};

/** @return whether a signal has told this program to end */
static inline bool guest_is_cancelled(const struct guest *guest)
{
    const volatile sig_atomic_t *cancel = guest->options->board.cancel;
    return cancel != NULL && *cancel != 0;
}

/** Starts the board, and gets its platform ready for a guest. @return false after a message */
bool guest_power_on(struct guest *guest) __attribute__((warn_unused_result));

/** Launches the image; the owner does its part. @return false after a message */
bool guest_launch(struct guest *guest) __attribute__((warn_unused_result));

/** The owner: the platform's chain is genuine; makes key pair and session. */
bool owner_part_begin(struct guest *guest, struct sev_certificate *certificate,
                      struct sev_session *session) __attribute__((warn_unused_result));

/** The owner: what was launched is what the files say; its secret goes in. */
bool owner_part_measured(struct guest *guest, const struct sev_measurement *measurement)
    __attribute__((warn_unused_result));

/** The owner: a report on the guest, and what the host sees of it with DBG_DECRYPT. */
bool owner_part_attest(struct guest *guest) __attribute__((warn_unused_result));

/** DEACTIVATE, DECOMMISSION, DF_FLUSH, if there is a guest, and stops the board. */
bool guest_power_off(struct guest *guest);

/**
 * Starts QEMU, standing still.
 *
 * @param incoming  it waits for another one's state: travel_load_machine()
 */
bool machine_start(struct guest *guest, bool incoming) __attribute__((warn_unused_result));

/** Ends QEMU, if it runs. */
void machine_kill(struct guest *guest);

/** @return a guest that has nothing yet, or NULL without memory; end it with guest_end() */
struct guest *guest_new(const struct guest_options *options, const char *chip);

/** Ends machine and board, and frees the guest. @return false after a message */
bool guest_end(struct guest *guest);

/** Its whole life, from power on to power off. @return exit status */
int guest_live(const struct guest_options *options);

/**
 * Runs it until the guest ends, or one of the processes does.
 *
 * @param[in,out] moving  another one, if it has moved
 * @return exit status
 */
int guest_run(struct guest **moving);

/** Pauses the machine. @return false after a message */
bool guest_stop(struct guest *guest) __attribute__((warn_unused_result));

/** Pauses the machine, and writes all private memory back. @return false after a message */
bool guest_pause(struct guest *guest) __attribute__((warn_unused_result));

/** Lets the machine go on with what it has. @return false after a message */
bool guest_go_on(struct guest *guest) __attribute__((warn_unused_result));

/** Takes over what DRAM holds now, and lets the machine go on. @return false after a message */
bool guest_resume(struct guest *guest) __attribute__((warn_unused_result));

#endif
