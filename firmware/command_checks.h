/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checks that a row of the command table implies: lengths, addresses, overlaps. The dispatcher
 * calls them in the order of section 1.5; none changes anything but the command's private copy.
 */
#ifndef FIRMWARE_COMMAND_CHECKS_H
#define FIRMWARE_COMMAND_CHECKS_H

#include <stdbool.h>

#include "firmware/command.h"

/**
 * Length queries: buffers whose rule is "at least". When one is too short, the needed length of
 * every such buffer is put into the parameters' private copy.
 *
 * @return SUCCESS, or INVALID_LENGTH when the needed lengths are to be written back
 */
enum sev_status command_check_queries(struct command *command);

/** All other length rules. @return SUCCESS or INVALID_LENGTH */
enum sev_status command_check_lengths(struct command *command);

/**
 * Resolves every present buffer: alignment, DRAM, pages the firmware holds; and refuses buffers that
 * are used in place or written and overlap another buffer or the parameters.
 *
 * @return SUCCESS or INVALID_ADDRESS
 */
enum sev_status command_check_addresses(struct command *command);

/**
 * Compares the pages of every present buffer with what the RMP says, while SEV-SNP is on.
 *
 * @return SUCCESS, INVALID_PAGE_SIZE, INVALID_PAGE_STATE or INVALID_PAGE_OWNER
 */
enum sev_status command_check_pages(struct command *command);

/** Whether a failing length query writes the length of this buffer back. */
bool command_is_query(const struct command_buffer *buffer);

#endif
