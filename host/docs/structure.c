/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields of a structure in abi/sev_commands.h (source.h). A field is a line
 *
 *     TYPE NAME; or TYPE NAME[COUNT];   with a comment that begins with its tag: I, O or IO
 */
#include "host/docs/source.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    uint32_t bytes;
} types[] = {
    {"uint8_t", 1},
    {"uint16_t", 2},
    {"uint32_t", 4},
    {"uint64_t", 8},
};

/** @return bytes of a type; an unknown one ends the program */
static uint32_t type_bytes(const char *name)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i].name, name) == 0) {
            return types[i].bytes;
        }
    }
    source_fail("unknown type %s in a structure", name);
}

/** Splits a comment into its tag and the rest. */
static void parse_tag(const char *line, const char *end, struct source_field *field)
{
    const char *at = strstr(line, "/**<");
    const char *close = at == NULL ? NULL : strstr(at, "*/");
    size_t length = 0;

    if (at == NULL || at > end || close == NULL || close > end) {
        return;
    }
    at += strspn(at + 4, " ") + 4;
    while (isupper((unsigned char)at[length])) {
        length++;
    }
    if (length == 0 || length >= sizeof field->tag) {
        source_fail("field %s has no tag I, O or IO", field->name);
    }
    memcpy(field->tag, at, length);
    at += length;
    at += strspn(at, ":; ");
    while (close > at && close[-1] == ' ') {
        close--;
    }
    source_append(field->comment, sizeof field->comment, at, (size_t)(close - at));
}

/** Reads one field. @return false when the line holds none */
static bool parse_field(const char *line, const char *end, struct source_field *field)
{
    char type[16];
    char name[sizeof field->name];
    unsigned long count = 1;
    char *bracket;

    *field = (struct source_field){.offset = 0};
    if (sscanf(line, " %15[a-z0-9_] %47[a-z0-9_[]", type, name) != 2) {
        return false;
    }
    bracket = strchr(name, '[');
    if (bracket != NULL) {
        count = strtoul(strchr(line, '[') + 1, NULL, 10);
        *bracket = '\0';
    }
    source_append(field->name, sizeof field->name, name, strlen(name));
    field->length = (uint32_t)(type_bytes(type) * count);
    parse_tag(line, end, field);
    if (field->tag[0] == '\0' && strncmp(field->name, "reserved", strlen("reserved")) != 0) {
        source_fail("field %s has no tag I, O or IO", field->name);
    }
    return true;
}

void source_parse_structure(const char *text, const char *name, struct source_structure *structure)
{
    char head[64];
    const char *line;
    const char *end;

    (void)snprintf(head, sizeof head, "\nstruct %s {\n", name);
    line = strstr(text, head);
    if (line == NULL) {
        source_fail("struct %s is in neither abi/sev_commands.h nor abi/snp_commands.h", name);
    }
    *structure = (struct source_structure){.count = 0};
    for (line += strlen(head); *line != '}'; line = end + 1) {
        struct source_field field;

        end = strchr(line, '\n');
        if (end == NULL || structure->count == SOURCE_FIELDS_MAX) {
            source_fail("struct %s does not end", name);
        }
        if (!parse_field(line, end, &field)) {
            source_fail("struct %s: cannot read %.*s", name, (int)(end - line), line);
        }
        field.offset = structure->length;
        structure->length += field.length;
        structure->fields[structure->count++] = field;
    }
}
