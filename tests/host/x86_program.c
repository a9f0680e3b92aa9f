/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ground of random programs (x86_program.h).
 */
#include "tests/host/x86_program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DATA 0x400000ull         /* a region of its own: the reverse map model's */
#define GUEST_TABLES 0x100000ull /* guest physical, and so far apart in memory, too */

struct program program;

static const uint32_t c_bits[] = {39, 43, 47, 51};

uint64_t program_spa(size_t page)
{
    return DATA + page * X86_PAGE_BYTES;
}

uint32_t program_key(enum model_tag tag)
{
    static const uint32_t keys[] = {[MODEL_HOST] = X86_KEY_HOST,
                                    [MODEL_A] = STAGE_ASID,
                                    [MODEL_B] = STAGE_OTHER_ASID,
                                    [MODEL_SNP] = STAGE_ES_ASID,
                                    [MODEL_RAW] = X86_KEY_NONE};
    return keys[tag];
}

enum model_tag program_tag(enum model_tag tag)
{
    return tag == MODEL_RAW && program.tsme ? MODEL_HOST : tag;
}

static void notify(void *context, uint32_t page, enum x86_cache_change change)
{
    (void)context;
    program.held[page].writable = false;
    if (change == X86_CACHE_GONE) {
        program.held[page].bytes = NULL;
    }
}

struct x86_view program_view(enum program_view index)
{
    struct program_world *world = &program.worlds[index];
    return index == PROGRAM_HOST ? tables_view(&world->tables)
                                 : tables_guest_view(&world->tables, &world->guest);
}

/* Through the caches, as whoever owns the tables does. */
static void write_entry(const struct tables *tables, uint64_t address, uint64_t entry)
{
    const uint64_t place = tables_place(tables, address, 1);
    assert_int_equal(x86_cache_write(stage.machine.cache, place, tables->key, &entry, sizeof entry),
                     MEMORY_CONTROLLER_OK);
}

static uint64_t bits_of(const struct program_mapping *mapping)
{
    return PTE_P | PTE_U | (mapping->writable ? PTE_W : 0) | (mapping->c_bit ? program.c_bit : 0);
}

void program_map(enum program_view index, size_t page)
{
    const struct program_world *world = &program.worlds[index];
    const struct program_mapping *mapping = &world->pages[page];
    const uint64_t address =
        index == PROGRAM_HOST ? program_spa(mapping->target) : mapping->target * X86_PAGE_BYTES;
    write_entry(&world->tables, PROGRAM_LINEAR + page * X86_PAGE_BYTES, address | bits_of(mapping));
}

void program_map_nested(enum program_view index, size_t page)
{
    const struct program_world *world = &program.worlds[index];
    const struct program_mapping *mapping = &world->nested_pages[page];
    write_entry(&world->nested, page * X86_PAGE_BYTES,
                program_spa(mapping->target) | bits_of(mapping));
}

static void give_tables(const struct program_world *world, uint64_t gpa, uint64_t spa)
{
    if (world->guest.snp) {
        stage_give(spa, false, world->guest.asid, gpa);
    }
}

static void make_world(enum program_view index)
{
    struct program_world *world = &program.worlds[index];
    const uint64_t place = 0x10000ull + 0x40000 * index; /* of host and nested tables */
    const uint64_t guests = 0x300000ull + 0x10000 * index;
    const bool host = index == PROGRAM_HOST;
    const uint32_t no_key = program.tsme ? X86_KEY_HOST : X86_KEY_NONE;
    const enum model_tag tags[] = {MODEL_HOST, MODEL_A, MODEL_B, MODEL_SNP};
    *world = (struct program_world){.tag = tags[index]};
    world->guest = (struct x86_guest){.asid = program_key(world->tag),
                                      .sev = true,
                                      .es = index == PROGRAM_SNP,
                                      .snp = index == PROGRAM_SNP,
                                      .ncr3 = place};
    world->nested = tables_make(TABLES_LONG, place, no_key, 0);
    if (host) {
        world->tables = tables_make(TABLES_LONG, place + 0x20000, no_key, 0);
    } else {
        world->tables =
            tables_make(TABLES_LONG, GUEST_TABLES, world->guest.asid, guests - GUEST_TABLES);
    }
    for (size_t page = 0; page < MODEL_PAGES; page++) {
        world->pages[page] = (struct program_mapping){page, !host, true};
        world->nested_pages[page] = (struct program_mapping){page, false, true};
        tables_map(&world->tables, PROGRAM_LINEAR + page * X86_PAGE_BYTES, 1, 0);
        tables_map(&world->nested, page * X86_PAGE_BYTES, 1, 0);
    }
    for (uint64_t i = 0; i < 16; i++) {
        const uint64_t offset = i * X86_PAGE_BYTES;
        tables_map(&world->nested, GUEST_TABLES + offset, 1, (guests + offset) | PTE_ALL);
        give_tables(world, GUEST_TABLES + offset, guests + offset);
    }
    for (size_t page = 0; page < MODEL_PAGES; page++) {
        program_map(index, page);
        program_map_nested(index, page);
    }
}

static void flush_tree(const struct tables *tables)
{
    for (uint64_t i = 0; i < 16; i++) {
        x86_cache_flush_page(stage.machine.cache,
                             tables->root + tables->to_spa + i * X86_PAGE_BYTES, tables->key);
    }
}

void program_flush_tables(void)
{
    for (int index = 0; index < PROGRAM_VIEWS; index++) {
        flush_tree(&program.worlds[index].tables);
        flush_tree(&program.worlds[index].nested);
    }
}

static void copy_keys(void)
{
    for (size_t tag = 0; tag < MODEL_RAW; tag++) {
        const struct fabric_key_slot *slot =
            &stage_memctl()->slots[program_key((enum model_tag)tag)];
        const uint8_t *tweak_key = stage_memctl()->tweak_key;
        memcpy(program.model.keys[tag], slot->key, 16);
        memcpy(program.model.keys[tag] + 16, tweak_key, 16);
        if (slot->flags == 0) { /* what docs/fabric.md says of an empty slot */
            memcpy(program.model.keys[tag], tweak_key, 16);
            program.model.keys[tag][0] ^= 0xFF;
        }
    }
}

/* The guest's page tables are encrypted anew: a guest whose tables are garbage is no test. */
void program_set_key(enum program_view index, uint8_t seed)
{
    const struct tables *tables = &program.worlds[index].tables;
    const uint64_t spa = tables->root + tables->to_spa;
    static uint8_t pages[16][X86_PAGE_BYTES];
    flush_tree(tables);
    for (size_t i = 0; i < 16; i++) {
        stage_look(spa + i * X86_PAGE_BYTES, tables->key, pages[i]);
    }
    stage_set_key(tables->key, seed);
    for (size_t i = 0; i < 16; i++) {
        stage_put(spa + i * X86_PAGE_BYTES, tables->key, pages[i]);
    }
    copy_keys();
}

void program_swap_asids(void)
{
    struct program_world *a = &program.worlds[PROGRAM_A];
    struct program_world *b = &program.worlds[PROGRAM_B];
    struct fabric_key_slot *slots = stage_memctl()->slots;
    const struct fabric_key_slot slot = slots[a->guest.asid];
    const enum model_tag tag = a->tag;
    flush_tree(&a->tables);
    flush_tree(&b->tables);
    stage_memctl()->generation++;
    slots[a->guest.asid] = slots[b->guest.asid];
    slots[b->guest.asid] = slot;
    stage_memctl()->generation++;
    a->tag = b->tag;
    b->tag = tag;
    a->guest.asid = a->tables.key = program_key(a->tag);
    b->guest.asid = b->tables.key = program_key(b->tag);
    copy_keys();
}

void program_start(uint64_t seed)
{
    struct rmp_model_page *pages = calloc(RMP_MODEL_REGION, sizeof *pages);
    assert_non_null(pages);
    program = (struct program){.random = {.state = seed}};
    const struct stage_options options = {
        .c_bit = c_bits[random_below(&program.random, 4)],
        .flags = random_chance(&program.random, 20) ? FABRIC_FLAG_TSME : 0,
        .cache_raw = random_chance(&program.random, 50),
        .snp = true,
        .pages = PROGRAM_CACHE_PAGES,
        .notify = notify,
    };
    stage_open(&options);
    stage_rmp();
    program.tsme = options.flags != 0;
    program.c_bit = stage.machine.c_bit;
    program.rmp = (struct rmp_model){pages, RMP_MODEL_REGION, 509};
    program.model.base = DATA;
    program.model.raw_is_cached = options.cache_raw;
    copy_keys();
    random_fill(&program.random, program.model.dram, sizeof program.model.dram);
    memcpy(stage_dram(DATA), program.model.dram, sizeof program.model.dram);
    for (int index = 0; index < PROGRAM_VIEWS; index++) {
        make_world((enum program_view)index);
    }
}

void program_compare(void)
{
    assert_memory_equal(stage_dram(DATA), program.model.dram, sizeof program.model.dram);
}

void program_end(void)
{
    program_compare();
    stage_close();
    free(program.rmp.pages);
}
