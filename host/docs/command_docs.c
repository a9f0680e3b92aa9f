/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes docs/commands.md to standard output (make docs): every command of the table, with its
 * parameters, buffers and statuses. The table says what is, the sources say why: a command whose
 * row, parameter structure and comment do not agree ends the program.
 *
 * usage: command-docs      in the root of the source tree
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "abi/sev_command_id.h"
#include "abi/snp_command_id.h"
#include "host/docs/check.h"
#include "host/docs/print.h"

static const char *const structures_paths[] = {"abi/sev_commands.h", "abi/snp_commands.h"};

static const char introduction[] =
    "<!-- Written by `make docs` from the command table. Do not edit. -->\n"
    "# Commands\n"
    "\n"
    "Every command this firmware serves: SEV firmware API %u.%u, build %u; it says %u.%u on chips\n"
    "without SEV-SNP. How a command gets to the firmware, what holds for all of them, and the "
    "order\n"
    "of the checks is in [mailbox.md](mailbox.md); what the sections stand for is in\n"
    "[specification.md](specification.md), those of SNP in [snp.md](snp.md).\n"
    "\n"
    "Numbers are hexadecimal where they end in h; integers in memory are little-endian. A length\n"
    "marked *query* is written back when it is too small: the command then fails with\n"
    "INVALID_LENGTH, and the parameters hold the length that is needed. Fields marked *out* are\n"
    "written when the command succeeds. Fields marked as ignored should be 0.\n"
    "\n"
    "| id | command | section | parameters | platform states | guest states | active |\n"
    "|---|---|---|---|---|---|---|\n";

static const struct {
    const char *name;
    uint32_t id;
} all_commands[] = {
#define DOCS_COMMAND(name, id) {#name, id},
    SEV_COMMAND_LIST(DOCS_COMMAND)
#undef DOCS_COMMAND
#define DOCS_COMMAND(name, id) {"SNP_" #name, id},
        SNP_COMMAND_LIST(DOCS_COMMAND)
#undef DOCS_COMMAND
};

#define ROWS_MAX 128u

/** All rows, in the order of their ids. */
static const struct command_row *rows[ROWS_MAX];
static size_t row_count;

/** Fills in ROWS. */
static void collect_rows(void)
{
    const struct command_row *row;

    for (row_count = 0; (row = command_table_at(row_count)) != NULL; row_count++) {
        size_t place = row_count;

        if (row_count == ROWS_MAX) {
            source_fail("the table has too many rows");
        }
        for (; place > 0 && rows[place - 1]->id > row->id; place--) {
            rows[place] = rows[place - 1];
        }
        rows[place] = row;
    }
}

/** The table of all commands that are served. */
static void print_overview(void)
{
    for (size_t i = 0; i < row_count; i++) {
        const struct command_row *row = rows[i];

        (void)printf("| %03Xh | [%s](#", row->id, row->name);
        for (const char *at = row->name; *at != '\0'; at++) {
            (void)putchar(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
        }
        (void)printf("-%03xh) | %s | ", row->id, row->section);
        if (row->size == 0) {
            (void)printf("none");
        } else {
            (void)printf("%02Xh bytes", row->size);
        }
        (void)printf(" | ");
        print_states(row);
        (void)printf(" | ");
        print_guest_states(row);
        (void)printf(" | %s |\n", row->needs_active ? "yes" : "-");
    }
}

/** Commands of the API that this firmware does not serve. */
static void print_missing(void)
{
    const char *separator = "";
    bool any = false;

    for (size_t i = 0; i < sizeof all_commands / sizeof all_commands[0]; i++) {
        if (command_table_find(all_commands[i].id) != NULL) {
            continue;
        }
        if (!any) {
            (void)printf("\nNot served yet, answered with INVALID_COMMAND (0011h): ");
        }
        (void)printf("%s%s (%03Xh)", separator, all_commands[i].name, all_commands[i].id);
        separator = ", ";
        any = true;
    }
    (void)printf(any ? ".\n\n" : "\n");
}

/** One command: reads what the sources say, compares, prints. */
static void document(const struct command_row *row, const char *structures)
{
    static struct source_structure structure;
    static struct source_comment comment;

    structure.count = 0;
    source_parse_comment(print_handler_path(row), row->name, &comment);
    check_statuses(row, &comment);
    if (row->size != 0) {
        if (row->structure == NULL) {
            source_fail("%s has parameters but names no structure", row->name);
        }
        source_parse_structure(structures, row->structure, &structure);
        check_resolve_tags(row, &structure);
        check_structure(row, &structure);
    }
    print_command(row, &structure, &comment);
}

int main(void)
{
    static char structures[2][SOURCE_BYTES_MAX];

    collect_rows();
    for (size_t i = 0; i < 2; i++) {
        source_read(structures_paths[i], structures[i]);
    }
    (void)printf(introduction, SNP_API_MAJOR, SNP_API_MINOR, SEV_BUILD, SEV_API_MAJOR,
                 SEV_API_MINOR);
    print_overview();
    print_missing();
    for (size_t i = 0; i < row_count; i++) {
        document(rows[i], structures[rows[i]->needs_snp ? 1 : 0]);
    }
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        source_fail("cannot write to standard output");
    }
    return EXIT_SUCCESS;
}
