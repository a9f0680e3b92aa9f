/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory of machines that QEMU emulates, as `virtasp start --machine` lays it out. The numbers are
 * those of QEMU 11.1's `info mtree`; tests/linux compares them with QEMU itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "host/lib/fabric.h"
#include "host/lib/fabric_check.h"

#define MIB (1024ull * 1024)
#define HIGH 0x100000000ull

static void memory_lies_as_in_qemu(void **state)
{
    static const struct {
        const char *machine;
        uint64_t mib;
        uint64_t low_mib;
    } layouts[] = {
        {"pc", 256, 256},  {"pc", 3582, 3582},  {"pc", 3584, 3072},  {"pc", 8192, 3072},
        {"q35", 256, 256}, {"q35", 2814, 2814}, {"q35", 2816, 2048}, {"q35", 8192, 2048},
    };
    (void)state;
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        struct fabric_options options = FABRIC_DEFAULT_OPTIONS;
        char problem[FABRIC_PROBLEM_BYTES];
        uint8_t *file = calloc(1, FABRIC_FILE_BYTES);
        assert_true(fabric_options_set_machine(&options, layouts[i].machine));
        fabric_configure(file, &options, layouts[i].mib * MIB);
        const struct fabric_config *configuration = fabric_configuration(file);
        assert_true(fabric_check(configuration, (const void *)(file + FABRIC_CORES_OFFSET),
                                 layouts[i].mib * MIB, problem));
        assert_int_equal(configuration->flags & FABRIC_FLAG_WBINVD_REPORTED, 0);
        assert_int_equal(configuration->range_count, layouts[i].low_mib < layouts[i].mib ? 2 : 1);
        assert_int_equal(configuration->ranges[0].base, 0);
        assert_int_equal(configuration->ranges[0].length, layouts[i].low_mib * MIB);
        assert_int_equal(configuration->ranges[1].base, HIGH);
        assert_int_equal(configuration->ranges[1].length,
                         (layouts[i].mib - layouts[i].low_mib) * MIB);
        assert_int_equal(configuration->ranges[1].dram_offset, layouts[i].low_mib * MIB);
        free(file);
    }
}

static void there_are_no_other_machines(void **state)
{
    struct fabric_options options = FABRIC_DEFAULT_OPTIONS;
    (void)state;
    assert_false(fabric_options_set_machine(&options, "microvm"));
    assert_false(fabric_options_set_machine(&options, ""));
    assert_int_equal(options.machine, FABRIC_MACHINE_HALVES);
    assert_int_equal(options.flags, FABRIC_FLAG_WBINVD_REPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_lies_as_in_qemu),
        cmocka_unit_test(there_are_no_other_machines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
