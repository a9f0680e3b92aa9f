/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long code of a guest or of a host's program may run. A timer ends a run of the backend once the
 * time is up, or once a signal has told this program to end, whatever the code does.
 */
#ifndef HOST_EMULATOR_RUN_LIMIT_H
#define HOST_EMULATOR_RUN_LIMIT_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "host/emulator/backend.h"

/**
 * Begins; SIGALRM is taken until run_limit_end().
 *
 * @param cancel    not 0 once the program is to end; may be NULL
 * @param deadline  of deadline_now_us(); 0: none
 */
void run_limit_begin(const volatile sig_atomic_t *cancel, int64_t deadline);
void run_limit_end(void);

/** Names the backend that runs from now on; NULL: none. */
void run_limit_watch(struct backend *backend);

/** @return whether the run is to end */
bool run_limit_is_over(void);

#endif
