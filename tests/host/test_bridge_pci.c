/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Configuration space of the function: what a driver looks for, what it can write, its reset.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "host/bridge/pci_function.h"

#define COMMAND 0x04u
#define CAPABILITIES 0x34u
#define CAPABILITY_EXPRESS 0x10u
#define CAPABILITY_MSIX 0x11u
#define DEVICE_CONTROL 8u /* in the capability */
#define RESET 0x8000u

static struct pci_function function;

static int set_up(void **state)
{
    (void)state;
    pci_function_reset(&function);
    return 0;
}

static uint32_t get(uint32_t offset, uint32_t bytes)
{
    uint32_t value = 0;
    pci_function_read(&function, offset, (uint8_t *)&value, bytes);
    return value;
}

static bool set(uint32_t offset, uint32_t value, uint32_t bytes)
{
    return pci_function_write(&function, offset, (const uint8_t *)&value, bytes);
}

/* The offset of a capability; 0 when there is none. */
static uint32_t find(uint32_t id)
{
    uint32_t at = get(CAPABILITIES, 1);
    for (int i = 0; i < 16 && at != 0; i++) {
        if (get(at, 1) == id) {
            return at;
        }
        at = get(at + 1, 1);
    }
    return 0;
}

static void it_is_the_security_processor(void **state)
{
    (void)state;
    assert_int_equal(get(0x00, 4), 0x14CA1022);
    assert_int_equal(get(0x2C, 4), 0x14CA1022);
    assert_int_equal(get(0x08, 4) >> 8, 0x108000); /* an encryption controller */
    assert_int_equal(get(0x0E, 1), 0);             /* an endpoint, one function */
    assert_int_equal(get(0x3D, 1), 0);             /* no INTx */
    assert_int_equal(get(0x06, 2) & 0x10, 0x10);
}

static void bars_tell_their_sizes(void **state)
{
    static const uint32_t sizes[6] = {[2] = 0xFFF00000, [5] = 0xFFFFE000};
    (void)state;
    for (uint32_t bar = 0; bar < 6; bar++) {
        (void)set(0x10 + 4 * bar, UINT32_MAX, 4);
        assert_int_equal(get(0x10 + 4 * bar, 4), sizes[bar]);
    }
    (void)set(0x18, 0xFEA12345, 4);
    assert_int_equal(get(0x18, 4), 0xFEA00000);
}

static void msix_has_two_vectors_in_bar_5(void **state)
{
    const uint32_t at = find(CAPABILITY_MSIX);
    (void)state;
    assert_int_not_equal(at, 0);
    assert_int_equal(get(at + 2, 2), 1);
    assert_int_equal(get(at + 4, 4), 5);          /* the table, at its start */
    assert_int_equal(get(at + 8, 4), 0x1000 | 5); /* what is pending */
    (void)set(at + 2, 0xFFFF, 2);
    assert_int_equal(get(at + 2, 2), 0xC001);
}

static void the_table_is_masked_at_first_and_can_be_written(void **state)
{
    static const uint8_t entry[PCI_MSIX_ENTRY_BYTES] = {1, 2, 3, 4, 5};
    uint8_t bytes[PCI_MSIX_BAR_BYTES];
    (void)state;
    pci_msix_read(&function, 0, bytes, sizeof bytes);
    assert_int_equal(bytes[12], 1);
    assert_int_equal(bytes[28], 1);
    pci_msix_write(&function, 16, entry, sizeof entry);
    pci_msix_write(&function, 0x1000, entry, sizeof entry); /* nothing there can be written */
    pci_msix_write(&function, 32, entry, sizeof entry);
    pci_msix_read(&function, 0, bytes, sizeof bytes);
    assert_memory_equal(bytes + 16, entry, sizeof entry);
    assert_int_equal(bytes[0x1000], 0);
    assert_int_equal(bytes[32], 0);
}

static void only_what_is_writable_changes(void **state)
{
    static const uint8_t ones[PCI_CONFIG_BYTES] = {[0 ... PCI_CONFIG_BYTES - 1] = 0xFF};
    (void)state;
    /* The reset bit is left out. */
    const uint32_t control = find(CAPABILITY_EXPRESS) + DEVICE_CONTROL;
    assert_false(pci_function_write(&function, 0, ones, control));
    assert_false(pci_function_write(&function, control + 2, ones, PCI_CONFIG_BYTES - control - 2));
    assert_int_equal(get(0x00, 4), 0x14CA1022);
    assert_int_equal(get(COMMAND, 4), 0x00100546);
    assert_int_equal(get(0x08, 4), 0x10800000);
    assert_int_equal(get(CAPABILITIES, 1), find(CAPABILITY_EXPRESS));
    assert_int_equal(get(PCI_CONFIG_BYTES - 4, 4), 0);
    assert_int_equal(get(0x100, 4), 0); /* no extended capability */
}

static void a_function_level_reset_can_be_had(void **state)
{
    const uint32_t express = find(CAPABILITY_EXPRESS);
    const struct pci_function before = function;
    (void)state;
    assert_int_not_equal(express, 0);
    assert_int_equal(get(express + 4, 4) & 1u << 28, 1u << 28);
    (void)set(COMMAND, 6, 2);
    (void)set(0x18, 0xFEA00000, 4);
    assert_false(set(express + DEVICE_CONTROL, 0x2810, 2));
    assert_true(set(express + DEVICE_CONTROL, 0x2810 | RESET, 2));
    assert_memory_equal(&function, &before, sizeof before);
    assert_int_equal(get(express + DEVICE_CONTROL, 2) & RESET, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_is_the_security_processor, set_up),
        cmocka_unit_test_setup(bars_tell_their_sizes, set_up),
        cmocka_unit_test_setup(msix_has_two_vectors_in_bar_5, set_up),
        cmocka_unit_test_setup(the_table_is_masked_at_first_and_can_be_written, set_up),
        cmocka_unit_test_setup(only_what_is_writable_changes, set_up),
        cmocka_unit_test_setup(a_function_level_reset_can_be_had, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
