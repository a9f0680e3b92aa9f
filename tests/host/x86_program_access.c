/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accesses in random programs (x86_program.h), and what maps pages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "host/x86/access.h"
#include "tests/host/x86_program_steps.h"

/* What must become of an access. */
struct expectation {
    enum x86_fault_kind fault;
    size_t page;
    enum model_tag tag;
};

static enum x86_fault_kind snp_fault(const struct rmp_model_guest *guest, bool private,
                                     enum rmp_model_access access)
{
    const enum rmp_model_end end = private ? rmp_model_private(&program.rmp, guest, access)
                                           : rmp_model_shared(&program.rmp, guest->page, false);
    if (end == RMP_MODEL_SUCCESS) {
        return X86_FAULT_NONE;
    }
    return end == RMP_MODEL_NOT_VALIDATED ? X86_FAULT_VC : X86_FAULT_NPF;
}

static struct expectation expect(enum program_view index, size_t number, enum x86_rmp_access access)
{
    static const enum rmp_model_access accesses[] = {[X86_RMP_READ] = RMP_MODEL_READ,
                                                     [X86_RMP_WRITE] = RMP_MODEL_WRITE,
                                                     [X86_RMP_FETCH] = RMP_MODEL_EXECUTE};
    const struct program_world *world = &program.worlds[index];
    const struct program_mapping *mapping = &world->pages[number];
    const struct program_mapping *nested = &world->nested_pages[mapping->target];
    const bool host = index == PROGRAM_HOST;
    const bool write = access == X86_RMP_WRITE;
    const bool private = !host && (mapping->c_bit || access == X86_RMP_FETCH);
    struct expectation expected = {.page = host ? mapping->target : nested->target};
    const bool with_host = host ? mapping->c_bit : nested->c_bit;
    expected.tag = private ? world->tag : program_tag(with_host ? MODEL_HOST : MODEL_RAW);
    const bool assigned = program.rmp.pages[expected.page].assigned;
    if (write && !mapping->writable) {
        expected.fault = X86_FAULT_PF;
    } else if (host) {
        expected.fault = write && assigned ? X86_FAULT_PF : X86_FAULT_NONE;
    } else if (write && !nested->writable) {
        expected.fault = X86_FAULT_NPF;
    } else if (index == PROGRAM_SNP) {
        const struct rmp_model_guest guest = {.asid = world->guest.asid,
                                              .gpa = mapping->target * X86_PAGE_BYTES,
                                              .page = expected.page};
        expected.fault = snp_fault(&guest, private, accesses[access]);
    } else {
        expected.fault = write && assigned ? X86_FAULT_NPF : X86_FAULT_NONE;
    }
    return expected;
}

/* As an emulator that maps pages: fills, and keeps what it is given. */
static void access_by_pointer(const struct expectation *expected, bool write,
                              const struct program_piece *piece)
{
    uint8_t bytes[MODEL_PAGE];
    struct x86_cache_page page;
    assert_int_equal(x86_cache_fill(stage.machine.cache, program_spa(expected->page),
                                    program_key(expected->tag), write, &page),
                     MEMORY_CONTROLLER_OK);
    model_fill(&program.model, expected->page, expected->tag, write);
    if (page.cached) {
        struct program_held *held = &program.held[page.number];
        held->writable = write || (held->bytes != NULL && held->writable);
        held->bytes = page.bytes;
        held->page = expected->page;
        held->tag = expected->tag;
    }
    if (write) {
        memcpy(page.bytes + piece->offset, piece->bytes, piece->length);
        model_write_filled(&program.model, expected->page, expected->tag, piece->offset,
                           piece->bytes, piece->length);
    }
    model_read(&program.model, expected->page, expected->tag, 0, bytes, sizeof bytes);
    assert_memory_equal(page.bytes, bytes, sizeof bytes);
}

static void access_by_bytes(enum program_view index, uint64_t linear,
                            const struct expectation *expected, enum x86_rmp_access access,
                            const struct program_piece *piece)
{
    const struct x86_view view = program_view(index);
    uint8_t found[MODEL_PAGE];
    uint8_t bytes[MODEL_PAGE];
    struct x86_fault fault;
    if (access == X86_RMP_WRITE) {
        fault = x86_write(&stage.machine, &view, linear, piece->bytes, piece->length);
        model_write(&program.model, expected->page, expected->tag, piece->offset, piece->bytes,
                    piece->length);
    } else {
        fault = x86_read(&stage.machine, &view, linear, access, found, piece->length);
        model_read(&program.model, expected->page, expected->tag, piece->offset, bytes,
                   piece->length);
        assert_memory_equal(found, bytes, piece->length);
    }
    assert_int_equal(fault.kind, X86_FAULT_NONE);
}

void program_access(void)
{
    const enum program_view index = (enum program_view)program_below(PROGRAM_VIEWS);
    const enum x86_rmp_access access = (enum x86_rmp_access)program_below(3);
    const size_t number = program_page();
    const struct program_piece piece = program_piece();
    const struct expectation expected = expect(index, number, access);
    const struct x86_view view = program_view(index);
    const uint64_t linear = PROGRAM_LINEAR + number * X86_PAGE_BYTES + piece.offset;
    struct x86_translation found;
    const struct x86_fault fault = x86_walk(&stage.machine, &view, linear, access, &found);
    assert_int_equal(fault.kind, expected.fault);
    if (fault.kind != X86_FAULT_NONE) {
        return;
    }
    assert_int_equal(found.spa, program_spa(expected.page) + piece.offset);
    assert_int_equal(found.key, program_key(expected.tag));
    if (program_chance(40)) {
        access_by_pointer(&expected, access == X86_RMP_WRITE, &piece);
    } else {
        access_by_bytes(index, linear, &expected, access, &piece);
    }
}

void program_use_held(void)
{
    const struct program_piece piece = program_piece();
    uint8_t bytes[MODEL_PAGE];
    for (size_t i = 0; i < PROGRAM_CACHE_PAGES; i++) {
        struct program_held *held = &program.held[i];
        if (held->bytes == NULL || program_chance(50)) {
            continue;
        }
        if (held->writable && program_chance(50)) {
            memcpy(held->bytes + piece.offset, piece.bytes, piece.length);
            model_write_filled(&program.model, held->page, held->tag, piece.offset, piece.bytes,
                               piece.length);
        }
        model_read(&program.model, held->page, held->tag, 0, bytes, sizeof bytes);
        assert_memory_equal(held->bytes, bytes, sizeof bytes);
    }
}

void program_remap(void)
{
    const enum program_view index = (enum program_view)program_below(PROGRAM_VIEWS);
    const size_t page = program_page();
    const bool nested = index != PROGRAM_HOST && program_chance(40);
    struct program_world *world = &program.worlds[index];
    struct program_mapping *mapping = nested ? &world->nested_pages[page] : &world->pages[page];
    if (program_chance(60)) {
        mapping->c_bit = !mapping->c_bit;
    } else if (program_chance(50)) {
        mapping->target = program_page();
    } else {
        mapping->writable = !mapping->writable;
    }
    (nested ? program_map_nested : program_map)(index, page);
}
