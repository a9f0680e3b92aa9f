/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A machine with a reverse map table (rmp_machine.h).
 */
#include "tests/host/rmp_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/lib/fabric.h"

#define DRAM_BYTES 0x800000u /* Half of it from address 0. */

struct rmp_machine rmp_machine;

static struct fabric_memctl *memctl(void)
{
    return (struct fabric_memctl *)(void *)(rmp_machine.fabric + FABRIC_MEMCTL_OFFSET);
}

static struct fabric_core *core(uint32_t index)
{
    return (struct fabric_core *)(void *)(rmp_machine.fabric + FABRIC_CORES_OFFSET) + index;
}

void rmp_machine_place(uint64_t base, uint64_t end, uint32_t flags)
{
    memctl()->generation++;
    memctl()->rmp = (struct fabric_rmp){.base = base, .end = end, .flags = flags};
    memctl()->generation++;
}

int rmp_machine_set_up(void **state)
{
    struct fabric_options options = FABRIC_DEFAULT_OPTIONS;
    (void)state;
    options.max_asid = RMP_MACHINE_MAX_ASID;
    rmp_machine.fabric = calloc(1, FABRIC_FILE_BYTES);
    rmp_machine.bytes = calloc(1, DRAM_BYTES);
    assert_non_null(rmp_machine.fabric);
    assert_non_null(rmp_machine.bytes);
    fabric_configure(rmp_machine.fabric, &options, DRAM_BYTES);
    core(0)->syscfg = SYSCFG_SNP_EN;
    memctl()->magic = FABRIC_MEMCTL_MAGIC;
    dram_open(&rmp_machine.dram, rmp_machine.bytes, DRAM_BYTES,
              fabric_configuration(rmp_machine.fabric));
    x86_rmp_attach(&rmp_machine.rmp, rmp_machine.fabric, &rmp_machine.dram);
    rmp_machine_place(RMP_MACHINE_TABLE, RMP_MACHINE_TABLE + RMP_MACHINE_TABLE_BYTES - 1,
                      FABRIC_RMP_PROTECTED | FABRIC_RMP_ENFORCED);
    return 0;
}

int rmp_machine_tear_down(void **state)
{
    (void)state;
    free(rmp_machine.fabric);
    free(rmp_machine.bytes);
    return 0;
}

uint64_t *rmp_machine_words(uint64_t spa)
{
    return dram_pointer(&rmp_machine.dram, RMP_MACHINE_TABLE + 0x4000 + 16 * (spa / 4096), 16);
}

struct x86_rmp_page rmp_machine_page(uint64_t spa)
{
    struct x86_rmp_page page;
    assert_true(x86_rmp_look_up(&rmp_machine.rmp, spa, &page));
    return page;
}

uint64_t rmp_machine_count(uint32_t asid)
{
    uint64_t pages;
    assert_true(x86_rmp_pages_of(&rmp_machine.rmp, asid, &pages));
    return pages;
}

enum rmp_result rmp_machine_update(uint64_t spa, const struct rmpupdate_state *state)
{
    const struct x86_rmp_outcome outcome = x86_rmpupdate(&rmp_machine.rmp, 0, spa, state);
    assert_int_equal(outcome.event, X86_RMP_EVENT_NONE);
    return outcome.result;
}

void rmp_machine_assign(uint64_t spa, bool large, uint32_t asid, uint64_t gpa)
{
    const struct rmpupdate_state state = {
        .gpa = gpa, .assigned = 1, .page_size = large ? 1 : 0, .asid = asid};
    assert_int_equal(rmp_machine_update(spa, &state), RMP_SUCCESS);
}

void rmp_machine_give(uint64_t spa, bool large, uint32_t asid, uint64_t gpa)
{
    const struct x86_rmp_guest guest = {
        .asid = asid, .c_bit = true, .nested_large = large, .gpa = gpa, .spa = spa};
    rmp_machine_assign(spa, large, asid, gpa);
    rmp_machine_is(x86_pvalidate(&rmp_machine.rmp, &guest, 0, large ? 1 : 0, 1), RMP_SUCCESS);
}

void rmp_machine_is(struct x86_rmp_outcome outcome, enum rmp_result result)
{
    assert_int_equal(outcome.event, X86_RMP_EVENT_NONE);
    assert_int_equal(outcome.result, result);
}

void rmp_machine_raises(struct x86_rmp_outcome outcome, enum x86_rmp_event event, uint64_t error)
{
    assert_int_equal(outcome.event, event);
    assert_int_equal(outcome.error, error);
    assert_int_equal(outcome.result, 0);
    assert_false(outcome.carry);
}

uint8_t *rmp_machine_copy(void)
{
    uint8_t *copy = malloc(RMP_MACHINE_TABLE_BYTES);
    assert_non_null(copy);
    memcpy(copy, rmp_machine.bytes + RMP_MACHINE_TABLE, RMP_MACHINE_TABLE_BYTES);
    return copy;
}

void rmp_machine_is_as(uint8_t *copy)
{
    assert_memory_equal(rmp_machine.bytes + RMP_MACHINE_TABLE, copy, RMP_MACHINE_TABLE_BYTES);
    free(copy);
}

void rmp_machine_refuse(uint64_t spa, struct rmpupdate_state state, enum rmp_result result)
{
    uint8_t *before = rmp_machine_copy();
    assert_int_equal(rmp_machine_update(spa, &state), result);
    rmp_machine_is_as(before);
}
