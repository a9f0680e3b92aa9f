/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docs/layouts.md as text, for tests that compare its tables with the structures. Programs run from the
 * top of the tree.
 */
#ifndef TESTS_UNIT_DOCS_PAGE_H
#define TESTS_UNIT_DOCS_PAGE_H

#include <stddef.h>

/** The page, terminated; valid after docs_page_read(). */
extern char docs_page[0x10000];

/** Reads the page: setup of a group. */
int docs_page_read(void **state);

/** Steps over "| |---| |" and what is before it. @return the table's first row, or NULL */
const char *docs_page_rows(const char *from);

/**
 * Reads a number, hexadecimal if an h follows, and the end of its cell.
 *
 * @return the next cell, or NULL
 */
const char *docs_page_number(const char *text, size_t *number);

#endif
