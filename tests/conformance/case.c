/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One case (case.h).
 */
#include "tests/conformance/case.h"

#include <ctype.h>
#include <string.h>

#include "abi/snp_command_id.h"
#include "host/lib/sev.h"
#include "tests/conformance/exchange.h"
#include "tests/conformance/rows.h"

#define COMMANDS_MAX 64u

/** What a case wants of a command. */
struct wish {
    uint32_t id;
    unsigned count;
    uint64_t statuses;
    bool is_own; /**< Asked for by the case itself, not by what helps it. */
};

static struct wish wishes[COMMANDS_MAX];
static size_t wish_count;
static uint32_t about; /* 0 = the case does not say. */

void case_id(char id[CASE_ID_BYTES], const char *group, const char *test)
{
    size_t length = (size_t)snprintf(id, CASE_ID_BYTES, "%s.", group);

    for (; *test != '\0' && length + 1 < CASE_ID_BYTES; test++) {
        if (*test == ':') {
            id[length++] = '.';
        } else if (*test != ' ' || id[length - 1] != '.') {
            id[length++] =
                isalnum((unsigned char)*test) ? (char)tolower((unsigned char)*test) : '_';
        }
    }
    id[length] = '\0';
}

void case_begin(void)
{
    wish_count = 0;
    about = 0;
    exchange_begin();
    needs_begin();
}

void case_about(uint32_t id)
{
    about = id;
}

/** Whether a file holds cases, and not what brings the platform into a state. */
static bool is_of_cases(const char *file)
{
    const char *slash = strrchr(file, '/');
    const char *base = slash != NULL ? slash + 1 : file;

    return strncmp(base, "test_", 5) == 0 || strncmp(base, "every", 5) == 0;
}

/** @return the name of a command; NULL for ids that are none */
static const char *name_of(uint32_t id)
{
    const struct row *row = row_find(id);
    const char *name = sev_command_name(id);

    return row != NULL ? row->name : strchr(name, ' ') == NULL ? name : NULL;
}

/** Whether a command only brings the platform into a state, when a helper gives it. */
static bool is_preparation(uint32_t id)
{
    static const uint32_t ids[] = {
        SEV_COMMAND_INIT,
        SEV_COMMAND_INIT_EX,
        SEV_COMMAND_SHUTDOWN,
        SEV_COMMAND_DF_FLUSH,
        SEV_COMMAND_PEK_GEN,
        SEV_COMMAND_PLATFORM_RESET,
        SEV_COMMAND_PLATFORM_STATUS,
        SNP_COMMAND_INIT_EX,
        SNP_COMMAND_SHUTDOWN_EX,
        SNP_COMMAND_DF_FLUSH,
        SNP_COMMAND_PAGE_RECLAIM,
    };

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        if (ids[i] == id) {
            return true;
        }
    }
    return false;
}

void case_note_status(int status, enum sev_status expected, const char *file)
{
    const struct exchange *last = exchange_last(0);
    const bool is_own = is_of_cases(file);
    size_t i = 0;

    if (last == NULL || last->status != status || name_of(last->id) == NULL ||
        (!is_own && is_preparation(last->id))) {
        return;
    }
    while (i < wish_count && (wishes[i].id != last->id || wishes[i].is_own != is_own)) {
        i++;
    }
    if (i == wish_count && wish_count < COMMANDS_MAX) {
        wishes[wish_count++] = (struct wish){.id = last->id, .is_own = is_own};
    }
    if (i < wish_count) {
        wishes[i].count++;
        wishes[i].statuses |= 1ull << expected;
    }
}

/** Where the case itself asks for anything, what helps it is of no interest. */
static void forget_helpers(void)
{
    size_t kept = 0;
    bool has_own = false;

    for (size_t i = 0; i < wish_count; i++) {
        has_own |= wishes[i].is_own;
    }
    for (size_t i = 0; i < wish_count; i++) {
        if (wishes[i].is_own || !has_own) {
            wishes[kept++] = wishes[i];
        }
    }
    wish_count = kept;
}

/** The row that a case says it is about, or is named after, or NULL. */
static const struct row *named_row(const struct test_group *group, const struct CMUnitTest *test)
{
    const char *colon = strchr(test->name, ':');

    if (about != 0) {
        return row_find(about);
    }
    for (size_t i = 0; i < row_count; i++) {
        const size_t length = strlen(rows[i].name);

        if (strcasecmp(rows[i].name, group->name) == 0 ||
            (colon != NULL && (size_t)(colon - test->name) == length &&
             strncmp(test->name, rows[i].name, length) == 0)) {
            return &rows[i];
        }
    }
    return NULL;
}

/** The most important wish comes first; the rest by id. */
static void arrange(const struct row *named)
{
    for (size_t i = 0; i < wish_count; i++) {
        for (size_t j = i + 1; j < wish_count; j++) {
            const bool is_named = named != NULL && wishes[j].id == named->id;
            const bool is_more =
                named == NULL &&
                (wishes[j].count > wishes[i].count ||
                 (wishes[j].count == wishes[i].count && wishes[j].id < wishes[i].id));
            if (i == 0 ? is_named || is_more : wishes[j].id < wishes[i].id) {
                const struct wish other = wishes[i];

                wishes[i] = wishes[j];
                wishes[j] = other;
            }
        }
    }
}

static void print_wish(FILE *file, const struct wish *wish)
{
    const char *between = "";

    (void)fprintf(file, "%s/%03x\t", name_of(wish->id), wish->id);
    for (uint32_t status = 0; status < 64; status++) {
        if ((wish->statuses >> status & 1u) != 0) {
            (void)fprintf(file, "%s%s", between, row_status_name(status));
            between = ",";
        }
    }
    (void)fprintf(file, "%s\t", *between == '\0' ? "-" : "");
}

static void print_needs(FILE *file)
{
    const char *between = "";

    for (size_t i = 0; i < NEEDS_COUNT; i++) {
        if ((needs_noted() >> i & 1u) != 0) {
            (void)fprintf(file, "%s%s", between, need_name(i));
            between = ",";
        }
    }
    (void)fprintf(file, "%s\n", *between == '\0' ? "-" : "");
}

void case_record(FILE *file, const char *id, const struct test_group *group,
                 const struct CMUnitTest *test)
{
    const struct row *named = named_row(group, test);
    bool is_seen = named == NULL;

    forget_helpers();
    for (size_t i = 0; i < wish_count; i++) {
        is_seen |= named != NULL && wishes[i].id == named->id;
    }
    if (!is_seen && wish_count < COMMANDS_MAX) {
        wishes[wish_count++] = (struct wish){.id = named->id};
    }
    arrange(named);
    for (size_t i = 0; i < wish_count || i == 0; i++) {
        (void)fprintf(file, "%s\t", id);
        if (i < wish_count) {
            print_wish(file, &wishes[i]);
        } else {
            (void)fprintf(file, "-\t-\t");
        }
        print_needs(file);
    }
}
