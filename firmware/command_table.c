/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command table (command_table.h).
 */
#include "firmware/command_table.h"

#include "firmware/platform/product.h"

#define COMMAND(family, name) extern const struct command_row family##_##name##_row;
#include "firmware/sev/commands.def"
#include "firmware/snp/commands.def"
#undef COMMAND

static const struct command_row *const rows[] = {
#define COMMAND(family, name) &family##_##name##_row,
#include "firmware/sev/commands.def"
#include "firmware/snp/commands.def"
#undef COMMAND
};

const struct command_row *command_table_at(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? rows[index] : NULL;
}

const struct command_row *command_table_find(uint32_t id)
{
    const struct command_row *row;

    for (size_t i = 0; (row = command_table_at(i)) != NULL; i++) {
        if (row->id == id) {
            return row;
        }
    }
    return NULL;
}

bool command_table_serves(const struct command_row *row)
{
    return !row->needs_snp || product()->has_snp;
}

const char *command_table_name(uint32_t id)
{
    const struct command_row *row = command_table_find(id);

    return row == NULL ? "unknown" : row->name;
}
