/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the command table (rows.h).
 */
#define _GNU_SOURCE
#include "tests/conformance/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/sev_state.h"
#include "abi/sev_status.h"
#include "abi/snp_state.h"
#include "host/x86/rmp.h"

#define FIELDS 11
#define PARTS 12u

struct row rows[ROWS_MAX];
size_t row_count;

struct word {
    const char *text;
    uint32_t value;
};

static const struct word platform_states[] = {
    {"UNINIT", SEV_PLATFORM_UNINIT},
    {"INIT", SEV_PLATFORM_INIT},
    {"WORKING", SEV_PLATFORM_WORKING},
    {NULL, 0},
};

static const struct word guest_states[] = {
    {"LUPDATE", SEV_GUEST_LUPDATE},
    {"LSECRET", SEV_GUEST_LSECRET},
    {"RUNNING", SEV_GUEST_RUNNING},
    {"SUPDATE", SEV_GUEST_SUPDATE},
    {"RUPDATE", SEV_GUEST_RUPDATE},
    {"SENT", SEV_GUEST_SENT},
    {NULL, 0},
};

static const struct word snp_platform_states[] = {
    {"UNINIT", SNP_PLATFORM_UNINIT},
    {"INIT", SNP_PLATFORM_INIT},
    {NULL, 0},
};

static const struct word snp_guest_states[] = {
    {"INIT", SNP_GUEST_INIT},
    {"LAUNCH", SNP_GUEST_LAUNCH},
    {"RUNNING", SNP_GUEST_RUNNING},
    {NULL, 0},
};

/** The states of one API. */
struct states {
    const struct word *platform;
    const struct word *guest;
};

static const struct word statuses[] = {
#define STATUS_WORD(name, value) {#name, value},
    SEV_STATUS_LIST(STATUS_WORD)
#undef STATUS_WORD
        {NULL, 0},
};

static const struct word directions[] = {
    {"IN", ROW_IN}, {"OUT", ROW_OUT}, {"REGION", ROW_REGION}, {"GUEST", ROW_GUEST}, {NULL, 0},
};

static const struct word page_states[] = {
    {"DEFAULT", X86_RMP_DEFAULT},         {"HYPERVISOR", X86_RMP_HYPERVISOR},
    {"HV_FIXED", X86_RMP_HV_FIXED},       {"FIRMWARE", X86_RMP_FIRMWARE},
    {"RECLAIM", X86_RMP_RECLAIM},         {"CONTEXT", X86_RMP_CONTEXT},
    {"METADATA", X86_RMP_METADATA},       {"PRE_GUEST", X86_RMP_PRE_GUEST},
    {"PRE_SWAP", X86_RMP_PRE_SWAP},       {"GUEST_INVALID", X86_RMP_GUEST_INVALID},
    {"GUEST_VALID", X86_RMP_GUEST_VALID}, {NULL, 0},
};

static const struct word rules[] = {
    {"EXACT", ROW_EXACT},
    {"EXACT_OR_NONE", ROW_EXACT_OR_NONE},
    {"PAGES", ROW_PAGES},
    {"AT_LEAST", ROW_AT_LEAST},
    {"PER_SOCKET", ROW_PER_SOCKET},
    {"AT_LEAST_GUEST", ROW_AT_LEAST_GUEST},
    {"SAME_AS_GUEST", ROW_SAME_AS_GUEST},
    {"BLOCKS", ROW_BLOCKS},
    {"IMAGE", ROW_IMAGE},
    {"AMD_CHAIN", ROW_AMD_CHAIN},
    {"WORDS", ROW_WORDS},
    {"FIXED", ROW_FIXED},
    {"PAGE", ROW_PAGE},
    {NULL, 0},
};

/** Whether TEXT is one of the words; sets VALUE. */
static bool look_up(const struct word *words, const char *text, uint32_t *value)
{
    for (; words->text != NULL; words++) {
        if (strcmp(words->text, text) == 0) {
            *value = words->value;
            return true;
        }
    }
    (void)fprintf(stderr, "command table: unknown word '%s'\n", text);
    return false;
}

/** Reads words as a set of bits. */
static bool read_words(const struct word *words, char *text, const char *between, uint64_t *set)
{
    char *word;

    *set = 0;
    if (strcmp(text, "-") == 0) {
        return true;
    }
    while ((word = strsep(&text, between)) != NULL) {
        uint32_t value;

        if (!look_up(words, word, &value)) {
            return false;
        }
        *set |= 1ull << value;
    }
    return true;
}

static bool read_set(const struct word *words, char *text, uint64_t *set)
{
    return read_words(words, text, ",", set);
}

static uint32_t number(const char *text)
{
    return (uint32_t)strtoul(text, NULL, 10);
}

static bool read_buffer(struct row *row, char *text)
{
    struct row_buffer *buffer = &row->buffers[row->buffer_count++];
    char *parts[PARTS];
    uint32_t direction;
    uint32_t rule;
    uint64_t pages;

    for (size_t i = 0; i < PARTS; i++) {
        parts[i] = strsep(&text, ":");
        if (parts[i] == NULL) {
            return false;
        }
    }
    if (!look_up(directions, parts[1], &direction) || !look_up(rules, parts[2], &rule) ||
        !read_words(page_states, parts[11], "+", &pages)) {
        return false;
    }
    (void)snprintf(buffer->name, sizeof buffer->name, "%s", parts[0]);
    buffer->direction = (enum row_direction)direction;
    buffer->rule = (enum row_rule)rule;
    buffer->length = number(parts[3]);
    buffer->alignment = number(parts[4]);
    buffer->paddr_offset = number(parts[5]);
    buffer->length_offset = number(parts[6]);
    buffer->present_offset = number(parts[7]);
    buffer->present_mask = number(parts[8]);
    buffer->present_value = number(parts[9]);
    buffer->written = strchr(parts[10], 'w') != NULL;
    buffer->page_states = (uint32_t)pages;
    return true;
}

static bool read_buffers(struct row *row, char *text)
{
    char *one;

    if (strcmp(text, "-") == 0) {
        return true;
    }
    while ((one = strsep(&text, ",")) != NULL) {
        if (row->buffer_count == ROW_BUFFERS_MAX || !read_buffer(row, one)) {
            return false;
        }
    }
    return true;
}

static bool read_row(const struct states *states, struct row *row, char *line)
{
    char *fields[FIELDS];
    uint64_t platform;
    uint64_t guest;

    for (size_t i = 0; i < FIELDS; i++) {
        fields[i] = strsep(&line, "\t\n");
        if (fields[i] == NULL) {
            return false;
        }
    }
    *row = (struct row){
        .id = number(fields[0]),
        .size = number(fields[3]),
        .handle_offset = number(fields[6]),
        .needs_active = strstr(fields[7], "active") != NULL,
        .has_length = strstr(fields[7], "length") != NULL,
    };
    (void)snprintf(row->name, sizeof row->name, "%s", fields[1]);
    (void)snprintf(row->section, sizeof row->section, "%s", fields[2]);
    if (row->size > ROW_PARAMETERS_MAX || !read_set(states->platform, fields[4], &platform) ||
        !read_set(states->guest, fields[5], &guest) ||
        !read_set(statuses, fields[8], &row->statuses) || !read_buffers(row, fields[9])) {
        return false;
    }
    row->platform_states = (uint32_t)platform;
    row->guest_states = (uint32_t)guest;
    return true;
}

static bool read_table(const char *path, const struct states *states)
{
    FILE *file = fopen(path, "r");
    char line[2048];

    if (file == NULL) {
        (void)fprintf(stderr, "%s: cannot be read\n", path);
        return false;
    }
    row_count = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        if (row_count == ROWS_MAX || !read_row(states, &rows[row_count], line)) {
            (void)fprintf(stderr, "%s: line %zu is not a row\n", path, row_count + 1);
            (void)fclose(file);
            return false;
        }
        row_count++;
    }
    (void)fclose(file);
    return row_count != 0;
}

bool rows_read(const char *path)
{
    return read_table(path, &(const struct states){platform_states, guest_states});
}

bool rows_read_snp(const char *path)
{
    return read_table(path, &(const struct states){snp_platform_states, snp_guest_states});
}

const struct row *row_find(uint32_t id)
{
    for (size_t i = 0; i < row_count; i++) {
        if (rows[i].id == id) {
            return &rows[i];
        }
    }
    return NULL;
}

const char *row_status_name(uint32_t status)
{
    for (const struct word *word = statuses; word->text != NULL; word++) {
        if (word->value == status) {
            return word->text;
        }
    }
    return "?";
}

bool row_is_query(const struct row_buffer *buffer)
{
    return buffer->rule == ROW_AT_LEAST || buffer->rule == ROW_PER_SOCKET ||
           buffer->rule == ROW_AT_LEAST_GUEST;
}
