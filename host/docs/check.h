/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comparison of a row of the command table with what the sources say about the command. A difference
 * ends the program, so that the documentation is either right or not made.
 */
#ifndef HOST_DOCS_CHECK_H
#define HOST_DOCS_CHECK_H

#include "firmware/command_table.h"
#include "host/docs/source.h"

/**
 * Resolves tags that hold for some commands only: "I; SEND: IO" is IO for SEND_UPDATE_DATA and I for
 * LAUNCH_UPDATE_SECRET, which share a structure. The condition is the beginning of the name.
 */
void check_resolve_tags(const struct command_row *row, struct source_structure *structure);

/**
 * Parameters: size, and which fields the row writes back: those tagged O or IO, no others. Addresses
 * and lengths of the buffers must be fields.
 */
void check_structure(const struct command_row *row, const struct source_structure *structure);

/** Statuses: those of the row's mask, each once, no others; SUCCESS first. */
void check_statuses(const struct command_row *row, const struct source_comment *comment);

/** @return the field that starts at an offset; none ends the program */
const struct source_field *check_field_at(const struct command_row *row,
                                          const struct source_structure *structure, uint32_t offset,
                                          uint32_t length);

/** As check_field_at(), for a word of flags: a u32, or the low half of a u64. */
const struct source_field *check_flags_at(const struct command_row *row,
                                          const struct source_structure *structure,
                                          uint32_t offset);

#endif
