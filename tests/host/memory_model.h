/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of encrypted memory and caches that is as simple as can be: for each page, key and line what
 * is cached, in arrays; DRAM beside it. Nothing is ever evicted unless the test says so. It shares no
 * code with host/, and encrypts with OpenSSL's XTS, a page at a time.
 */
#ifndef TESTS_HOST_MEMORY_MODEL_H
#define TESTS_HOST_MEMORY_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MODEL_PAGES 6u
#define MODEL_PAGE 4096u
#define MODEL_LINE 64u
#define MODEL_LINES (MODEL_PAGE / MODEL_LINE)

/** Whose line it is. */
enum model_tag {
    MODEL_HOST,
    MODEL_A,   /**< The first guest's ASID. */
    MODEL_B,   /**< The second one's. */
    MODEL_SNP, /**< The third one's. */
    MODEL_RAW, /**< No key. */
    MODEL_TAGS,
};

struct model_line {
    bool valid;
    bool dirty;
    bool watched; /**< Filled for writing: dirty, too, if it is not what it was then. */
    uint8_t bytes[MODEL_LINE];
    uint8_t before[MODEL_LINE];
};

struct memory_model {
    uint64_t base; /**< Address of page 0. */
    bool raw_is_cached;
    uint8_t keys[MODEL_RAW][32]; /**< Data key and tweak key, ready for XTS. */
    uint8_t dram[MODEL_PAGES][MODEL_PAGE];
    struct model_line lines[MODEL_PAGES][MODEL_TAGS][MODEL_LINES];
};

/** Reads what a core sees. @param length  no byte lies on the next page */
void model_read(struct memory_model *model, size_t page, enum model_tag tag, size_t offset,
                uint8_t *bytes, size_t length);

/** Writes what a core writes. */
void model_write(struct memory_model *model, size_t page, enum model_tag tag, size_t offset,
                 const uint8_t *bytes, size_t length);

/** All lines of a page are in the caches. @param write  somebody writes them through a pointer */
void model_fill(struct memory_model *model, size_t page, enum model_tag tag, bool write);

/** Writes lines through such a pointer. */
void model_write_filled(struct memory_model *model, size_t page, enum model_tag tag, size_t offset,
                        const uint8_t *bytes, size_t length);

/** A device, or the firmware, reads and writes DRAM through a key, past all caches. */
void model_peek(const struct memory_model *model, size_t page, enum model_tag tag, size_t offset,
                uint8_t *bytes, size_t length);
void model_poke(struct memory_model *model, size_t page, enum model_tag tag, size_t offset,
                const uint8_t *bytes, size_t length);

/** Writes a line back if it is dirty, and ends what model_fill() began. @param keep  it stays valid */
void model_flush_line(struct memory_model *model, size_t page, enum model_tag tag, size_t line,
                      bool keep);
void model_flush_page(struct memory_model *model, size_t page, enum model_tag tag, bool keep);

/** Forgets all lines. */
void model_discard(struct memory_model *model);

/** Whether lines of a page are dirty through more than one key: the order of flushes matters. */
bool model_is_contested(const struct memory_model *model, size_t page);

#endif
