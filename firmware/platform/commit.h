/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Committing the running firmware (SNP 10.1): its version and TCB become the floor.
 */
#ifndef FIRMWARE_PLATFORM_COMMIT_H
#define FIRMWARE_PLATFORM_COMMIT_H

#include <stdbool.h>

#include "abi/sev_status.h"
#include "crypto/secret.h"

/**
 * Commits what runs; SNP_CONFIG's reported TCB is forgotten, so that reports show the new one.
 *
 * @return SUCCESS; BAD_SVN, BAD_VERSION or HWERROR_PLATFORM as rollback_commit()
 */
CRYPTO_CHECKED enum sev_status platform_commit(void);

/**
 * Tells the firmware that replaces this one what counts as committed (rollback.h), and has it commit
 * itself when that is asked for. One that does not know how stops then, since it would answer that it
 * had.
 *
 * @return false when the hand-over has no room for it
 */
CRYPTO_CHECKED bool commit_hand_over(bool commit);

/**
 * Takes over what counts as committed, and commits what runs, if the firmware before has left or asked
 * for that.
 *
 * @return SUCCESS when it has not; else as platform_commit()
 */
CRYPTO_CHECKED enum sev_status commit_take_over(void);

#endif
