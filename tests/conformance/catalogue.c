/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The catalogue of cases (catalogue.h).
 */
#include "tests/conformance/catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "host/lib/sev.h"
#include "tests/conformance/rows.h"

#define LINES_MAX 4096u
#define LINE_BYTES 2048u

/* One entry per line of the file: a case with several commands has several. */
static struct catalogue_entry *lines;
static size_t line_count;

static bool read_needs(char *text, unsigned *needs)
{
    char *word;

    *needs = 0;
    while (strcmp(text != NULL ? text : "-", "-") != 0 && (word = strsep(&text, ",")) != NULL) {
        size_t i = 0;

        while (i < NEEDS_COUNT && strcmp(need_name(i), word) != 0) {
            i++;
        }
        if (i == NEEDS_COUNT) {
            return false;
        }
        *needs |= 1u << i;
    }
    return true;
}

static bool read_statuses(char *text, uint64_t *statuses)
{
    char *word;

    *statuses = 0;
    while (strcmp(text != NULL ? text : "-", "-") != 0 && (word = strsep(&text, ",")) != NULL) {
        uint32_t status = 0;

        while (status < 64 && strcmp(row_status_name(status), word) != 0) {
            status++;
        }
        if (status == 64) {
            return false;
        }
        *statuses |= 1ull << status;
    }
    return true;
}

static bool read_line(struct catalogue_entry *entry, char *line)
{
    const char *id = strsep(&line, "\t\n");
    const char *command = strsep(&line, "\t\n");
    char *statuses = strsep(&line, "\t\n");
    char *needs = strsep(&line, "\t\n");

    if (id == NULL || command == NULL || statuses == NULL || needs == NULL) {
        return false;
    }
    const char *slash = strchr(command, '/');
    *entry = (struct catalogue_entry){
        .command = slash != NULL ? (uint32_t)strtoul(slash + 1, NULL, 16) : 0,
    };
    return snprintf(entry->id, sizeof entry->id, "%s", id) < (int)sizeof entry->id &&
           read_statuses(statuses, &entry->statuses) && read_needs(needs, &entry->needs);
}

bool catalogue_read(const char *path)
{
    FILE *file = fopen(path, "r");
    char line[LINE_BYTES];

    lines = calloc(LINES_MAX, sizeof *lines);
    if (file == NULL || lines == NULL) {
        (void)fprintf(stderr, "conformance: %s: cannot be read\n", path);
        return false;
    }
    while (fgets(line, sizeof line, file) != NULL) {
        if (line_count == LINES_MAX || !read_line(&lines[line_count], line)) {
            (void)fprintf(stderr, "conformance: %s: line %zu is not of a case\n", path,
                          line_count + 1);
            (void)fclose(file);
            return false;
        }
        line_count++;
    }
    (void)fclose(file);
    return line_count != 0;
}

const struct catalogue_entry *catalogue_find(const char *id)
{
    for (size_t i = 0; i < line_count; i++) {
        if (strcmp(lines[i].id, id) == 0) {
            return &lines[i];
        }
    }
    return NULL;
}

/** Whether the line begins another case than the one before. */
static bool is_first(size_t i)
{
    return i == 0 || strcmp(lines[i].id, lines[i - 1].id) != 0;
}

/** Whether the line begins a case that is printed. */
static bool is_chosen(const struct catalogue_choice *choice, size_t i)
{
    return is_first(i) && (lines[i].needs & choice->without) == 0 &&
           choice->is_wanted(choice->context, lines[i].id);
}

bool catalogue_has(const struct catalogue_choice *choice)
{
    size_t i = 0;

    while (i < line_count && !is_chosen(choice, i)) {
        i++;
    }
    return i < line_count;
}

void catalogue_print(const struct catalogue_choice *choice)
{
    for (size_t i = 0; i < line_count; i++) {
        if (is_chosen(choice, i)) {
            (void)printf("%s\n", lines[i].id);
        }
    }
}

static void print_statuses(uint64_t statuses)
{
    const char *between = "";

    (void)printf("[");
    for (uint32_t status = 0; status < 64; status++) {
        if ((statuses >> status & 1u) != 0) {
            (void)printf("%s\"%s\"", between, row_status_name(status));
            between = ", ";
        }
    }
    (void)printf("]");
}

static void print_command(const struct catalogue_entry *entry)
{
    const struct row *row = row_find(entry->command);

    if (entry->command == 0) {
        (void)printf(
            "\"command\": null, \"command_id\": null, \"section\": null, \"statuses\": []");
        return;
    }
    (void)printf("\"command\": \"%s\", \"command_id\": %u, ",
                 row != NULL ? row->name : sev_command_name(entry->command), entry->command);
    if (row != NULL) {
        (void)printf("\"section\": \"%s\", ", row->section);
    } else {
        (void)printf("\"section\": null, ");
    }
    (void)printf("\"statuses\": ");
    print_statuses(entry->statuses);
}

static void print_needs(unsigned needs)
{
    const char *between = "";

    (void)printf("[");
    for (size_t i = 0; i < NEEDS_COUNT; i++) {
        if ((needs >> i & 1u) != 0) {
            (void)printf("%s\"%s\"", between, need_name(i));
            between = ", ";
        }
    }
    (void)printf("]");
}

/** Prints the case that begins with a line. */
static void print_case(size_t i)
{
    const struct catalogue_entry *entry = &lines[i];

    (void)printf("\n    {\"id\": \"%s\", ", entry->id);
    print_command(entry);
    (void)printf(", \"needs\": ");
    print_needs(entry->needs);
    (void)printf(", \"also\": [");
    for (i++; i < line_count && !is_first(i); i++) {
        (void)printf("%s{", &lines[i] == entry + 1 ? "" : ", ");
        print_command(&lines[i]);
        (void)printf("}");
    }
    (void)printf("]}");
}

void catalogue_print_json(const char *suite_name, const struct catalogue_choice *choice)
{
    const char *between = "";

    (void)printf("{\n  \"suite\": \"%s\",\n  \"cases\": [", suite_name);
    for (size_t i = 0; i < line_count; i++) {
        if (is_chosen(choice, i)) {
            (void)printf("%s", between);
            print_case(i);
            between = ",";
        }
    }
    (void)printf("\n  ]\n}\n");
}
