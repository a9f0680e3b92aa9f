/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints the firmware's command table as text, one line per command, for programs that must know every
 * command without being linked with the firmware (tests/conformance/rows.h reads it): SEV's commands,
 * or with the argument "snp" those of SEV-SNP.
 *
 * The fields are separated by tabs: id, name, section, size of the parameters, states of the platform,
 * of the guest, both of the command's own API, offset of the field that names the guest, "active" if
 * it must be and "length" if the parameters begin with theirs, statuses, buffers, Out fields. Lists
 * are separated by commas, the parts of a buffer by colons; "-" is nothing. The last parts of a buffer
 * are the field, mask and value that say when it is there; r, w or rw; and, where that does not say it,
 * the states in the RMP that its pages may have, with + between them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/snp_state.h"
#include "firmware/command_table.h"

/** Text of an enumerator. */
struct name {
    uint32_t value;
    const char *text;
};

static const struct name platform_states[] = {
    {SEV_PLATFORM_UNINIT, "UNINIT"},
    {SEV_PLATFORM_INIT, "INIT"},
    {SEV_PLATFORM_WORKING, "WORKING"},
};

static const struct name guest_states[] = {
    {SEV_GUEST_LUPDATE, "LUPDATE"}, {SEV_GUEST_LSECRET, "LSECRET"}, {SEV_GUEST_RUNNING, "RUNNING"},
    {SEV_GUEST_SUPDATE, "SUPDATE"}, {SEV_GUEST_RUPDATE, "RUPDATE"}, {SEV_GUEST_SENT, "SENT"},
};

static const struct name snp_platform_states[] = {
    {SNP_PLATFORM_UNINIT, "UNINIT"},
    {SNP_PLATFORM_INIT, "INIT"},
};

static const struct name snp_guest_states[] = {
    {SNP_GUEST_INIT, "INIT"},
    {SNP_GUEST_LAUNCH, "LAUNCH"},
    {SNP_GUEST_RUNNING, "RUNNING"},
};

static const struct name statuses[] = {
#define STATUS_NAME(name, value) {value, #name},
    SEV_STATUS_LIST(STATUS_NAME)
#undef STATUS_NAME
};

static const struct name directions[] = {
    {COMMAND_IN, "IN"},
    {COMMAND_OUT, "OUT"},
    {COMMAND_REGION_READ, "REGION"},
    {COMMAND_REGION_WRITE, "REGION"},
    {COMMAND_REGION_READ_WRITE, "REGION"},
    {COMMAND_GUEST_READ, "GUEST"},
    {COMMAND_GUEST_WRITE, "GUEST"},
    {COMMAND_GUEST_READ_WRITE, "GUEST"},
};

static const struct name rules[] = {
    {COMMAND_LENGTH_EXACT, "EXACT"},
    {COMMAND_LENGTH_EXACT_OR_NONE, "EXACT_OR_NONE"},
    {COMMAND_LENGTH_PAGES, "PAGES"},
    {COMMAND_LENGTH_AT_LEAST, "AT_LEAST"},
    {COMMAND_LENGTH_PER_SOCKET, "PER_SOCKET"},
    {COMMAND_LENGTH_AT_LEAST_GUEST, "AT_LEAST_GUEST"},
    {COMMAND_LENGTH_SAME_AS_GUEST, "SAME_AS_GUEST"},
    {COMMAND_LENGTH_BLOCKS, "BLOCKS"},
    {COMMAND_LENGTH_IMAGE, "IMAGE"},
    {COMMAND_LENGTH_AMD_CHAIN, "AMD_CHAIN"},
    {COMMAND_LENGTH_WORDS, "WORDS"},
    {COMMAND_LENGTH_FIXED, "FIXED"},
    {COMMAND_LENGTH_PAGE, "PAGE"},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/** Text of VALUE; a value without one ends the program, so that no enumerator is forgotten. */
static const char *text_of(const struct name *names, size_t count, uint32_t value)
{
    for (size_t i = 0; i < count; i++) {
        if (names[i].value == value) {
            return names[i].text;
        }
    }
    (void)fprintf(stderr, "command_table_dump: no text for the value %u\n", value);
    exit(EXIT_FAILURE);
}

/** Prints the names whose bits are set. */
static void print_names(const struct name *names, size_t count, uint64_t set, const char *between)
{
    const char *separator = "";

    for (uint32_t bit = 0; bit < 64; bit++) {
        if ((set >> bit & 1u) != 0) {
            (void)printf("%s%s", separator, text_of(names, count, bit));
            separator = between;
        }
    }
    (void)printf("%s", set == 0 ? "-" : "");
}

/** Prints a field that is such a set. */
static void print_set(const struct name *names, size_t count, uint64_t set)
{
    print_names(names, count, set, ",");
    (void)printf("\t");
}

static const struct name page_states[] = {
    {RMP_DEFAULT, "DEFAULT"},         {RMP_HYPERVISOR, "HYPERVISOR"},
    {RMP_HV_FIXED, "HV_FIXED"},       {RMP_FIRMWARE, "FIRMWARE"},
    {RMP_RECLAIM, "RECLAIM"},         {RMP_CONTEXT, "CONTEXT"},
    {RMP_METADATA, "METADATA"},       {RMP_PRE_GUEST, "PRE_GUEST"},
    {RMP_PRE_SWAP, "PRE_SWAP"},       {RMP_GUEST_INVALID, "GUEST_INVALID"},
    {RMP_GUEST_VALID, "GUEST_VALID"},
};

/** What may be done to a buffer's memory, by HOSTMEM_* bits. */
static const char *const accesses[] = {"-", "r", "w", "rw"};

static void print_buffers(const struct command_row *row)
{
    const char *separator = "";

    for (size_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        const struct command_buffer *buffer = &row->buffers[i];

        if (buffer->direction == COMMAND_UNUSED) {
            continue;
        }
        (void)printf("%s%s:%s:%s:%u:%u:%u:%u:%u:%u:%u:%s:", separator, buffer->name,
                     text_of(directions, COUNT(directions), buffer->direction),
                     text_of(rules, COUNT(rules), buffer->rule), buffer->length, buffer->alignment,
                     buffer->paddr_offset, buffer->length_offset, buffer->present.offset,
                     buffer->present.mask, buffer->present.value,
                     accesses[command_access(buffer->direction)]);
        print_names(page_states, COUNT(page_states), buffer->page_states, "+");
        separator = ",";
    }
    (void)printf("%s\t", *separator == '\0' ? "-" : "");
}

static void print_out_fields(const struct command_row *row)
{
    const char *separator = "";

    for (size_t i = 0; i < COMMAND_OUT_FIELDS_MAX; i++) {
        if (row->out[i].length != 0) {
            (void)printf("%s%u:%u", separator, row->out[i].offset, row->out[i].length);
            separator = ",";
        }
    }
    (void)printf("%s\n", *separator == '\0' ? "-" : "");
}

static void print_states(const struct command_row *row)
{
    if (row->needs_snp) {
        print_set(snp_platform_states, COUNT(snp_platform_states), row->snp_states);
        print_set(snp_guest_states, COUNT(snp_guest_states), row->guest_states);
    } else {
        print_set(platform_states, COUNT(platform_states), row->platform_states);
        print_set(guest_states, COUNT(guest_states), row->guest_states);
    }
}

static void print_row(const struct command_row *row)
{
    static const char *const marks[] = {"-", "active", "length", "active,length"};

    (void)printf("%u\t%s\t%s\t%u\t", row->id, row->name, row->section, row->size);
    print_states(row);
    (void)printf("%u\t%s\t", row->guest_offset,
                 marks[(row->needs_active ? 1 : 0) + (row->has_length ? 2 : 0)]);
    print_set(statuses, COUNT(statuses), row->statuses);
    print_buffers(row);
    print_out_fields(row);
}

int main(int argc, char **argv)
{
    const bool snp = argc == 2 && strcmp(argv[1], "snp") == 0;
    const struct command_row *row;

    if (argc > 1 && !snp) {
        (void)fprintf(stderr, "usage: command-table [snp]\n");
        return 2;
    }
    for (size_t i = 0; (row = command_table_at(i)) != NULL; i++) {
        if (row->needs_snp == snp) {
            print_row(row);
        }
    }
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
