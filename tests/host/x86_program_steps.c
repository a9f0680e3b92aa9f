/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The steps of random programs (x86_program.h).
 */
#include "tests/host/x86_program_steps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "host/x86/dma.h"
#include "host/x86/rmp_instructions.h"

uint32_t program_below(uint32_t limit)
{
    return random_below(&program.random, limit);
}

bool program_chance(uint32_t percent)
{
    return random_chance(&program.random, percent);
}

size_t program_page(void)
{
    return program_below(MODEL_PAGES);
}

static enum model_tag some_tag(void)
{
    return program_tag((enum model_tag)program_below(MODEL_TAGS));
}

struct program_piece program_piece(void)
{
    struct program_piece piece = {.offset = program_chance(70) ? program_below(256)
                                                               : program_below(MODEL_PAGE)};
    const size_t most = MODEL_PAGE - piece.offset;
    piece.length = 1 + (program_chance(80) ? program_below(16) : program_below(300));
    piece.length = piece.length < most ? piece.length : most;
    for (size_t i = 0; i < piece.length; i++) {
        piece.bytes[i] = ++program.counter;
    }
    return piece;
}

static void flush_page(size_t page, enum model_tag tag)
{
    x86_cache_flush_page(stage.machine.cache, program_spa(page), program_key(tag));
    model_flush_page(&program.model, page, tag, false);
}

/* Lines that are dirty through two keys are flushed in an order that the test has chosen. */
static void settle(void)
{
    for (size_t page = 0; page < MODEL_PAGES; page++) {
        while (model_is_contested(&program.model, page)) {
            flush_page(page, some_tag());
        }
    }
}

static void flush_tag(enum model_tag tag, bool keep)
{
    for (size_t page = 0; page < MODEL_PAGES; page++) {
        model_flush_page(&program.model, page, tag, keep);
    }
}

static void step_flush(void)
{
    struct x86_cache *cache = stage.machine.cache;
    const enum model_tag tag = some_tag();
    const size_t page = program_page();
    const size_t line = program_chance(70) ? program_below(4) : program_below(MODEL_LINES);
    switch (program_below(4)) {
    case 0:
        x86_cache_flush_line(cache,
                             program_spa(page) + line * MODEL_LINE + program_below(MODEL_LINE),
                             program_key(tag));
        model_flush_line(&program.model, page, tag, line, false);
        break;
    case 1:
        if (tag == MODEL_A || tag == MODEL_B || tag == MODEL_SNP) {
            assert_true(x86_vm_page_flush(&stage.machine, program_spa(page), program_key(tag)));
            model_flush_page(&program.model, page, tag, false);
        }
        break;
    case 2:
        flush_page(page, tag);
        break;
    default:
        x86_cache_flush_key(cache, program_key(tag));
        flush_tag(tag, false);
        break;
    }
}

static void flush_all(bool keep)
{
    for (size_t tag = 0; tag < MODEL_TAGS; tag++) {
        flush_tag((enum model_tag)tag, keep);
    }
}

static void step_flush_all(void)
{
    struct x86_cache *cache = stage.machine.cache;
    settle();
    switch (program_below(5)) {
    case 0:
        x86_wbinvd(&stage.machine, program_below(4), program_chance(50));
        flush_all(false);
        break;
    case 1:
        x86_cache_write_back(cache);
        flush_all(true);
        break;
    case 2:
        x86_cache_snoop(cache);
        flush_tag(MODEL_RAW, false);
        flush_tag(MODEL_HOST, false);
        break;
    case 3:
        program_flush_tables();
        x86_cache_discard(cache);
        model_discard(&program.model);
        break;
    default:
        x86_cache_flush(cache);
        flush_all(false);
        break;
    }
    program_compare();
}

static void step_dma(void)
{
    static const struct x86_device device = {.address_bits = 64};
    const size_t page = program_page();
    const bool encrypted = program_chance(50);
    const enum model_tag tag = program_tag(encrypted ? MODEL_HOST : MODEL_RAW);
    const uint64_t spa = program_spa(page) | (encrypted ? program.c_bit : 0);
    const struct program_piece piece = program_piece();
    uint8_t found[MODEL_PAGE];
    uint8_t bytes[MODEL_PAGE];
    if (program_chance(50)) {
        const enum x86_dma_result result =
            x86_dma_write(&stage.machine, &device, spa + piece.offset, piece.bytes, piece.length);
        const bool assigned = program.rmp.pages[page].assigned;
        assert_int_equal(result, assigned ? X86_DMA_RMP : X86_DMA_OK);
        if (!assigned) {
            model_flush_page(&program.model, page, tag, false);
            model_poke(&program.model, page, tag, piece.offset, piece.bytes, piece.length);
        }
        return;
    }
    assert_int_equal(x86_dma_read(&stage.machine, &device, spa + piece.offset, found, piece.length),
                     X86_DMA_OK);
    model_flush_page(&program.model, page, tag, false);
    model_peek(&program.model, page, tag, piece.offset, bytes, piece.length);
    assert_memory_equal(found, bytes, piece.length);
}

/* The firmware works on DRAM, with any key. */
static void step_firmware(void)
{
    const size_t page = program_page();
    const enum model_tag tag = (enum model_tag)program_below(MODEL_TAGS);
    const struct program_piece piece = program_piece();
    uint8_t whole[MODEL_PAGE];
    stage_look(program_spa(page), program_key(tag), whole);
    memcpy(whole + piece.offset, piece.bytes, piece.length);
    stage_put(program_spa(page), program_key(tag), whole);
    model_poke(&program.model, page, tag, piece.offset, piece.bytes, piece.length);
}

static void step_keys(void)
{
    if (program_chance(50)) {
        program_swap_asids();
    } else {
        program_set_key(program_chance(50) ? PROGRAM_A : PROGRAM_B,
                        program_chance(30) ? 0 : (uint8_t)(1 + program_below(100)));
    }
}

static void same_result(struct x86_rmp_outcome outcome, enum rmp_model_end end)
{
    static const enum rmp_result results[] = {
        [RMP_MODEL_SUCCESS] = RMP_SUCCESS,
        [RMP_MODEL_FAIL_INPUT] = RMP_FAIL_INPUT,
        [RMP_MODEL_FAIL_PERMISSION] = RMP_FAIL_PERMISSION,
    };
    if (end <= RMP_MODEL_FAIL_PERMISSION) {
        assert_int_equal(outcome.event, X86_RMP_EVENT_NONE);
        assert_int_equal(outcome.result, results[end]);
    } else {
        assert_int_not_equal(outcome.event, X86_RMP_EVENT_NONE);
    }
}

static void step_update(void)
{
    const bool assigned = program_chance(70);
    const struct rmp_model_request request = {
        .page = program_page(),
        .assigned = assigned,
        .asid = assigned ? STAGE_ES_ASID : 0,
        .gpa = assigned ? program_page() * X86_PAGE_BYTES : 0,
    };
    const struct rmpupdate_state update = {
        .gpa = request.gpa, .assigned = assigned ? 1 : 0, .asid = request.asid};
    same_result(x86_rmpupdate(&stage.machine.rmp, 0, program_spa(request.page), &update),
                rmp_model_update(&program.rmp, &request));
}

static void step_validate(void)
{
    const size_t page = program_page();
    const uint64_t gpa =
        program_chance(80) ? program.rmp.pages[page].gpa : program_page() * X86_PAGE_BYTES;
    const bool valid = program_chance(80);
    bool same;
    const struct rmp_model_guest model = {.asid = STAGE_ES_ASID, .gpa = gpa, .page = page};
    const struct x86_rmp_guest guest = {
        .asid = STAGE_ES_ASID, .c_bit = true, .gpa = gpa, .spa = program_spa(page)};
    same_result(x86_pvalidate(&stage.machine.rmp, &guest, 0, 0, valid ? 1 : 0),
                rmp_model_validate(&program.rmp, &model, false, valid, &same));
}

static bool is_valid(const struct model_line *lines, size_t *line)
{
    for (*line = 0; *line < MODEL_LINES; (*line)++) {
        if (lines[*line].valid) {
            return true;
        }
    }
    return false;
}

/* What has left the caches for another page leaves the model's. */
static void follow_eviction(void)
{
    size_t line;
    for (size_t page = 0; page < MODEL_PAGES; page++) {
        for (size_t tag = 0; tag < MODEL_TAGS; tag++) {
            if (is_valid(program.model.lines[page][tag], &line) &&
                !x86_cache_has(stage.machine.cache, program_spa(page) + line * MODEL_LINE,
                               program_key((enum model_tag)tag))) {
                model_flush_page(&program.model, page, (enum model_tag)tag, false);
            }
        }
    }
}

/* Other pages, one after the other, each of which drives out one at most. */
static void step_pressure(void)
{
    struct x86_cache_page filled;
    for (uint64_t i = program_below(PROGRAM_CACHE_PAGES); i > 0; i--) {
        assert_int_equal(x86_cache_fill(stage.machine.cache, STAGE_HIGH + i * X86_PAGE_BYTES,
                                        STAGE_EMPTY_ASID, false, &filled),
                         MEMORY_CONTROLLER_OK);
        follow_eviction();
    }
    x86_cache_flush_key(stage.machine.cache, STAGE_EMPTY_ASID);
}

void program_step(void)
{
    static const struct {
        void (*step)(void);
        uint32_t weight;
    } steps[] = {
        {program_access, 40}, {program_use_held, 8}, {program_remap, 15}, {step_flush, 12},
        {step_flush_all, 4},  {step_dma, 6},         {step_firmware, 4},  {step_keys, 2},
        {step_update, 4},     {step_validate, 4},    {step_pressure, 1},
    };
    uint32_t pick = program_below(100);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (pick < steps[i].weight) {
            steps[i].step();
            return;
        }
        pick -= steps[i].weight;
    }
}
