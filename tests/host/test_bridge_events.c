/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vfio-user messages of a client: events for interrupts, and windows of memory.
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

#include "tests/host/bridge_board.h"
#include "tests/host/bridge_messages.h"

/* SET_IRQS. @return errno */
static int set_irqs(uint32_t flags, uint32_t index, uint32_t start, uint32_t count, size_t data)
{
    uint8_t bytes[64] = {0};
    const struct vfio_user_irq_set set = {
        .argsz = sizeof set, .flags = flags, .index = index, .start = start, .count = count};
    memcpy(bytes, &set, sizeof set);
    memset(bytes + sizeof set, 1, data);
    return bridge_client_ask(VFIO_USER_DEVICE_SET_IRQS, bytes, sizeof set + data);
}

#define EVENTS (VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER)
#define TRIGGER (VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER)
#define TRIGGER_SOME (VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_TRIGGER)

static void events_are_given_triggered_and_taken(void **state)
{
    uint64_t count = 0;
    const int event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    (void)state;
    bridge_client_give(dup(event));
    assert_int_equal(set_irqs(EVENTS, 2, 1, 1, 0), 0);
    assert_int_equal(client.message.fds[0], -1); /* it was taken */
    client.message.fd_count = 0;
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
        {TRIGGER, 3, 0, 0},
        {EVENTS, UINT32_MAX, 0, 0},
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
    bridge_client_give(ends[1]);
    assert_int_equal(set_irqs(EVENTS, 2, 0, 1, 0), EINVAL); /* a pipe may block */
    assert_int_equal(client.message.fds[0], ends[1]);       /* not taken */
    client.message.fds[0] = eventfd(0, EFD_CLOEXEC);
    bridge_client_give(ends[1]);
    assert_int_equal(set_irqs(EVENTS, 2, 0, 2, 0), EINVAL); /* one of two */
    client.message.fd_count = 1;
    assert_int_equal(set_irqs(EVENTS, 2, 0, 2, 0), EINVAL);
    assert_int_equal(fake.device.interrupts.events[0], -1);
    assert_int_equal(set_irqs(EVENTS, 2, 0, 1, 0), 0);
    client.message.fd_count = 0;
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void an_event_that_is_full_does_not_block(void **state)
{
    const uint64_t most = UINT64_MAX - 1;
    const int event = eventfd(0, EFD_CLOEXEC); /* blocks, as its maker says */
    (void)state;
    bridge_client_give(dup(event));
    assert_int_equal(set_irqs(EVENTS, 2, 0, 1, 0), 0);
    client.message.fd_count = 0;
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
    return bridge_client_ask(VFIO_USER_DMA_MAP, &request, sizeof request);
}

static int unmap(uint64_t address, uint64_t size)
{
    const struct vfio_user_dma_unmap request = {
        .argsz = sizeof request, .address = address, .size = size};
    return bridge_client_ask(VFIO_USER_DMA_UNMAP, &request, sizeof request);
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
    assert_int_equal(client.protocol.payload_bytes, sizeof(struct vfio_user_dma_unmap));
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
    bridge_client_give(dram);
    assert_int_equal(map(3, 0, 0, 0x400000), 0);
    assert_false(fake.device.is_foreign);
    assert_int_equal(unmap(0, 0x400000), 0);
    assert_int_equal(map(3, 0x1000, 0x200000, 0x1000), 0); /* the right file, another place */
    assert_true(fake.device.is_foreign);
    device_disconnect(&fake.device);
    client.message.fd_count = 0;
    assert_int_equal(map(3, 0, 0xC0000, 0x1000), 0);        /* a ROM */
    assert_int_equal(map(3, 0, 0xFFFF00000000, 0x1000), 0); /* no DRAM there */
    assert_false(fake.device.is_foreign);
    assert_int_equal(map(3, 0x200000, 0x200000, 0x1000), 0); /* not shared at all */
    assert_true(fake.device.is_foreign);
    (void)close(dram);
}

#define TEST(function)                                                                             \
    cmocka_unit_test_setup_teardown(function, bridge_client_set_up_agreed, bridge_board_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(events_are_given_triggered_and_taken),
        TEST(interrupts_that_are_not_there_are_refused),
        TEST(only_events_are_taken_and_as_many_as_were_announced),
        TEST(an_event_that_is_full_does_not_block),
        TEST(windows_are_mapped_once_and_unmapped_as_they_were),
        TEST(impossible_windows_are_refused),
        TEST(memory_that_is_not_the_boards_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
