/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The comment of every handler lists exactly the statuses of the command's row. Run from the top of
 * the tree, as make does.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_table.h"

#include "tests/unit/firmware_board.h"

#define TEXT_MAX 0x10000u

static const struct {
    const char *name;
    uint32_t value;
} names[] = {
#define NAME(name, value) {#name, (value)},
    SEV_STATUS_LIST(NAME)
#undef NAME
};

/** @return the bit of a status name; fails the test when there is no such status */
static uint64_t status_bit(const char *word)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i].name, word) == 0) {
            return 1ull << names[i].value;
        }
    }
    print_message("no status is called %s\n", word);
    fail();
    return 0;
}

/** @return the statuses that the file's first comment lists: lines of " *   NAME  cause" */
static uint64_t listed(const char *path)
{
    static char text[TEXT_MAX];
    FILE *file = fopen(path, "r");
    uint64_t found = 0;
    size_t length;

    if (file == NULL) {
        print_message("%s: no such file\n", path);
        fail();
        return 0;
    }
    length = fread(text, 1, sizeof(text) - 1, file);
    (void)fclose(file);
    text[length] = '\0';
    for (char *line = strtok(text, "\n"); line != NULL && strcmp(line, " */") != 0;
         line = strtok(NULL, "\n")) {
        char word[64];
        if (strncmp(line, " *   ", 5) == 0 && isupper((unsigned char)line[5]) &&
            sscanf(line + 5, "%63[A-Z_0-9]", word) == 1) {
            assert_int_equal(found & status_bit(word), 0); /* Listed once. */
            found |= status_bit(word);
        }
    }
    return found;
}

static void print_difference(const char *path, uint64_t comment, uint64_t row)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const uint64_t bit = 1ull << names[i].value;
        if ((comment & bit) != (row & bit)) {
            print_message("%s: %s is in the %s only\n", path, names[i].name,
                          (comment & bit) != 0 ? "comment" : "row");
        }
    }
}

static void comments_list_the_statuses_of_the_rows(void **state)
{
    const struct command_row *row;
    size_t different = 0;

    (void)state;
    for (size_t i = 0; (row = command_table_at(i)) != NULL; i++) {
        char path[128];
        uint64_t comment;

        (void)snprintf(path, sizeof(path), "firmware/%s/%s.c", row->family->directory,
                       row->name + strlen(row->family->prefix));
        for (size_t c = 0; path[c] != '\0'; c++) {
            path[c] = (char)tolower((unsigned char)path[c]);
        }
        comment = listed(path);
        if (comment != row->statuses) {
            print_difference(path, comment, row->statuses);
            different++;
        }
    }
    assert_int_equal(different, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(comments_list_the_statuses_of_the_rows)};

    return cmocka_run_group_tests_name("handlers' comments", tests, NULL, NULL);
}
