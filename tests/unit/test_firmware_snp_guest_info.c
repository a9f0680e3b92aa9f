/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guest asks about its processor: CPUID values that are accepted, and its time stamp counter.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/fabric.h"

#include "tests/snp/payload.h"
#include "tests/snp/testing.h"
#include "tests/unit/firmware_message.h"

#define INVALID_PARAM 0x16u

static struct witness_channel channel;
static struct snp_cpuid_table table;
static struct snp_cpuid_response response;

static int boot(void **state)
{
    (void)message_boot(state);
    channel = message_channel(3);
    memset(&table, 0, sizeof(table));
    return 0;
}

static uint32_t ask_cpuid(void)
{
    return message_ask(MESSAGE_GUEST, &channel, WITNESS_CPUID_REQ, 1, &table, sizeof(table),
                       &response, sizeof(response));
}

/** A function of the hypervisor's own range, whose values nobody judges. */
static struct snp_cpuid_function hypervisor_function(uint32_t number)
{
    return (struct snp_cpuid_function){
        .eax_in = 0x40000000u + number,
        .ecx_in = number,
        .eax = ~number,
        .ebx = 2,
        .ecx = 3,
        .edx = 4,
    };
}

static void functions_come_back_as_they_are_accepted(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < SNP_CPUID_MAX; i++) {
        table.functions[i] = hypervisor_function(i);
    }
    for (table.count = 0; table.count <= SNP_CPUID_MAX; table.count += 16) {
        assert_int_equal(ask_cpuid(), 0);
        assert_int_equal(response.count, table.count);
        assert_memory_equal(response.functions, table.functions,
                            table.count * sizeof(table.functions[0]));
        assert_true(witness_is_zero((const uint8_t *)&response.functions[table.count],
                                    (SNP_CPUID_MAX - table.count) * sizeof(table.functions[0])));
    }
}

/** As on a CPUID page of the launch. */
static void values_that_the_chip_does_not_give_are_corrected(void **state)
{
    (void)state;
    table.count = 3;
    table.functions[0] = hypervisor_function(0);
    table.functions[1] = (struct snp_cpuid_function){.eax_in = 1, .eax = 0x00800F12, .ebx = 7};
    table.functions[2] = (struct snp_cpuid_function){.eax_in = 0x8000001F, .ebx = 0x7FF};
    assert_int_equal(ask_cpuid(), 0);
    assert_int_equal(response.count, 3);
    table.functions[2].ebx = 0x7C0 | fabric_config()->c_bit;
    assert_memory_equal(response.functions, table.functions, 3 * sizeof(table.functions[0]));
}

static void malformed_tables_are_refused(void **state)
{
    (void)state;
    table.count = SNP_CPUID_MAX + 1u;
    assert_int_equal(ask_cpuid(), INVALID_PARAM);
    table.count = UINT32_MAX;
    assert_int_equal(ask_cpuid(), INVALID_PARAM);
    table.count = 2;
    table.functions[0] = hypervisor_function(0);
    table.functions[1] = hypervisor_function(1);
    assert_int_equal(ask_cpuid(), 0);
    table.reserved_04 = 1;
    assert_int_equal(ask_cpuid(), INVALID_PARAM);
    table.reserved_04 = 0;
    table.reserved_08 = 1ull << 63;
    assert_int_equal(ask_cpuid(), INVALID_PARAM);
    table.reserved_08 = 0;
    table.functions[1].reserved = 1;
    assert_int_equal(ask_cpuid(), INVALID_PARAM);
}

static void the_counters_scale_and_offset_are_told(void **state)
{
    uint8_t request[WITNESS_TSC_INFO_BYTES] = {0};
    uint8_t answer[WITNESS_TSC_INFO_BYTES];
    struct witness_tsc_info info;
    uint32_t status;

    (void)state;
    assert_int_equal(message_ask(MESSAGE_GUEST, &channel, WITNESS_TSC_INFO_REQ, 1, request,
                                 sizeof(request), answer, sizeof(answer)),
                     0);
    assert_sound(witness_tsc_info_response(answer, &status, &info));
    assert_int_equal(info.scale, message_guest(MESSAGE_GUEST)->tsc_scale);
    assert_int_equal(info.offset, message_guest(MESSAGE_GUEST)->tsc_offset);
    assert_int_equal(info.factor, 0);
    for (size_t i = 0; i < sizeof(request); i++) {
        request[i] = 1;
        assert_int_equal(message_ask(MESSAGE_GUEST, &channel, WITNESS_TSC_INFO_REQ, 1, request,
                                     sizeof(request), answer, sizeof(answer)),
                         INVALID_PARAM);
        request[i] = 0;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(functions_come_back_as_they_are_accepted, boot),
        cmocka_unit_test_setup(values_that_the_chip_does_not_give_are_corrected, boot),
        cmocka_unit_test_setup(malformed_tables_are_refused, boot),
        cmocka_unit_test_setup(the_counters_scale_and_offset_are_told, boot),
    };

    return cmocka_run_group_tests_name("a guest's processor", tests, NULL, NULL);
}
