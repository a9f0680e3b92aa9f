/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a program, and serves its devices until it ends. What it leaves running then is ended.
 */
#ifndef HOST_EXEC_SUPERVISE_H
#define HOST_EXEC_SUPERVISE_H

#include "host/exec/child.h"
#include "host/exec/guest.h"
#include "host/exec/machine.h"
#include "host/exec/sev_guest.h"
#include "host/provision/error.h"

struct exec_run {
    struct exec_machine *machine;
    struct sev_guest *guest; /**< NULL: there is no /dev/sev-guest. */
    uint32_t vmpl;           /**< Of the guest's operating system. */
    char *const *arguments;  /**< Of the program, its name first; NULL at the end. */
};

/**
 * Runs it. Call it from the only thread.
 *
 * @param[out] status  the program's exit status, or EXEC_STATUS_SIGNAL and what ended it
 * @return false when it could not be run
 */
bool exec_supervise(const struct exec_run *run, int *status, struct provision_error *error)
    __attribute__((warn_unused_result));

#endif
