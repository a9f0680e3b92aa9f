/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One of several machines of a demonstration: a board, its platform's certificates, and what the
 * key distribution service knows of its chip.
 */
#ifndef HOST_DEMO_MACHINE_H
#define HOST_DEMO_MACHINE_H

#include "host/demo/tenant.h"
#include "host/lib/runner.h"

struct machine {
    const char *name;
    const char *directory; /**< Of the chip. */
    struct board board;
    enum board_result start; /**< How its last start ended; BOARD_OK before the first. */
    struct sev_platform_status status;
    struct sev_target identity; /**< What a sender needs to know, and a receiver's PDH. */
};

/** Starts the board, and sets machine->start. @return false after a message */
bool machine_power_on(struct machine *machine, const struct board_options *options)
    __attribute__((warn_unused_result));

/** Initialises the platform with SEV-ES, and gets its certificates. @return false after a message */
bool machine_prepare(struct machine *machine) __attribute__((warn_unused_result));

/** Stops the board; one that is not open is fine. @return false after a message */
bool machine_power_off(struct machine *machine) __attribute__((warn_unused_result));

/**
 * Ends a demonstration on a machine: switches it off.
 *
 * @param result  exit status so far
 * @return the status of a board that did not start, or BOARD_FAILED when it cannot be stopped, or
 *         RESULT
 */
int machine_end(struct machine *machine, int result) __attribute__((warn_unused_result));

/**
 * Gets a platform's certificates, the CEK as the key distribution service has it signed.
 *
 * @param directory      of the chip
 * @param[out] identity  set on success
 * @param[out] reason    what is wrong, in words
 * @return false when a command fails or a file is missing
 */
bool machine_identify(struct board *board, const char *directory, struct sev_target *identity,
                      char reason[BOARD_MESSAGE_BYTES]) __attribute__((warn_unused_result));

#endif
