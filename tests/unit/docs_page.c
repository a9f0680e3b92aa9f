/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docs/layouts.md (docs_page.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/docs_page.h"

char docs_page[0x10000];

int docs_page_read(void **state)
{
    FILE *file = fopen("docs/layouts.md", "r");

    (void)state;
    assert_non_null(file);
    const size_t length = fread(docs_page, 1, sizeof docs_page - 1, file);
    docs_page[length] = '\0';
    (void)fclose(file);
    return length < sizeof docs_page - 1 ? 0 : -1;
}

const char *docs_page_rows(const char *from)
{
    const char *rule = strstr(from, "\n|---|");

    return rule == NULL ? NULL : strchr(rule + 1, '\n') + 1;
}

const char *docs_page_number(const char *text, size_t *number)
{
    char *end;

    *number = strtoul(text, &end, 16);
    if (*end == 'h') {
        end++;
    } else {
        *number = strtoul(text, &end, 10);
    }
    return strncmp(end, " | ", 3) == 0 ? end + 3 : NULL;
}
