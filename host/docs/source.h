/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What docs/commands.md takes from the sources: the fields of a command's parameters
 * (abi/sev_commands.h) and the comment at the head of its handler (firmware/sev/NAME.c). A source
 * that is not written as expected ends the program: better no documentation than a wrong one.
 */
#ifndef HOST_DOCS_SOURCE_H
#define HOST_DOCS_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#define SOURCE_BYTES_MAX 0x20000u
#define SOURCE_TEXT_MAX 1024u
#define SOURCE_FIELDS_MAX 16u
#define SOURCE_STATUSES_MAX 32u

/** One member of a structure. */
struct source_field {
    char name[48];
    uint32_t offset;               /**< In bytes; structures are packed. */
    uint32_t length;               /**< In bytes. */
    char tag[4];                   /**< "I", "O", "IO", or "" for a reserved one. */
    char comment[SOURCE_TEXT_MAX]; /**< What follows the tag. */
};

struct source_structure {
    struct source_field fields[SOURCE_FIELDS_MAX];
    size_t count;
    uint32_t length; /**< Of the whole, in bytes. */
};

/** One line "STATUS  cause" of a handler's comment. */
struct source_status {
    char name[32];
    char cause[SOURCE_TEXT_MAX];
};

/** The comment at the head of a handler's file. */
struct source_comment {
    char summary[SOURCE_TEXT_MAX]; /**< What the command does, on one line. */
    struct source_status statuses[SOURCE_STATUSES_MAX];
    size_t count;
};

/**
 * Reads a whole text file.
 *
 * @param path       its name
 * @param[out] text  SOURCE_BYTES_MAX bytes, terminated; longer files end the program
 */
void source_read(const char *path, char *text);

/**
 * Finds a structure and reads its fields.
 *
 * @param text            of abi/sev_commands.h
 * @param name            of the structure, without "struct"
 * @param[out] structure  its fields in order
 */
void source_parse_structure(const char *text, const char *name, struct source_structure *structure);

/**
 * Reads the comment at the head of a handler's file: "COMMAND (section N): summary", an empty line,
 * then "  STATUS  cause" with continuation lines further in.
 *
 * @param path          name of the file
 * @param command       the command's name, which the comment must begin with
 * @param[out] comment  its parts
 */
void source_parse_comment(const char *path, const char *command, struct source_comment *comment);

/** Appends to a terminated text of @p bytes bytes; a text that does not fit ends the program. */
void source_append(char *text, size_t bytes, const char *more, size_t length);

/** Prints "command-docs: ", the reason and the end of the line to standard error; exits with 1. */
_Noreturn void source_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
