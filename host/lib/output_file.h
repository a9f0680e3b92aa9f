/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that a tool is told to write. A misspelt name must not cost what stands there: a file of
 * another kind, or one that a chip cannot do without.
 */
#ifndef HOST_LIB_OUTPUT_FILE_H
#define HOST_LIB_OUTPUT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** How files of a kind are known. */
struct output_kind {
    const char *name;   /**< In words, with its article. */
    uint64_t offset;    /**< Of the magic number, in bytes. */
    uint64_t magic;     /**< Little-endian. */
    size_t magic_bytes; /**< At most 8. */
};

/** What flash bank 0 looks like. */
extern const struct output_kind output_flash_bank;
/** A bare firmware image. */
extern const struct output_kind output_image;
/** An image in the file format of AMD-SP firmware. */
extern const struct output_kind output_sbin;
/** A guest that is asleep. */
extern const struct output_kind output_snapshot;
/** A report in JUnit's XML. */
extern const struct output_kind output_xml;
/** A page of HTML. */
extern const struct output_kind output_page;
/** A trace of the reference emulator. */
extern const struct output_kind output_trace;

/**
 * @param path  need not exist; links are followed
 * @return whether the name is that of one of a chip's own files: fuses.bin, nv.img, flash.img,
 *         chip.json, or anything in vendor/ or kds/, in a directory with fuses.bin or nv.img
 */
bool output_is_of_chip(const char *path);

/**
 * Looks at what a file would replace. Changes nothing.
 *
 * @param path  as the user gave it
 * @return NULL when nothing is there, an empty file, or one of the same kind, and it is not one of a
 *         chip's own; else why it must stay, in words
 */
const char *output_refusal(const char *path, const struct output_kind *kind);

/** output_refusal() for text, which may also go to a device or a pipe. */
const char *output_text_refusal(const char *path, const struct output_kind *kind);

#endif
