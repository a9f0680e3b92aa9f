/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Row against sources (check.h).
 */
#include "host/docs/check.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "abi/sev_status.h"

static const struct {
    const char *name;
    uint32_t value;
} statuses[] = {
#define CHECK_STATUS(name, value) {#name, (value)},
    SEV_STATUS_LIST(CHECK_STATUS)
#undef CHECK_STATUS
};

/** @return the bit of a status in a row's mask; an unknown name ends the program */
static uint64_t status_bit(const struct command_row *row, const char *name)
{
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if (strcmp(statuses[i].name, name) == 0) {
            return 1ull << statuses[i].value;
        }
    }
    source_fail("%s: its comment names an unknown status %s", row->name, name);
}

void check_statuses(const struct command_row *row, const struct source_comment *comment)
{
    uint64_t listed = 0;

    for (size_t i = 0; i < comment->count; i++) {
        const uint64_t bit = status_bit(row, comment->statuses[i].name);

        if ((listed & bit) != 0 || (row->statuses & bit) == 0) {
            source_fail("%s: its comment lists %s %s", row->name, comment->statuses[i].name,
                        (listed & bit) != 0 ? "twice" : "but its row does not");
        }
        listed |= bit;
    }
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if ((row->statuses & ~listed & 1ull << statuses[i].value) != 0) {
            source_fail("%s: its row has %s but its comment does not", row->name, statuses[i].name);
        }
    }
    if (strcmp(comment->statuses[0].name, "SUCCESS") != 0) {
        source_fail("%s: its comment does not begin with SUCCESS", row->name);
    }
}

void check_resolve_tags(const struct command_row *row, struct source_structure *structure)
{
    for (size_t i = 0; i < structure->count; i++) {
        struct source_field *field = &structure->fields[i];
        char prefix[16];
        char tag[sizeof field->tag];
        int used = 0;

        if (sscanf(field->comment, "%15[A-Z_]: %3[IO]%n", prefix, tag, &used) != 2) {
            continue;
        }
        if (strncmp(row->name, prefix, strlen(prefix)) == 0) {
            (void)snprintf(field->tag, sizeof field->tag, "%s", tag);
        }
        memmove(field->comment, field->comment + used, strlen(field->comment + used) + 1);
    }
}

/** Whether the row writes the whole field back; a part of it ends the program. */
static bool is_written_back(const struct command_row *row, const struct source_field *field)
{
    for (uint32_t i = 0; i < COMMAND_OUT_FIELDS_MAX; i++) {
        const uint32_t start = row->out[i].offset;
        const uint32_t end = start + row->out[i].length;

        if (field->offset < end && start < field->offset + field->length) {
            if (field->offset < start || field->offset + field->length > end) {
                source_fail("%s: its row writes a part of %s", row->name, field->name);
            }
            return true;
        }
    }
    return false;
}

const struct source_field *check_field_at(const struct command_row *row,
                                          const struct source_structure *structure, uint32_t offset,
                                          uint32_t length)
{
    for (size_t i = 0; i < structure->count; i++) {
        if (structure->fields[i].offset == offset && structure->fields[i].length == length) {
            return &structure->fields[i];
        }
    }
    source_fail("%s: struct %s has no field of %u bytes at %02Xh", row->name, row->structure,
                length, offset);
}

const struct source_field *check_flags_at(const struct command_row *row,
                                          const struct source_structure *structure, uint32_t offset)
{
    for (size_t i = 0; i < structure->count; i++) {
        if (structure->fields[i].offset == offset &&
            structure->fields[i].length == sizeof(uint64_t)) {
            return &structure->fields[i];
        }
    }
    return check_field_at(row, structure, offset, sizeof(uint32_t));
}

void check_structure(const struct command_row *row, const struct source_structure *structure)
{
    if (structure->length != row->size) {
        source_fail("%s: struct %s has %u bytes, its row says %u", row->name, row->structure,
                    structure->length, row->size);
    }
    for (size_t i = 0; i < structure->count; i++) {
        const struct source_field *field = &structure->fields[i];
        const bool tagged = strchr(field->tag, 'O') != NULL;

        if (tagged != is_written_back(row, field)) {
            source_fail("%s: %s is tagged \"%s\" but its row %s", row->name, field->name,
                        field->tag, tagged ? "does not write it" : "writes it");
        }
    }
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        const struct command_buffer *buffer = &row->buffers[i];

        if (buffer->direction != COMMAND_UNUSED) {
            (void)check_field_at(row, structure, buffer->paddr_offset, sizeof(uint64_t));
        }
        if (buffer->direction != COMMAND_UNUSED && buffer->rule != COMMAND_LENGTH_FIXED) {
            (void)check_flags_at(row, structure, buffer->length_offset);
        }
    }
}
