/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command table: one row per command of the API, each defined in the command's own file and
 * listed in firmware/sev/commands.def or firmware/snp/commands.def.
 */
#ifndef FIRMWARE_COMMAND_TABLE_H
#define FIRMWARE_COMMAND_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "firmware/command.h"

/** @return row @p index of the table, counted from 0, or NULL behind the last one */
const struct command_row *command_table_at(size_t index);

/** @return the row of a command id, or NULL when there is none */
const struct command_row *command_table_find(uint32_t id);

/** Whether this chip serves a command: those of SEV-SNP not every product has. */
bool command_table_serves(const struct command_row *row);

/** @return "NAME" for a command id, or "unknown" */
const char *command_table_name(uint32_t id);

#endif
