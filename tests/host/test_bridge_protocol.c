/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vfio-user messages of a client: what a virtual machine monitor sends, and what it should not.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/mailbox.h"
#include "host/bridge/protocol.h"
#include "tests/host/bridge_board.h"

static struct protocol protocol;
static struct vfio_user_message message;
static _Alignas(8) uint8_t payload[VFIO_USER_PAYLOAD_MAX];

/* Handles a message with that payload. */
static enum protocol_outcome handle(uint16_t command, const void *bytes, size_t length)
{
    message.header = (struct vfio_user_header){.command = command};
    message.payload_bytes = length;
    memcpy(message.payload, bytes, length);
    return protocol_handle(&protocol, &message, payload);
}

/* The errno of an answer. */
static int error_of(uint16_t command, const void *bytes, size_t length)
{
    assert_int_equal(handle(command, bytes, length), PROTOCOL_ANSWER);
    return protocol.error;
}

static void agree(void)
{
    const struct vfio_user_version version = {.major = 0, .minor = 0};
    assert_int_equal(error_of(VFIO_USER_VERSION, &version, sizeof version), 0);
}

static int set_up(void **state)
{
    const int result = bridge_board_set_up(state);
    memset(&message, 0, sizeof message);
    protocol_begin(&protocol, &fake.device);
    return result;
}

static int set_up_agreed(void **state)
{
    const int result = set_up(state);
    agree();
    return result;
}

static void a_version_is_agreed_upon_first(void **state)
{
    static const char text[] = "\0\0\1\0{\"capabilities\":{\"max_msg_fds\":8}}";
    struct vfio_user_version version;
    (void)state;
    assert_int_equal(error_of(VFIO_USER_VERSION, text, sizeof text), 0);
    memcpy(&version, payload, sizeof version);
    assert_int_equal(version.major, 0);
    assert_int_equal(version.minor, 0); /* the client offered 1 */
    assert_int_equal(payload[protocol.payload_bytes - 1], '\0');
    assert_non_null(strstr((const char *)payload + sizeof version, "\"max_data_xfer_size\":4096"));
    assert_int_equal(error_of(VFIO_USER_VERSION, text, sizeof text), EINVAL);
}

static void nothing_comes_before_the_version(void **state)
{
    const struct vfio_user_device_info info = {.argsz = sizeof info};
    (void)state;
    assert_int_equal(handle(VFIO_USER_DEVICE_GET_INFO, &info, sizeof info), PROTOCOL_END);
    assert_int_equal(handle(VFIO_USER_DEVICE_RESET, &info, 0), PROTOCOL_END);
}

static void another_version_and_text_without_end_end_it(void **state)
{
    const struct vfio_user_version other = {.major = 1};
    (void)state;
    assert_int_equal(handle(VFIO_USER_VERSION, &other, sizeof other), PROTOCOL_END);
    assert_int_equal(handle(VFIO_USER_VERSION, "\0\0\0\0{}", 6), PROTOCOL_END);
    assert_false(protocol.is_agreed);
}

static void the_function_tells_its_regions_and_interrupts(void **state)
{
    static const uint32_t bytes[VFIO_PCI_NUM_REGIONS] = {
        [2] = MAILBOX_BAR_BYTES, [5] = 0x2000, [VFIO_PCI_CONFIG_REGION_INDEX] = 4096};
    struct vfio_user_device_info device = {.argsz = sizeof device};
    (void)state;
    assert_int_equal(error_of(VFIO_USER_DEVICE_GET_INFO, &device, sizeof device), 0);
    memcpy(&device, payload, sizeof device);
    assert_int_equal(device.flags, VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET);
    assert_int_equal(device.regions, VFIO_PCI_NUM_REGIONS);
    for (uint32_t i = 0; i <= VFIO_PCI_NUM_REGIONS; i++) {
        struct vfio_user_region_info region = {.argsz = sizeof region, .index = i};
        const int error = error_of(VFIO_USER_DEVICE_GET_REGION_INFO, &region, sizeof region);
        memcpy(&region, payload, sizeof region);
        assert_int_equal(error, i < VFIO_PCI_NUM_REGIONS ? 0 : EINVAL);
        assert_int_equal(error == 0 ? region.size : 0, i < VFIO_PCI_NUM_REGIONS ? bytes[i] : 0);
    }
    for (uint32_t i = 0; i <= device.irqs; i++) {
        struct vfio_user_irq_info irq = {.argsz = sizeof irq, .index = i};
        const int error = error_of(VFIO_USER_DEVICE_GET_IRQ_INFO, &irq, sizeof irq);
        memcpy(&irq, payload, sizeof irq);
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
            assert_int_equal(error_of(commands[i].command, zeros, bytes), EINVAL);
        }
    }
    assert_int_equal(error_of(0, zeros, sizeof zeros), ENOTSUP);
    assert_int_equal(error_of(6, zeros, sizeof zeros), ENOTSUP);
    assert_int_equal(error_of(UINT16_MAX, zeros, sizeof zeros), ENOTSUP);
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
    return error_of(command, bytes, sizeof access + data_bytes);
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
    assert_int_equal(protocol.payload_bytes, 16 + 4096);
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
    memcpy(&part, payload + 16, sizeof part);
    assert_int_equal(part, 0x4455);
    assert_int_equal(reach(VFIO_USER_REGION_WRITE, 2, MAILBOX_CMDBUF_LO, 2, &both, 2), 0);
    assert_int_equal(reach(VFIO_USER_REGION_WRITE, 2, MAILBOX_CMDBUF_LO - 2, 4, &both, 4), 0);
    assert_int_equal(reach(VFIO_USER_REGION_WRITE, 2, MAILBOX_CMDBUF_LO, 0, &both, 0), 0);
    assert_int_equal(fake.device.mailbox.cmdbuf_lo, 0x55667788);
}

/* SET_IRQS. @return errno */
static int set_irqs(uint32_t flags, uint32_t index, uint32_t start, uint32_t count, size_t data)
{
    uint8_t bytes[64] = {0};
    const struct vfio_user_irq_set set = {
        .argsz = sizeof set, .flags = flags, .index = index, .start = start, .count = count};
    memcpy(bytes, &set, sizeof set);
    memset(bytes + sizeof set, 1, data);
    return error_of(VFIO_USER_DEVICE_SET_IRQS, bytes, sizeof set + data);
}

#define EVENTS (VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER)
#define TRIGGER (VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER)
#define TRIGGER_SOME (VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_TRIGGER)

static void give(int fd)
{
    message.fds[message.fd_count++] = fd;
}

static void events_are_given_triggered_and_taken(void **state)
{
    uint64_t count = 0;
    const int event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    (void)state;
    give(dup(event));
    assert_int_equal(set_irqs(EVENTS, 2, 1, 1, 0), 0);
    assert_int_equal(message.fds[0], -1); /* it was taken */
    message.fd_count = 0;
    assert_int_equal(set_irqs(TRIGGER, 2, 0, 2, 0), 0);
    assert_int_equal(set_irqs(TRIGGER_SOME, 2, 1, 1, 1), 0);
    assert_int_equal(read(event, &count, sizeof count), sizeof count);
    assert_int_equal(count, 2);
    assert_int_equal(set_irqs(EVENTS, 2, 1, 1, 0), 0); /* without descriptors */
    assert_int_equal(fake.device.interrupts.events[1], -1);
    assert_int_equal(set_irqs(TRIGGER, 2, 0, 0, 0), 0);
    (void)close(event);
}

static void interrupts_that_are_not_there_are_refused(void **state)
{
    static const struct {
        uint32_t flags;
        uint32_t index;
        uint32_t start;
        uint32_t count;
    } sets[] = {
        {TRIGGER, 2, 0, 3},
        {TRIGGER, 2, 2, 1},
        {TRIGGER, 2, 3, 0},
        {TRIGGER, 2, UINT32_MAX, 2},
        {TRIGGER, 2, 1, UINT32_MAX},
        {TRIGGER, 0, 0, 1},
        {TRIGGER, 3, 0, 1},
        {TRIGGER, UINT32_MAX, 0, 1},
        {EVENTS, 1, 0, 1},
        {TRIGGER_SOME, 2, 0, 2}, /* with data for one */
        {0, 2, 0, 1},
        {UINT32_MAX, 2, 0, 1},
        {VFIO_IRQ_SET_DATA_NONE | 1u << 3, 2, 0, 1}, /* mask */
    };
    (void)state;
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        assert_int_equal(set_irqs(sets[i].flags, sets[i].index, sets[i].start, sets[i].count, 1),
                         EINVAL);
    }
}

static void only_events_are_taken_and_as_many_as_were_announced(void **state)
{
    int ends[2];
    (void)state;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    give(ends[1]);
    assert_int_equal(set_irqs(EVENTS, 2, 0, 1, 0), EINVAL); /* a pipe may block */
    assert_int_equal(message.fds[0], ends[1]);              /* not taken */
    message.fds[0] = eventfd(0, EFD_CLOEXEC);
    give(ends[1]);
    assert_int_equal(set_irqs(EVENTS, 2, 0, 2, 0), EINVAL); /* one of two */
    message.fd_count = 1;
    assert_int_equal(set_irqs(EVENTS, 2, 0, 2, 0), EINVAL);
    assert_int_equal(fake.device.interrupts.events[0], -1);
    assert_int_equal(set_irqs(EVENTS, 2, 0, 1, 0), 0);
    message.fd_count = 0;
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void an_event_that_is_full_does_not_block(void **state)
{
    const uint64_t most = UINT64_MAX - 1;
    const int event = eventfd(0, EFD_CLOEXEC); /* blocks, as its maker says */
    (void)state;
    give(dup(event));
    assert_int_equal(set_irqs(EVENTS, 2, 0, 1, 0), 0);
    message.fd_count = 0;
    assert_int_equal(write(event, &most, sizeof most), sizeof most);
    assert_int_equal(set_irqs(TRIGGER, 2, 0, 1, 0), 0);
    (void)close(event);
}

static int map(uint32_t flags, uint64_t offset, uint64_t address, uint64_t size)
{
    const struct vfio_user_dma_map request = {.argsz = sizeof request,
                                              .flags = flags,
                                              .offset = offset,
                                              .address = address,
                                              .size = size};
    return error_of(VFIO_USER_DMA_MAP, &request, sizeof request);
}

static int unmap(uint64_t address, uint64_t size)
{
    const struct vfio_user_dma_unmap request = {
        .argsz = sizeof request, .address = address, .size = size};
    return error_of(VFIO_USER_DMA_UNMAP, &request, sizeof request);
}

static void windows_are_mapped_once_and_unmapped_as_they_were(void **state)
{
    (void)state;
    assert_int_equal(map(3, 0, 0x10000000, 0x2000), 0);
    assert_int_equal(map(3, 0, 0x10001000, 0x1000), EEXIST);
    assert_int_equal(map(3, 0, 0xFFFF000, 0x1001), EEXIST);
    assert_int_equal(map(3, 0, 0x10002000, 0x1000), 0);
    assert_int_equal(unmap(0x10000000, 0x1000), ENOENT);
    assert_int_equal(unmap(0x10001000, 0x2000), ENOENT);
    assert_int_equal(unmap(0x10000000, 0x2000), 0);
    assert_int_equal(protocol.payload_bytes, sizeof(struct vfio_user_dma_unmap));
    assert_int_equal(unmap(0x10000000, 0x2000), ENOENT);
    assert_int_equal(map(3, 0, 0x10001000, 0x1000), 0);
}

static void impossible_windows_are_refused(void **state)
{
    (void)state;
    assert_int_equal(map(3, 0, 0x10000000, 0), EINVAL);
    assert_int_equal(map(3, 0, UINT64_MAX - 0xFFF, 0x2000), EINVAL);
    assert_int_equal(map(3, UINT64_MAX - 0xFFF, 0x10000000, 0x2000), EINVAL);
    assert_int_equal(map(0x10, 0, 0x10000000, 0x1000), EINVAL);
    assert_int_equal(map(7, 0, 0x10000000, 0x1000), EINVAL); /* to be mapped, without a file */
    for (uint64_t i = 0; i < DMA_WINDOWS_MAX; i++) {
        assert_int_equal(map(3, 0, 0x10000000 + i * 0x1000, 0x1000), 0);
    }
    assert_int_equal(map(3, 0, 0xF000000, 0x1000), ENOSPC);
    assert_int_equal(fake.device.memory.count, DMA_WINDOWS_MAX);
}

static void memory_that_is_not_the_boards_is_noticed(void **state)
{
    char path[PATH_MAX];
    (void)state;
    assert_true(board_path(path, fake.directory, "run/dram"));
    const int dram = open(path, O_RDWR | O_CLOEXEC);
    give(dram);
    assert_int_equal(map(3, 0, 0, 0x400000), 0);
    assert_false(fake.device.is_foreign);
    assert_int_equal(unmap(0, 0x400000), 0);
    assert_int_equal(map(3, 0x1000, 0x200000, 0x1000), 0); /* the right file, another place */
    assert_true(fake.device.is_foreign);
    device_disconnect(&fake.device);
    message.fd_count = 0;
    assert_int_equal(map(3, 0, 0xC0000, 0x1000), 0);        /* a ROM */
    assert_int_equal(map(3, 0, 0xFFFF00000000, 0x1000), 0); /* no DRAM there */
    assert_false(fake.device.is_foreign);
    assert_int_equal(map(3, 0x200000, 0x200000, 0x1000), 0); /* not shared at all */
    assert_true(fake.device.is_foreign);
    (void)close(dram);
}

static void a_reset_is_the_machines(void **state)
{
    (void)state;
    fake.device.mailbox.inten = 2;
    assert_int_equal(handle(VFIO_USER_DEVICE_RESET, "", 0), PROTOCOL_RESET);
    assert_int_equal(fake.device.mailbox.inten, 0);
}

#define TEST(function)                                                                             \
    cmocka_unit_test_setup_teardown(function, set_up_agreed, bridge_board_tear_down)
#define TEST_BEFORE(function)                                                                      \
    cmocka_unit_test_setup_teardown(function, set_up, bridge_board_tear_down)

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
        TEST(events_are_given_triggered_and_taken),
        TEST(interrupts_that_are_not_there_are_refused),
        TEST(only_events_are_taken_and_as_many_as_were_announced),
        TEST(an_event_that_is_full_does_not_block),
        TEST(windows_are_mapped_once_and_unmapped_as_they_were),
        TEST(impossible_windows_are_refused),
        TEST(memory_that_is_not_the_boards_is_noticed),
        TEST(a_reset_is_the_machines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
