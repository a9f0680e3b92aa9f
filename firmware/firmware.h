/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware as a whole: start, and what it does for ever after.
 */
#ifndef FIRMWARE_FIRMWARE_H
#define FIRMWARE_FIRMWARE_H

/**
 * Brings up board, cryptography, chip and platform, with the power-on self-tests.
 *
 * @return NULL, or what failed: the mailbox must stay closed
 */
const char *firmware_start(void);

/** The firmware's entry from the boot code: starts, opens the mailbox, serves it for ever. */
_Noreturn void firmware_main(void);

#endif
