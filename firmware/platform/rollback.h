/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was committed on this chip: the floor below which no firmware serves and none is accepted. It
 * lives in flash, apart from the identity: PLATFORM_RESET leaves it alone, and it never goes down.
 *
 * The boot ROM does not know it: the ROM judges by the fuses, and an older firmware that the fuses
 * allow finds the floor itself, and stops.
 */
#ifndef FIRMWARE_PLATFORM_ROLLBACK_H
#define FIRMWARE_PLATFORM_ROLLBACK_H

#include <stdint.h>

#include "abi/sev_status.h"
#include "crypto/secret.h"

/** A floor. Persisted as it is (encrypted); all zeros where nothing was ever committed. */
struct rollback_floor {
    uint32_t security_version; /**< Of the image. */
    uint8_t build;             /**< Version: major, minor and build are compared as one number. */
    uint8_t api_minor;
    uint8_t api_major;
    uint8_t reserved;
    uint64_t tcb; /**< TCB_VERSION: each of its eight bytes is a version of its own. */
};

/**
 * Reads the floor. Called once at start, when the chip's keys are there.
 *
 * @param running  security version of the running image
 * @return NULL, or why the firmware must not serve: the record is damaged, the flash does not answer,
 *         or RUNNING is below the floor
 */
const char *rollback_start(uint32_t running);

/** @return what was committed last; valid after rollback_start */
const struct rollback_floor *rollback_committed(void);

/**
 * Says that another firmware than this one was started by the boot ROM: it counts as committed on a chip
 * on which nothing ever was.
 */
void rollback_set_booted(const struct rollback_floor *floor);

/** @return what counts as committed (SNP 10.1): what was committed last, or what was booted */
const struct rollback_floor *rollback_counted(void);

/** @return COMMITTED_TCB: of rollback_counted() */
uint64_t rollback_committed_tcb(void);

/** @return the security version that a new image must have at least: the running one's, or the
 *          committed one where that is higher. The fuses' counts too, but is not known here */
uint32_t rollback_minimum(void);

/**
 * Compares an image's version with the committed one.
 *
 * @return SUCCESS, or BAD_VERSION when it is below
 */
CRYPTO_CHECKED enum sev_status rollback_check_version(uint8_t api_major, uint8_t api_minor,
                                                      uint8_t build);

/**
 * Raises the floor for ever.
 *
 * @return SUCCESS; BAD_SVN when the security version or a part of the TCB would go down; BAD_VERSION
 *         when the version would; INVALID_PARAM when the security version is above the running one,
 *         which would lock this firmware out; HWERROR_PLATFORM when flash or random generator fail:
 *         the old or the new floor counts after the next reset
 */
CRYPTO_CHECKED enum sev_status rollback_commit(const struct rollback_floor *floor);

#endif
