/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole launch by commands, with the digest that a public tool expects after each page. The VMSAs
 * are QEMU's for a model EPYC-v4. Of the two NORMAL pages, firmware and kernel hashes, only the
 * digests are known: there the launch goes on from the digest after them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_snp_launch.h"
#include "tests/unit/firmware_snp_trace.h"

#define EIP_OF_FIRST_CPU 0xFFFFFFF0u
#define EIP_OF_OTHERS 0x80B004u
#define FEATURES 0x21u
#define SIGNATURE 0x800F12u /* Of EPYC-v4; what the chip is does not matter to a VMSA. */

/** Where pages of the launch lie in memory, one after the other. */
#define PAGE(step) SNP_PAGE(64 + (step))

static uint8_t page[SNP_PAGE_BYTES];

static void put(uint32_t offset, uint64_t value, size_t length)
{
    memcpy(&page[offset], &value, length);
}

static void put_segment(uint32_t offset, uint16_t selector, uint16_t attributes, uint64_t base)
{
    put(offset, selector, 2);
    put(offset + 2, attributes, 2);
    put(offset + 4, 0xFFFF, 4);
    put(offset + 8, base, 8);
}

/** A virtual CPU after its reset, that begins at an address. */
static void make_vmsa(uint32_t eip)
{
    static const struct {
        uint32_t offset;
        uint16_t attributes;
    } segments[] = {{0x00, 0x93}, {0x20, 0x93}, {0x30, 0x93}, {0x40, 0x93}, {0x50, 0x93},
                    {0x60, 0x00}, {0x70, 0x82}, {0x80, 0x00}, {0x90, 0x8B}};
    static const struct {
        uint32_t offset;
        uint64_t value;
    } registers[] = {
        {0x0D0, 0x1000},
        {0x148, 0x40},
        {0x158, 0x10},
        {0x160, 0x400},
        {0x168, 0xFFFF0FF0},
        {0x170, 0x02},
        {0x268, 0x0007040600070406},
        {0x310, SIGNATURE},
        {0x3B0, FEATURES},
        {0x3E8, 0x01},
        {0x408, 0x1F80},
        {0x410, 0x037F},
    };

    memset(page, 0, sizeof page);
    for (size_t i = 0; i < sizeof segments / sizeof segments[0]; i++) {
        put_segment(segments[i].offset, 0, segments[i].attributes, 0);
    }
    put_segment(0x10, 0xF000, 0x9B, eip & 0xFFFF0000u);
    for (size_t i = 0; i < sizeof registers / sizeof registers[0]; i++) {
        put(registers[i].offset, registers[i].value, 8);
    }
    put(0x178, eip & 0xFFFFu, 8);
}

static void a_launch_is_measured_as_a_verifier_expects(void **state)
{
    static struct trace_step trace[TRACE_STEPS];
    uint32_t vmsas = 0;

    (void)state;
    trace_read(trace);
    for (uint32_t i = 0; i < TRACE_STEPS; i++) {
        if (trace[i].type == SNP_PAGE_NORMAL) {
            memcpy(launch_guest(LAUNCH_GCTX)->digest, trace[i].ld, sizeof trace[i].ld);
            continue;
        }
        memset(page, 0, sizeof page);
        if (trace[i].type == SNP_PAGE_VMSA) {
            make_vmsa(vmsas++ == 0 ? EIP_OF_FIRST_CPU : EIP_OF_OTHERS);
        }
        assert_int_equal(launch_add(trace[i].type, PAGE(i), trace[i].gpa, page),
                         SEV_STATUS_SUCCESS);
        assert_memory_equal(launch_guest(LAUNCH_GCTX)->digest, trace[i].ld, sizeof trace[i].ld);
        assert_int_equal(snp_state(PAGE(i)), RMP_GUEST_VALID);
    }
    assert_int_equal(vmsas, 2);
    assert_int_equal(launch_finish(LAUNCH_GCTX), SEV_STATUS_SUCCESS);
    assert_memory_equal(launch_guest(LAUNCH_GCTX)->digest, trace[TRACE_STEPS - 1].ld,
                        SNP_DIGEST_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_launch_is_measured_as_a_verifier_expects, launch_boot),
    };

    return cmocka_run_group_tests_name("a whole SNP launch", tests, NULL, NULL);
}
