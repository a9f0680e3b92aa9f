/*
 * The command table (command_table.h), joined from its families.
 */
#include "firmware/command_table.h"

static const struct command_family *const families[] = {
    &sev_platform_family, &sev_guest_family,   &sev_launch_family,
    &sev_send_family,     &sev_receive_family, &sev_copy_family,
};

const struct command_row *command_table_at(size_t index)
{
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        if (index < families[i]->count) {
            return &families[i]->rows[index];
        }
        index -= families[i]->count;
    }
    return NULL;
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

const char *command_table_name(uint32_t id)
{
    const struct command_row *row = command_table_find(id);

    return row == NULL ? "unknown" : row->name;
}
