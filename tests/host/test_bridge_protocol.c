/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vfio-user messages of a client: versions, what the function has, its regions.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "abi/mailbox.h"
#include "tests/host/bridge_board.h"
#include "tests/host/bridge_messages.h"

static void a_version_is_agreed_upon_first(void **state)
{
    static const char text[] = "\0\0\1\0{\"capabilities\":{\"max_msg_fds\":8}}";
    struct vfio_user_version version;
    (void)state;
    assert_int_equal(bridge_client_ask(VFIO_USER_VERSION, text, sizeof text), 0);
    memcpy(&version, client.payload, sizeof version);
    assert_int_equal(version.major, 0);
    assert_int_equal(version.minor, 0); /* the client offered 1 */
    assert_int_equal(client.payload[client.protocol.payload_bytes - 1], '\0');
    assert_non_null(
        strstr((const char *)client.payload + sizeof version, "\"max_data_xfer_size\":4096"));
    assert_int_equal(bridge_client_ask(VFIO_USER_VERSION, text, sizeof text), EINVAL);
}

static void nothing_comes_before_the_version(void **state)
{
    const struct vfio_user_device_info info = {.argsz = sizeof info};
    (void)state;
    assert_int_equal(bridge_client_send(VFIO_USER_DEVICE_GET_INFO, &info, sizeof info),
                     PROTOCOL_END);
    assert_int_equal(bridge_client_send(VFIO_USER_DEVICE_RESET, &info, 0), PROTOCOL_END);
}

static void another_version_and_text_without_end_end_it(void **state)
{
    const struct vfio_user_version other = {.major = 1};
    (void)state;
    assert_int_equal(bridge_client_send(VFIO_USER_VERSION, &other, sizeof other), PROTOCOL_END);
    assert_int_equal(bridge_client_send(VFIO_USER_VERSION, "\0\0\0\0{}", 6), PROTOCOL_END);
    assert_false(client.protocol.is_agreed);
}

static void the_function_tells_its_regions_and_interrupts(void **state)
{
    static const uint32_t bytes[VFIO_PCI_NUM_REGIONS] = {
        [2] = MAILBOX_BAR_BYTES, [5] = 0x2000, [VFIO_PCI_CONFIG_REGION_INDEX] = 4096};
    struct vfio_user_device_info device = {.argsz = sizeof device};
    (void)state;
    assert_int_equal(bridge_client_ask(VFIO_USER_DEVICE_GET_INFO, &device, sizeof device), 0);
    memcpy(&device, client.payload, sizeof device);
    assert_int_equal(device.flags, VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET);
    assert_int_equal(device.regions, VFIO_PCI_NUM_REGIONS);
    for (uint32_t i = 0; i <= VFIO_PCI_NUM_REGIONS; i++) {
        struct vfio_user_region_info region = {.argsz = sizeof region, .index = i};
        const int error =
            bridge_client_ask(VFIO_USER_DEVICE_GET_REGION_INFO, &region, sizeof region);
        memcpy(&region, client.payload, sizeof region);
        assert_int_equal(error, i < VFIO_PCI_NUM_REGIONS ? 0 : EINVAL);
        assert_int_equal(error == 0 ? region.size : 0, i < VFIO_PCI_NUM_REGIONS ? bytes[i] : 0);
    }
    for (uint32_t i = 0; i <= device.irqs; i++) {
        struct vfio_user_irq_info irq = {.argsz = sizeof irq, .index = i};
        const int error = bridge_client_ask(VFIO_USER_DEVICE_GET_IRQ_INFO, &irq, sizeof irq);
        memcpy(&irq, client.payload, sizeof irq);
        assert_int_equal(error, i < device.irqs ? 0 : EINVAL);
        assert_int_equal(error == 0 ? irq.count : 0,
                         i == VFIO_PCI_MSIX_IRQ_INDEX ? INTERRUPTS_VECTORS : 0);
    }
}

static void short_messages_and_unknown_commands_are_refused(void **state)
{
    static const struct {
        uint16_t command;
        size_t bytes;
    } commands[] = {
        {VFIO_USER_DMA_MAP, 32},
        {VFIO_USER_DMA_UNMAP, 24},
        {VFIO_USER_DEVICE_GET_INFO, 16},
        {VFIO_USER_DEVICE_GET_REGION_INFO, 32},
        {VFIO_USER_DEVICE_GET_IRQ_INFO, 16},
        {VFIO_USER_DEVICE_SET_IRQS, 20},
        {VFIO_USER_REGION_READ, 16},
        {VFIO_USER_REGION_WRITE, 16},
    };
    static const uint8_t zeros[64];
    (void)state;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        for (size_t bytes = 0; bytes < commands[i].bytes; bytes++) {
            assert_int_equal(bridge_client_ask(commands[i].command, zeros, bytes), EINVAL);
        }
    }
    assert_int_equal(bridge_client_ask(0, zeros, sizeof zeros), ENOTSUP);
    assert_int_equal(bridge_client_ask(6, zeros, sizeof zeros), ENOTSUP);
    assert_int_equal(bridge_client_ask(UINT16_MAX, zeros, sizeof zeros), ENOTSUP);
}

/* An access to a region. @return errno */
static int reach(uint16_t command, uint32_t region, uint64_t offset, uint32_t count,
                 const void *data, size_t data_bytes)
{
    uint8_t bytes[VFIO_USER_PAYLOAD_MAX];
    const struct vfio_user_region_access access = {
        .offset = offset, .region = region, .count = count};
    memcpy(bytes, &access, sizeof access);
    memcpy(bytes + sizeof access, data, data_bytes);
    return bridge_client_ask(command, bytes, sizeof access + data_bytes);
}

static void what_is_outside_of_a_region_is_refused(void **state)
{
    static const uint8_t data[8];
    static const struct {
        uint32_t region;
        uint64_t offset;
        uint32_t count;
    } accesses[] = {
        {2, MAILBOX_BAR_BYTES, 4},
        {2, MAILBOX_BAR_BYTES - 3, 4},
        {2, UINT64_MAX, 1},
        {2, UINT64_MAX - 3, 8},
        {2, 0, 4097},
        {2, 0, UINT32_MAX},
        {5, 0x1FFD, 4},
        {7, 4096, 1},
        {7, 1, 4096},
        {0, 0, 1},
        {6, 0, 4},
        {9, 0, 4},
        {UINT32_MAX, 0, 4},
    };
    (void)state;
    for (size_t i = 0; i < sizeof accesses / sizeof accesses[0]; i++) {
        assert_int_equal(reach(VFIO_USER_REGION_READ, accesses[i].region, accesses[i].offset,
                               accesses[i].count, data, 0),
                         EINVAL);
        assert_int_equal(reach(VFIO_USER_REGION_WRITE, accesses[i].region, accesses[i].offset,
                               accesses[i].count, data, sizeof data),
                         EINVAL);
    }
    assert_int_equal(reach(VFIO_USER_REGION_READ, 7, 0, 4096, data, 0), 0);
    assert_int_equal(client.protocol.payload_bytes, 16 + 4096);
    assert_int_equal(reach(VFIO_USER_REGION_READ, 2, MAILBOX_BAR_BYTES - 4, 4, data, 0), 0);
}

static void a_write_with_less_data_than_it_says_changes_nothing(void **state)
{
    const uint32_t value = 0x11223344;
    (void)state;
    assert_int_equal(reach(VFIO_USER_REGION_WRITE, 2, MAILBOX_CMDBUF_LO, 4, &value, 3), EINVAL);
    assert_int_equal(fake.device.mailbox.cmdbuf_lo, 0);
    assert_int_equal(reach(VFIO_USER_REGION_WRITE, 2, MAILBOX_CMDBUF_LO, 4, &value, 4), 0);
    assert_int_equal(fake.device.mailbox.cmdbuf_lo, value);
}

static void the_mailbox_is_read_in_any_part_and_written_in_whole_registers(void **state)
{
    const uint64_t both = 0x1122334455667788;
    uint16_t part;
    (void)state;
    assert_int_equal(reach(VFIO_USER_REGION_WRITE, 2, MAILBOX_CMDBUF_LO, 8, &both, 8), 0);
    assert_int_equal(fake.device.mailbox.cmdbuf_hi, 0x11223344);
    assert_int_equal(reach(VFIO_USER_REGION_READ, 2, MAILBOX_CMDBUF_LO + 3, 2, &both, 0), 0);
    memcpy(&part, client.payload + 16, sizeof part);
    assert_int_equal(part, 0x4455);
    assert_int_equal(reach(VFIO_USER_REGION_WRITE, 2, MAILBOX_CMDBUF_LO, 2, &both, 2), 0);
    assert_int_equal(reach(VFIO_USER_REGION_WRITE, 2, MAILBOX_CMDBUF_LO - 2, 4, &both, 4), 0);
    assert_int_equal(reach(VFIO_USER_REGION_WRITE, 2, MAILBOX_CMDBUF_LO, 0, &both, 0), 0);
    assert_int_equal(fake.device.mailbox.cmdbuf_lo, 0x55667788);
}

static void a_reset_is_the_machines(void **state)
{
    (void)state;
    fake.device.mailbox.inten = 2;
    assert_int_equal(bridge_client_send(VFIO_USER_DEVICE_RESET, "", 0), PROTOCOL_RESET);
    assert_int_equal(fake.device.mailbox.inten, 0);
}

#define TEST(function)                                                                             \
    cmocka_unit_test_setup_teardown(function, bridge_client_set_up_agreed, bridge_board_tear_down)
#define TEST_BEFORE(function)                                                                      \
    cmocka_unit_test_setup_teardown(function, bridge_client_set_up, bridge_board_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_BEFORE(a_version_is_agreed_upon_first),
        TEST_BEFORE(nothing_comes_before_the_version),
        TEST_BEFORE(another_version_and_text_without_end_end_it),
        TEST(the_function_tells_its_regions_and_interrupts),
        TEST(short_messages_and_unknown_commands_are_refused),
        TEST(what_is_outside_of_a_region_is_refused),
        TEST(a_write_with_less_data_than_it_says_changes_nothing),
        TEST(the_mailbox_is_read_in_any_part_and_written_in_whole_registers),
        TEST(a_reset_is_the_machines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
