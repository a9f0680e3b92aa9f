/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands that meet a failing device: what is done before, and what must hold when they have failed.
 */
#ifndef TESTS_FAULT_FAULT_SCENARIOS_H
#define TESTS_FAULT_FAULT_SCENARIOS_H

#include "tests/unit/firmware_board.h"

/** What is done before the fault, and the command that meets it. */
struct scenario {
    const char *name;
    void (*prepare)(void);
    enum sev_status (*run)(void);
    void (*check)(void); /**< That nothing has changed. */
};

/** Every command that makes a secret which lives for long. */
#define SCENARIOS_WITH_SECRET 6u
#define SCENARIO_START_ALONE 4u /**< LAUNCH_START without a session. */
extern const struct scenario scenarios_with_secret[SCENARIOS_WITH_SECRET];

/** Every command that changes persistent data. */
#define SCENARIOS_WITH_FLASH 5u
extern const struct scenario scenarios_with_flash[SCENARIOS_WITH_FLASH];

/** The identity in force before the fault. */
extern struct board_certificates scenario_before;

/* Parts of scenarios that tests use by themselves. */
void scenario_initialise(void);      /**< INIT, and remembers the identity. */
void scenario_prepare_import(void);  /**< And prepares PEK_CERT_IMPORT. */
void scenario_identity_is_old(void); /**< Fails the test unless it is the remembered one. */
enum sev_status scenario_run_pdh_gen(void);

#endif
