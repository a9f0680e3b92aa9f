/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was sent and answered last, for the report of a case that fails.
 */
#ifndef TESTS_CONFORMANCE_EXCHANGE_H
#define TESTS_CONFORMANCE_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define EXCHANGE_PARAMETERS_MAX 0x80u

/** One command. */
struct exchange {
    uint32_t id;
    uint64_t paddr; /**< Of the parameters. */
    size_t length;  /**< Of PARAMETERS: those of the command's row; 0 = there were none. */
    uint8_t parameters[EXCHANGE_PARAMETERS_MAX]; /**< As they were sent. */
    int status;                                  /**< EXCHANGE_NO_ANSWER, or enum sev_status. */
};

#define EXCHANGE_NO_ANSWER (-1)

/** Begins a case: nothing has been sent. */
void exchange_begin(void);

/** Notes a command that is about to be sent. @param parameters @p length bytes; may be NULL */
void exchange_sent(uint32_t id, uint64_t paddr, const void *parameters, size_t length);

/** Notes its status. */
void exchange_answered(int status);

/** Notes that the status of the last command was to be another one. */
void exchange_expected(int status);

/** @return the command that @p back others have followed, or NULL */
const struct exchange *exchange_last(size_t back);

/**
 * Writes what a reader of a failure wants to know, a line each: section, command, parameters, what it
 * answered, what was expected, what the specification documents, and what was sent before.
 *
 * @param command  that the case is about; 0 = none
 */
void exchange_explain(FILE *file, uint32_t command);

/** @return whether any command of any case was answered with WBINVD_REQUIRED */
bool exchange_wants_wbinvd(void);

#endif
