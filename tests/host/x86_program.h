/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A machine with a host and three guests whose pages lead to the same few pages of memory, and beside
 * it the models of memory (memory_model.h) and of the reverse map table (tests/common/rmp_model.h):
 * the ground of random programs. Each step does the same in both, and compares.
 */
#ifndef TESTS_HOST_X86_PROGRAM_H
#define TESTS_HOST_X86_PROGRAM_H

#include "tests/common/random.h"
#include "tests/common/rmp_model.h"
#include "tests/host/memory_model.h"
#include "tests/host/x86_tables.h"

#define PROGRAM_CACHE_PAGES 128u /**< More than all that the steps use: pressure is a step. */

#define PROGRAM_LINEAR 0x40000000ull /**< Of each view's pages. */

enum program_view {
    PROGRAM_HOST,
    PROGRAM_A, /**< A guest with SEV. */
    PROGRAM_B,
    PROGRAM_SNP,
    PROGRAM_VIEWS,
};

/** How a view maps one of its pages. */
struct program_mapping {
    size_t target; /**< Page of memory; guests': guest physical page. */
    bool c_bit;
    bool writable;
};

/** Whom a program runs, and what maps its pages. */
struct program_world {
    struct x86_guest guest;
    struct tables tables;
    struct tables nested;
    struct program_mapping pages[MODEL_PAGES];
    struct program_mapping nested_pages[MODEL_PAGES];
    enum model_tag tag; /**< Of its private pages. */
};

/** A page that an emulator has mapped. */
struct program_held {
    uint8_t *bytes; /**< NULL: it has not. */
    bool writable;
    size_t page;
    enum model_tag tag;
};

struct program {
    struct random_state random;
    struct memory_model model;
    struct rmp_model rmp;
    struct program_world worlds[PROGRAM_VIEWS];
    struct program_held held[PROGRAM_CACHE_PAGES];
    bool tsme;
    uint64_t c_bit;
    uint8_t counter; /**< Of the bytes that are written. */
};

extern struct program program;

/** Makes the machine and the models of a seed. */
void program_start(uint64_t seed);

/** Compares all of memory, and ends both. */
void program_end(void);

/** Address of a page of memory. */
uint64_t program_spa(size_t page);

/** The key that lines of a tag are found by. */
uint32_t program_key(enum model_tag tag);

/** With TSME the host's tag stands in for none. */
enum model_tag program_tag(enum model_tag tag);

/** A view's registers. */
struct x86_view program_view(enum program_view index);

/** Writes a view's, or its nested, entry of a page as the mapping says. */
void program_map(enum program_view index, size_t page);
void program_map_nested(enum program_view index, size_t page);

/** Flushes all page tables. */
void program_flush_tables(void);

/** A guest's key is another one, or is gone. @param seed  as of stage_set_key() */
void program_set_key(enum program_view index, uint8_t seed);

/** The two guests with SEV change their ASIDs; their keys go with them. */
void program_swap_asids(void);

/** Compares DRAM with the model's. */
void program_compare(void);

/** One random step. */
void program_step(void);

#endif
