/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware's command table as the suite sees it: read from the text that
 * tools/command_table_dump.c prints, so that the suite shares no code with the firmware.
 */
#ifndef TESTS_CONFORMANCE_ROWS_H
#define TESTS_CONFORMANCE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROWS_MAX 128u
#define ROW_BUFFERS_MAX 8u
#define ROW_PARAMETERS_MAX 0x80u
#define ROW_TEXT_MAX 40u

enum row_direction {
    ROW_IN,     /**< The command reads it. */
    ROW_OUT,    /**< The command writes it. */
    ROW_REGION, /**< Host memory that the firmware keeps. */
    ROW_GUEST,  /**< Guest memory. */
};

/** Which lengths are right; the names are those of firmware/command.h. */
enum row_rule {
    ROW_EXACT,
    ROW_EXACT_OR_NONE,
    ROW_PAGES,
    ROW_AT_LEAST,
    ROW_PER_SOCKET,
    ROW_AT_LEAST_GUEST,
    ROW_SAME_AS_GUEST,
    ROW_BLOCKS,
    ROW_IMAGE,
    ROW_AMD_CHAIN,
    ROW_WORDS,
    ROW_FIXED,
    ROW_PAGE,
};

struct row_buffer {
    char name[ROW_TEXT_MAX];
    enum row_direction direction;
    enum row_rule rule;
    uint32_t length;
    uint32_t alignment; /**< 0 = to its own length. */
    uint32_t paddr_offset;
    uint32_t length_offset;
    uint32_t
        present_offset; /**< There only if the u32 there has PRESENT_VALUE in the bits of the mask. */
    uint32_t present_mask; /**< 0 = always there. */
    uint32_t present_value;
    bool written;         /**< By the firmware. */
    uint32_t page_states; /**< That it needs, bit n = enum x86_rmp_state n; 0 = by its direction. */
};

struct row {
    uint32_t id;
    char name[ROW_TEXT_MAX];
    char section[ROW_TEXT_MAX];
    uint32_t size;            /**< Of the parameters; 0 = none. */
    uint32_t platform_states; /**< Bit n = enum sev_platform_state n, or SEV-SNP's. */
    uint32_t guest_states;    /**< Bit n = enum sev_guest_state n, or SEV-SNP's. */
    uint32_t handle_offset;
    bool needs_active;
    bool has_length;   /**< The parameters begin with their length: at least SIZE. */
    uint64_t statuses; /**< Bit n = enum sev_status n. */
    size_t buffer_count;
    struct row_buffer buffers[ROW_BUFFERS_MAX];
};

extern struct row rows[ROWS_MAX];
extern size_t row_count;

/** Reads the table from a file; says on standard error what is wrong when it returns false. */
bool rows_read(const char *path) __attribute__((warn_unused_result));

/** The same for SEV-SNP's commands, whose states are others. */
bool rows_read_snp(const char *path) __attribute__((warn_unused_result));

/** @return the row of a command, or NULL when the firmware does not have the command */
const struct row *row_find(uint32_t id);

/** @return the table's name for a status */
const char *row_status_name(uint32_t status);

/** @return whether the rule is one of those that write the needed length back */
bool row_is_query(const struct row_buffer *buffer);

#endif
