/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory nodes of the flattened device tree that QEMU leaves in private RAM (Devicetree
 * Specification, section 5). Every step of the walk is checked against the tree's end.
 */
#include <string.h>

#include "hal/qemu_virt/board.h"

#define TREE_MAGIC 0xD00DFEEDu
#define HEADER_BYTES 40u
#define TOKEN_BEGIN_NODE 1u
#define TOKEN_END_NODE 2u
#define TOKEN_PROPERTY 3u
#define TOKEN_NOP 4u
#define TOKEN_END 9u

#define MEMORY_NODE "memory@"
#define MEMORY_DEPTH 2u /* Below the root, which is 1. */
#define REG_BYTES 16u   /* Address and size of two cells each. */

/** One block of the tree: offsets from its start to its end, and where the walk is. */
struct block {
    uint32_t position;
    uint32_t end;
};

struct walk {
    struct block structure;
    struct block strings;
    uint32_t depth;
    bool in_memory_node;
    uint32_t nodes_found; /**< Bit n: node n of the command line. */
    uint64_t dram_bytes;
};

/** The nodes before DRAM, whose sizes are given. */
static const struct {
    uint64_t base;
    uint64_t bytes;
} nodes[] = {
    {BOARD_PRIVATE_RAM, BOARD_PRIVATE_RAM_BYTES},
    {BOARD_MAILBOX, BOARD_MAILBOX_BYTES},
    {BOARD_FABRIC, BOARD_FABRIC_BYTES},
};

#define NODES (sizeof(nodes) / sizeof(nodes[0]))
#define ALL_FOUND ((1u << (NODES + 1)) - 1)

static const char *at(uint32_t offset)
{
    return (const char *)(uintptr_t)(BOARD_DEVICE_TREE + offset);
}

static uint32_t word_at(uint32_t offset)
{
    uint32_t word;

    memcpy(&word, at(offset), sizeof(word));
    return __builtin_bswap32(word);
}

static uint64_t two_words_at(uint32_t offset)
{
    return (uint64_t)word_at(offset) << 32 | word_at(offset + 4);
}

static bool take_word(struct block *block, uint32_t *word)
{
    if (block->end - block->position < sizeof(*word)) {
        return false;
    }
    *word = word_at(block->position);
    block->position += (uint32_t)sizeof(*word);
    return true;
}

/** Steps over @p length bytes and what pads them to a word. */
static bool skip(struct block *block, uint32_t length)
{
    uint32_t left = block->end - block->position; /* A multiple of 4. */

    if (length > left) {
        return false;
    }
    block->position += (length + 3) & ~3u;
    return true;
}

/** @return whether a string ends before the block does */
static bool string_ends(const struct block *block, uint32_t offset)
{
    return offset < block->end && memchr(at(offset), 0, block->end - offset) != NULL;
}

static bool begin_node(struct walk *walk)
{
    uint32_t name = walk->structure.position;

    if (!string_ends(&walk->structure, name)) {
        return false;
    }
    walk->depth++;
    walk->in_memory_node =
        walk->depth == MEMORY_DEPTH && strncmp(at(name), MEMORY_NODE, sizeof(MEMORY_NODE) - 1) == 0;
    return skip(&walk->structure, (uint32_t)strlen(at(name)) + 1);
}

static bool end_node(struct walk *walk)
{
    walk->in_memory_node = false;
    return walk->depth-- > 0;
}

/** Notes one memory node. @return false when it is there twice, or not of its size */
static bool found(struct walk *walk, uint64_t base, uint64_t bytes)
{
    uint32_t node = 0;

    while (node < NODES && nodes[node].base != base) {
        node++;
    }
    if (node == NODES && base != BOARD_DRAM) {
        return true; /* Of no concern to us. */
    }
    if (node == NODES) {
        walk->dram_bytes = bytes;
    } else if (bytes != nodes[node].bytes) {
        return false;
    }
    if ((walk->nodes_found & 1u << node) != 0) {
        return false;
    }
    walk->nodes_found |= 1u << node;
    return true;
}

static bool property(struct walk *walk)
{
    uint32_t length, name, value;

    if (!take_word(&walk->structure, &length) || !take_word(&walk->structure, &name)) {
        return false;
    }
    value = walk->structure.position;
    if (name >= walk->strings.end - walk->strings.position ||
        !string_ends(&walk->strings, walk->strings.position + name) ||
        !skip(&walk->structure, length)) {
        return false;
    }
    if (!walk->in_memory_node || strcmp(at(walk->strings.position + name), "reg") != 0) {
        return true;
    }
    return length == REG_BYTES && found(walk, two_words_at(value), two_words_at(value + 8));
}

static bool walk_tree(struct walk *walk)
{
    uint32_t token;

    while (take_word(&walk->structure, &token)) {
        bool good = token == TOKEN_NOP;

        if (token == TOKEN_END) {
            return walk->depth == 0;
        }
        if (token == TOKEN_BEGIN_NODE) {
            good = begin_node(walk);
        } else if (token == TOKEN_END_NODE) {
            good = end_node(walk);
        } else if (token == TOKEN_PROPERTY) {
            good = property(walk);
        }
        if (!good) {
            return false;
        }
    }
    return false;
}

/** Finds a block from its offset and length in the header. @return false if it is not in the tree */
static bool find_block(struct block *block, uint32_t offset_field, uint32_t length_field)
{
    uint32_t tree_bytes = word_at(4);
    uint32_t length = word_at(length_field);

    block->position = word_at(offset_field);
    if (tree_bytes > BOARD_DEVICE_TREE_BYTES || block->position < HEADER_BYTES ||
        block->position > tree_bytes || length > tree_bytes - block->position) {
        return false;
    }
    block->end = block->position + length;
    return true;
}

bool board_dram_size(uint64_t *bytes)
{
    struct walk walk = {.depth = 0};

    if (word_at(0) != TREE_MAGIC || !find_block(&walk.structure, 8, 36) ||
        !find_block(&walk.strings, 12, 32) || walk.structure.position % 4 != 0 ||
        walk.structure.end % 4 != 0 || !walk_tree(&walk) || walk.nodes_found != ALL_FOUND) {
        return false;
    }
    *bytes = walk.dram_bytes;
    return true;
}
