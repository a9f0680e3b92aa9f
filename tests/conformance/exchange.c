/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was sent and answered last (exchange.h).
 */
#include "tests/conformance/exchange.h"

#include <stdbool.h>
#include <string.h>

#include "abi/sev_status.h"
#include "host/lib/sev.h"
#include "tests/conformance/rows.h"

#define KEPT 6u
#define BYTES_A_LINE 16u
#define NOTHING_EXPECTED (-2)

static struct exchange kept[KEPT];
static size_t count;
static int expected = NOTHING_EXPECTED;
static bool wants_wbinvd; /* Ever: cases do not begin anew. */

void exchange_begin(void)
{
    count = 0;
    expected = NOTHING_EXPECTED;
}

void exchange_sent(uint32_t id, uint64_t paddr, const void *parameters, size_t length)
{
    struct exchange *exchange = &kept[count++ % KEPT];

    *exchange = (struct exchange){.id = id, .paddr = paddr, .status = EXCHANGE_NO_ANSWER};
    if (parameters != NULL && length <= sizeof exchange->parameters) {
        memcpy(exchange->parameters, parameters, length);
        exchange->length = length;
    }
    expected = NOTHING_EXPECTED;
}

void exchange_answered(int status)
{
    if (count != 0) {
        kept[(count - 1) % KEPT].status = status;
    }
    wants_wbinvd = wants_wbinvd || status == SEV_STATUS_WBINVD_REQUIRED;
}

bool exchange_wants_wbinvd(void)
{
    return wants_wbinvd;
}

void exchange_expected(int status)
{
    expected = status;
}

const struct exchange *exchange_last(size_t back)
{
    return back < count && back < KEPT ? &kept[(count - 1 - back) % KEPT] : NULL;
}

/** The name of a command, also one of SEV-SNP's. */
static const char *name_of(uint32_t id)
{
    const struct row *row = row_find(id);

    return row != NULL ? row->name : sev_command_name(id);
}

static void print_status(FILE *file, const char *label, int status)
{
    if (status == EXCHANGE_NO_ANSWER) {
        (void)fprintf(file, "%s nothing\n", label);
    } else {
        (void)fprintf(file, "%s %s (%xh)\n", label, row_status_name((uint32_t)status),
                      (unsigned)status);
    }
}

static void print_section(FILE *file, uint32_t id)
{
    const struct row *row = row_find(id);

    if (row != NULL) {
        (void)fprintf(file, "section    %s (%s) of docs/%s.md\n", row->section, row->name,
                      strncmp(row->section, "SNP", 3) == 0 ? "snp" : "specification");
    }
}

static void print_documented(FILE *file, uint32_t id)
{
    const struct row *row = row_find(id);

    if (row == NULL) {
        return;
    }
    (void)fprintf(file, "documented");
    for (uint32_t status = 0; status < 64; status++) {
        if ((row->statuses >> status & 1u) != 0) {
            (void)fprintf(file, " %s", row_status_name(status));
        }
    }
    (void)fprintf(file, "\n");
}

static void print_exchange(FILE *file, const struct exchange *exchange)
{
    (void)fprintf(file, "command    %s (%03xh)", name_of(exchange->id), exchange->id);
    if (exchange->paddr != 0) {
        (void)fprintf(file, ", parameters at %llxh", (unsigned long long)exchange->paddr);
    }
    (void)fprintf(file, "\n");
    for (size_t i = 0; i < exchange->length; i++) {
        if (i % BYTES_A_LINE == 0) {
            (void)fprintf(file, "%s %02zx:", i == 0 ? "parameters" : "          ", i);
        }
        (void)fprintf(file, " %02x%s", exchange->parameters[i],
                      i % BYTES_A_LINE == BYTES_A_LINE - 1 || i + 1 == exchange->length ? "\n"
                                                                                        : "");
    }
    print_status(file, "answered  ", exchange->status);
}

void exchange_explain(FILE *file, uint32_t command)
{
    const struct exchange *last = exchange_last(0);
    const struct exchange *before;
    /* A wrong status is the last command's; else the last may only have been a question. */
    const bool is_last = last != NULL && (expected != NOTHING_EXPECTED || command == 0 ||
                                          last->status == EXCHANGE_NO_ANSWER);
    const uint32_t subject = is_last ? last->id : command;

    print_section(file, subject);
    if (last == NULL) {
        return;
    }
    size_t back = 0;
    while (!is_last && exchange_last(back) != NULL && exchange_last(back)->id != subject) {
        back++;
    }
    back = exchange_last(back) != NULL ? back : 0;
    print_exchange(file, exchange_last(back));
    if (expected != NOTHING_EXPECTED) {
        print_status(file, "expected  ", expected);
    }
    print_documented(file, exchange_last(back)->id);
    for (size_t i = 0; (before = exchange_last(i)) != NULL; i++) {
        if (i != back) {
            (void)fprintf(file, "%s %s (%03xh): %s\n", i < back ? "after it  " : "before it ",
                          name_of(before->id), before->id,
                          before->status == EXCHANGE_NO_ANSWER
                              ? "nothing"
                              : row_status_name((uint32_t)before->status));
        }
    }
}
