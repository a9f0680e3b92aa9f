/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose SEV-SNP it is that is on: run/exec says which exec has a guest on the board, and what one that was
 * killed has left is known by a mark in the reverse map table. The table is all zeros after each
 * SNP_INIT_EX, so what another program has turned on since has no such mark.
 */
#ifndef HOST_EXEC_CLAIM_H
#define HOST_EXEC_CLAIM_H

#include <stdbool.h>
#include <stdint.h>

#include "host/exec/machine.h"
#include "host/provision/provision.h"

struct exec_claim {
    bool holds;     /**< SEV-SNP is turned on by us, or about to be: ours to turn off. */
    int file;       /**< run/exec, locked; -1 = none. */
    uint64_t nonce; /**< The mark: an address in a guest that nobody has, 0 until it is noted. */
};

/**
 * Takes run/exec.
 *
 * @param[out] claim  end it with exec_claim_close(), also when this fails
 * @param[out] left   whether an exec that was killed has turned SEV-SNP on, and nobody else since
 * @return false when another exec has its guest here, or the file cannot be had
 */
bool exec_claim_open(struct exec_claim *claim, const struct exec_machine *machine, bool *left,
                     struct provision_error *error) __attribute__((warn_unused_result));

/** Notes that SEV-SNP will be turned on. @return false with errno */
bool exec_claim_note(struct exec_claim *claim, const struct exec_machine *machine)
    __attribute__((warn_unused_result));

/**
 * Marks the table that SNP_INIT_EX has made. Where the machine has one ASID alone there is no mark, and
 * what is left by a kill is taken for somebody else's.
 *
 * @return false when RMPUPDATE fails
 */
bool exec_claim_mark(const struct exec_claim *claim, const struct exec_machine *machine)
    __attribute__((warn_unused_result));

/** Notes that SEV-SNP was turned off. */
bool exec_claim_drop(struct exec_claim *claim) __attribute__((warn_unused_result));

/** Gives run/exec back. */
void exec_claim_close(struct exec_claim *claim);

#endif
