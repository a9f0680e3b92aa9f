/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One command of docs/commands.md (print.h). Numbers are hexadecimal, with an h, as in the API.
 */
#include "host/docs/print.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "abi/sev_status.h"
#include "host/docs/check.h"

const char *print_handler_path(const struct command_row *row)
{
    static char path[64];
    const int length = snprintf(path, sizeof path, "firmware/%s/%s.c", row->family->directory,
                                row->name + strlen(row->family->prefix));

    if (length < 0 || (size_t)length >= sizeof path) {
        source_fail("%s: the name is too long", row->name);
    }
    for (char *at = path + strlen("firmware/"); *at != '\0'; at++) {
        *at = (char)tolower((unsigned char)*at);
    }
    return path;
}

/** Prints the names of the members of a set. */
static void print_set(uint32_t set, const char *const *names, uint32_t count)
{
    const char *separator = "";

    for (uint32_t i = 0; i < count; i++) {
        if ((set & 1u << i) != 0) {
            (void)printf("%s%s", separator, names[i]);
            separator = ", ";
        }
    }
}

static void print_platform_states(uint32_t states)
{
    static const char *const names[] = {"UNINIT", "INIT", "WORKING"};

    if (states == COMMAND_PLATFORM_ANY) {
        (void)printf("any");
    } else {
        print_set(states, names, sizeof names / sizeof names[0]);
    }
}

static void print_snp_states(uint32_t states)
{
    static const char *const names[] = {"UNINIT", "INIT"};

    if (states == COMMAND_SNP_ANY) {
        (void)printf("any");
    } else {
        print_set(states, names, sizeof names / sizeof names[0]);
    }
}

void print_states(const struct command_row *row)
{
    if (row->needs_snp) {
        print_snp_states(row->snp_states);
    } else {
        print_platform_states(row->platform_states);
    }
}

void print_guest_states(const struct command_row *row)
{
    static const char *const names[] = {"UNINIT",  "LUPDATE", "LSECRET", "RUNNING",
                                        "SUPDATE", "RUPDATE", "SENT"};
    static const char *const snp_names[] = {"INIT", "LAUNCH", "RUNNING"};
    const uint32_t any = row->needs_snp ? 7u : COMMAND_GUEST_ANY;

    if (row->guest_states == 0) {
        (void)printf("-");
    } else if (row->guest_states == any) {
        (void)printf("any");
    } else if (row->needs_snp) {
        print_set(row->guest_states, snp_names, sizeof snp_names / sizeof snp_names[0]);
    } else {
        print_set(row->guest_states, names, sizeof names / sizeof names[0]);
    }
}

static void print_parameters(const struct command_row *row,
                             const struct source_structure *structure)
{
    static const struct {
        const char *tag;
        const char *words;
    } directions[] = {{"I", "in"}, {"O", "out"}, {"IO", "in, out"}, {"", "-"}};

    if (row->size == 0) {
        (void)printf("No parameters: CmdBufAddr is not looked at.\n\n");
        return;
    }
    (void)printf("Parameters: `struct %s`, %02Xh bytes.\n\n", row->structure, row->size);
    (void)printf("| offset | bytes | direction | field | meaning |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < structure->count; i++) {
        const struct source_field *field = &structure->fields[i];
        const char *words = "";

        for (size_t j = 0; j < sizeof directions / sizeof directions[0]; j++) {
            if (strcmp(directions[j].tag, field->tag) == 0) {
                words = directions[j].words;
            }
        }
        (void)printf("| %02Xh | %u | %s | `%s` | %s |\n", field->offset, field->length, words,
                     field->name, field->tag[0] == '\0' ? "ignored" : field->comment);
    }
    (void)printf("\n");
}

/** Which lengths a buffer may have, in words; %X stands for the length of its row. */
static const char *const length_rules[] = {
    [COMMAND_LENGTH_EXACT] = "%Xh",
    [COMMAND_LENGTH_EXACT_OR_NONE] = "%Xh; or 0, if all buffers of the command are absent",
    [COMMAND_LENGTH_PAGES] = "%Xh or more, a multiple of 1000h",
    [COMMAND_LENGTH_AT_LEAST] = "%Xh or more (query)",
    [COMMAND_LENGTH_PER_SOCKET] =
        "%Xh or more (query); written: %Xh per socket, as far as there is room",
    [COMMAND_LENGTH_AT_LEAST_GUEST] = "that of GUEST, or more (query)",
    [COMMAND_LENGTH_SAME_AS_GUEST] = "that of GUEST",
    [COMMAND_LENGTH_BLOCKS] = "multiple of 10h, not 0, at most %Xh",
    [COMMAND_LENGTH_IMAGE] = "1h to %Xh",
    [COMMAND_LENGTH_AMD_CHAIN] = "680h or C80h: an ASK and an ARK of 2048 or 4096 bits",
    [COMMAND_LENGTH_WORDS] = "a count of 4-byte words, not 0, at most %Xh bytes",
    [COMMAND_LENGTH_FIXED] = "always %Xh",
    [COMMAND_LENGTH_PAGE] = "1000h; 200000h if bit 0 of the field is set",
};

/** Prints which lengths a buffer may have. */
static void print_rule(const struct command_buffer *buffer)
{
    const char *rule;
    const char *number;

    if ((size_t)buffer->rule >= sizeof length_rules / sizeof length_rules[0] ||
        length_rules[buffer->rule] == NULL) {
        source_fail("%s: unknown length rule", buffer->name);
    }
    for (rule = length_rules[buffer->rule]; (number = strstr(rule, "%X")) != NULL;
         rule = number + 2) {
        (void)printf("%.*s%X", (int)(number - rule), rule, buffer->length);
    }
    (void)printf("%s", rule);
}

/** Prints when a buffer is there, if that depends on another field. */
static void print_condition(const struct command_row *row, const struct source_structure *structure,
                            const struct command_buffer *buffer)
{
    const struct command_condition *present = &buffer->present;

    if (present->mask != 0) {
        (void)printf("; only if bits %Xh of `%s` are %Xh", present->mask,
                     check_flags_at(row, structure, present->offset)->name, present->value);
    }
}

/** Prints the alignment of a buffer's address. */
static void print_alignment(const struct command_buffer *buffer)
{
    if (buffer->alignment == COMMAND_ALIGNED_TO_LENGTH) {
        (void)printf("its length");
    } else if (buffer->alignment == 1) {
        (void)printf("any");
    } else {
        (void)printf("%Xh", buffer->alignment);
    }
}

/** @return the field that holds a buffer's length, or says which length it has */
static const char *length_field(const struct command_row *row,
                                const struct source_structure *structure,
                                const struct command_buffer *buffer)
{
    return buffer->rule == COMMAND_LENGTH_FIXED
               ? "-"
               : check_flags_at(row, structure, buffer->length_offset)->name;
}

static void print_buffers(const struct command_row *row, const struct source_structure *structure)
{
    static const char *const directions[] = {
        [COMMAND_IN] = "read",
        [COMMAND_OUT] = "written",
        [COMMAND_REGION_READ] = "host memory, read in place",
        [COMMAND_REGION_WRITE] = "host memory, written in place",
        [COMMAND_REGION_READ_WRITE] = "host memory, read and written in place",
        [COMMAND_GUEST_READ] = "guest memory, read under its key",
        [COMMAND_GUEST_WRITE] = "guest memory, written under its key",
        [COMMAND_GUEST_READ_WRITE] = "guest memory, read and written in place",
    };

    if (row->buffers[0].direction == COMMAND_UNUSED) {
        return;
    }
    (void)printf("| buffer | address in | length in | use | length | alignment |\n"
                 "|---|---|---|---|---|---|\n");
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        const struct command_buffer *buffer = &row->buffers[i];

        if (buffer->direction == COMMAND_UNUSED) {
            continue;
        }
        (void)printf("| %s | `%s` | %s | %s | ", buffer->name,
                     check_field_at(row, structure, buffer->paddr_offset, 8)->name,
                     length_field(row, structure, buffer), directions[buffer->direction]);
        print_rule(buffer);
        print_condition(row, structure, buffer);
        (void)printf(" | ");
        print_alignment(buffer);
        (void)printf(" |\n");
    }
    (void)printf("\n");
}

/** @return the value of a status whose name has been checked */
static uint32_t status_value(const char *name)
{
    static const struct {
        const char *name;
        uint32_t value;
    } statuses[] = {
#define PRINT_STATUS(name, value) {#name, (value)},
        SEV_STATUS_LIST(PRINT_STATUS)
#undef PRINT_STATUS
    };

    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if (strcmp(statuses[i].name, name) == 0) {
            return statuses[i].value;
        }
    }
    source_fail("unknown status %s", name);
}

void print_command(const struct command_row *row, const struct source_structure *structure,
                   const struct source_comment *comment)
{
    (void)printf("## %s (%03Xh)\n\n%s\n\n", row->name, row->id, comment->summary);
    const char *page = row->needs_snp ? "snp.md" : "specification.md";
    (void)printf("- section: %s ([%s](%s))\n", row->section, page, page);
    (void)printf("- handler: [%s](../%s)\n", print_handler_path(row), print_handler_path(row));
    (void)printf("- platform states: ");
    print_states(row);
    (void)printf("\n");
    if (row->guest_states != 0) {
        (void)printf("- guest states: ");
        print_guest_states(row);
        (void)printf("%s\n", row->needs_active ? "; the guest must be active" : "");
    }
    (void)printf("\n");
    print_parameters(row, structure);
    print_buffers(row, structure);
    (void)printf("| status | value | cause |\n|---|---|---|\n");
    for (size_t i = 0; i < comment->count; i++) {
        (void)printf("| %s | %04Xh | %s |\n", comment->statuses[i].name,
                     status_value(comment->statuses[i].name), comment->statuses[i].cause);
    }
    (void)printf("\n");
}
