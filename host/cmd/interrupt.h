/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals that ask the command to end, for commands that have something to put right before.
 */
#ifndef HOST_CMD_INTERRUPT_H
#define HOST_CMD_INTERRUPT_H

#include <signal.h>

/**
 * From now on SIGINT, SIGTERM and SIGHUP, unless they are ignored already, only end what sleeps.
 *
 * @return the number of the last one; 0 as long as none has arrived
 */
const volatile sig_atomic_t *interrupt_catch(void);

#endif
