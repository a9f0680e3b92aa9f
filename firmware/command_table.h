/*
 * The command table: one row per command of the API.
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

/** @return "NAME" for a command id, or "unknown" */
const char *command_table_name(uint32_t id);

/** Rows of one family of commands. */
struct command_family {
    const struct command_row *rows;
    size_t count;
};

extern const struct command_family sev_platform_family;
extern const struct command_family sev_guest_family;
extern const struct command_family sev_launch_family;
extern const struct command_family sev_send_family;
extern const struct command_family sev_receive_family;
extern const struct command_family sev_copy_family;

#endif
