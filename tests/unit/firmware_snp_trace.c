/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole launch (firmware_snp_trace.h).
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_hex.h"
#include "tests/unit/firmware_snp_trace.h"

#define PATH "tests/snp/data/launch_trace.txt"
#define LINE_BYTES 512
#define HEX_CHARACTERS (2u * SNP_DIGEST_BYTES)

static enum snp_page_type type_of(const char *name)
{
    static const char *const names[] = {"",           "NORMAL",  "VMSA", "ZERO",
                                        "UNMEASURED", "SECRETS", "CPUID"};
    uint32_t type = SNP_PAGE_CPUID;

    while (type > 0 && strcmp(names[type], name) != 0) {
        type--;
    }
    assert_true(type != 0);
    return (enum snp_page_type)type;
}

static void read_step(const char *line, struct trace_step *step)
{
    char name[16];
    char contents[HEX_CHARACTERS + 1];
    char ld[HEX_CHARACTERS + 1];

    assert_int_equal(sscanf(line, "%15s %" SCNx64 " %96s %96s", name, &step->gpa, contents, ld), 4);
    step->type = type_of(name);
    memset(step->contents, 0, sizeof step->contents);
    if (strcmp(contents, "-") != 0) {
        hex(contents, step->contents, sizeof step->contents);
    }
    hex(ld, step->ld, sizeof step->ld);
}

void trace_read(struct trace_step steps[TRACE_STEPS])
{
    FILE *file = fopen(PATH, "r");
    char line[LINE_BYTES];
    size_t count = 0;

    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (line[0] != '#') {
            assert_true(count < TRACE_STEPS);
            read_step(line, &steps[count++]);
        }
    }
    (void)fclose(file);
    assert_int_equal(count, TRACE_STEPS);
}
