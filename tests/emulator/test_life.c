/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of guests that run: they move, sleep, are debugged, and share fewer ASIDs than there are
 * guests.
 */
#include <stdlib.h>
#include <string.h>

#include "host/emulator/hypervisor.h"
#include "host/lib/sev.h"
#include "tests/emulator/stage.h"

#define MARK 0x4C45564152544C49ull
#define CHANGED 0x1234567890ABCDEFull
#define GUESTS 20u
#define ASIDS 4u
#define POLICY_MAY_MOVE SEV_POLICY_NODBG

/* Sends a guest that runs, pages before and after it goes on, and receives it. */
static void move(uint32_t flags)
{
    struct emulator *a = stage_open(0, NULL, 0);
    struct emulator *b = stage_open(1, NULL, 0);
    static struct sev_target target;
    struct vm_stream stream;
    assert_true(emulator_prepare(a, false));
    assert_true(emulator_prepare(b, false));
    stage_identify(b, &target);
    struct vm_options options = stage_options("travel", flags);
    options.policy = POLICY_MAY_MOVE | ((flags & GUEST_ES) != 0 ? SEV_POLICY_ES : 0);
    struct vm *vm = stage_launch(a, &options);
    struct vm *moved = calloc(1, sizeof *moved);
    assert_non_null(moved);
    assert_int_equal(vm_send_start(vm, &target, &stream), SEV_STATUS_SUCCESS);
    assert_int_equal(vm_receive_start(moved, b, &stream, 0), SEV_STATUS_SUCCESS);
    assert_int_equal(vm_send_pages(vm, &stream, false), SEV_STATUS_SUCCESS);
    const size_t before = stream.count;
    stage_run_to_pause(vm);
    assert_int_equal(vm_send_pages(vm, &stream, true), SEV_STATUS_SUCCESS);
    assert_true(stream.count > before);     /* It has filled pages meanwhile, */
    assert_true(stream.count < 2 * before); /* but not all. */
    assert_int_equal(vm_send_finish(vm, &stream), SEV_STATUS_SUCCESS);
    stage_end(vm);
    assert_int_equal(vm_receive_packets(moved, &stream, 0), SEV_STATUS_SUCCESS);
    assert_int_equal(vm_receive_finish(moved, &stream), SEV_STATUS_SUCCESS);
    assert_string_equal(moved->devices.text, "before\n");
    stage_run_to_end(moved);
    assert_memory_equal(moved->devices.text, "before\nafter\n", sizeof "before\nafter\n" - 1);
    stage_end(moved);
    vm_stream_free(&stream);
    stage_close(a);
    stage_close(b);
}

/* Pages come and go, and none is taken for another. */
static void fits_into_a_small_cache(void **state)
{
    (void)state;
    struct emulator *emulator = stage_open_small(0);
    assert_true(emulator_prepare(emulator, false));
    const struct vm_options options = stage_options("rogue", GUEST_SEV);
    struct vm *vm = stage_launch(emulator, &options);
    stage_run_to_end(vm);
    stage_end(vm);
    stage_close(emulator);
}

/* What the host tells of a guest's page is of that page, and not of the host's own behind it. */
static void is_told_of_its_own_pages(void **state)
{
    (void)state;
    struct emulator *emulator = stage_open(0, NULL, 0);
    const struct vm_options options = stage_options("travel", 0);
    struct vm *vm = stage_launch(emulator, &options);
    const uint64_t last = vm->machine.memory_bytes - sizeof(uint64_t);
    const uint64_t mark = MARK;
    assert_true(emulator_write(emulator, vm->base + last, &mark, sizeof mark));
    assert_true(hypervisor_attack(vm, GUEST_ATTACK_READ, last, 0) == MARK);
    for (uint64_t i = 1; i < sizeof(uint64_t); i++) {
        assert_true(hypervisor_attack(vm, GUEST_ATTACK_READ, last + i, 0) == 1);
    }
    stage_end(vm);
    stage_close(emulator);
}

/* Nothing was remapped: there is nothing to undo, and page 0 of the machine is the host's. */
static void gets_no_page_by_undoing_nothing(void **state)
{
    (void)state;
    struct emulator *emulator = stage_open(0, NULL, 0);
    const struct vm_options options = stage_options("travel", 0);
    struct vm *vm = stage_launch(emulator, &options);
    assert_true(hypervisor_attack(vm, GUEST_ATTACK_UNMAP, 0, 0) == UINT64_MAX);
    assert_true(vm_spa(vm, 0) == vm->base);
    stage_end(vm);
    stage_close(emulator);
}

/* Its owner's secret, too, whether it was given to the guest or not. */
static void leaves_no_secret_behind(void **state)
{
    (void)state;
    static const uint8_t zeros[VM_SECRET_BYTES];
    struct emulator *emulator = stage_open(0, NULL, 0);
    const struct vm_options options = stage_options("travel", 0);
    struct vm *vm = stage_launch(emulator, &options);
    assert_memory_not_equal(vm->secret, zeros, sizeof zeros);
    assert_true(vm_end(vm));
    assert_memory_equal(vm->secret, zeros, sizeof zeros);
    stage_end(vm);
    stage_close(emulator);
}

/* A stream comes from another machine: it may say anything. */
static void receives_nothing_into_other_memory(void **state)
{
    (void)state;
    static struct vm vm;
    static struct vm_stream stream;
    static struct vm_packet packet = {.sent = {.length = DRAM_PAGE_BYTES}};
    static const uint64_t places[] = {0x400000, 0x3FF001, UINT64_MAX - 0xFFF, UINT64_MAX};
    vm.machine.memory_bytes = 0x400000;
    stream.packets = &packet;
    stream.count = 1;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        packet.gpa = places[i];
        assert_int_equal(vm_receive_packets(&vm, &stream, 0), SEV_STATUS_INVALID_ADDRESS);
    }
    packet.gpa = 0;
    packet.sent.length = UINT32_MAX;
    assert_int_equal(vm_receive_packets(&vm, &stream, 0), SEV_STATUS_INVALID_ADDRESS);
    stream.options.vcpus = GUEST_CPUS_MAX + 1;
    assert_int_equal(vm_receive_start(&vm, NULL, &stream, 0), MAILBOX_ERROR);
    stream.options.vcpus = 0;
    assert_int_equal(vm_receive_start(&vm, NULL, &stream, 0), MAILBOX_ERROR);
    assert_true(vm_end(&vm));
}

/* The firmware may have changed keys or tables by another's command. */
static void forgets_translations_when_the_firmware_has_changed_something(void **state)
{
    (void)state;
    struct emulator *emulator = stage_open(0, NULL, 0);
    const struct vm_options options = stage_options("travel", 0);
    struct vm *vm = stage_launch(emulator, &options);
    stage_run_to_pause(vm);
    (void)x86_machine_changed(&emulator->x86);
    const uint64_t epoch = emulator->cores.epoch;
    emulator->x86.generation -= 2; /* As if it had been seen before the last change. */
    (void)cpu_vmrun(&vm->cpus[0], 1);
    assert_true(emulator->cores.epoch > epoch);
    stage_end(vm);
    stage_close(emulator);
}

static void moves_to_another_machine(void **state)
{
    (void)state;
    move(GUEST_SEV);
}

static void moves_with_encrypted_registers(void **state)
{
    (void)state;
    move(GUEST_SEV | GUEST_ES);
}

/* Sent to its own platform, and received after a restart. */
static void sleeps_through_a_restart(void **state)
{
    (void)state;
    struct emulator *emulator = stage_open(0, NULL, 0);
    static struct sev_target target;
    struct vm_stream stream;
    assert_true(emulator_prepare(emulator, false));
    stage_identify(emulator, &target);
    struct vm_options options = stage_options("travel", GUEST_SEV | GUEST_ES);
    options.policy = POLICY_MAY_MOVE | SEV_POLICY_ES;
    struct vm *vm = stage_launch(emulator, &options);
    stage_run_to_pause(vm);
    assert_int_equal(vm_send_start(vm, &target, &stream), SEV_STATUS_SUCCESS);
    assert_int_equal(vm_send_pages(vm, &stream, false), SEV_STATUS_SUCCESS);
    assert_int_equal(vm_send_finish(vm, &stream), SEV_STATUS_SUCCESS);
    stage_end(vm);
    stage_close(emulator);
    emulator = stage_open(0, NULL, 0);
    assert_true(emulator_prepare(emulator, false));
    vm = calloc(1, sizeof *vm);
    assert_non_null(vm);
    assert_int_equal(vm_receive_start(vm, emulator, &stream, 7), SEV_STATUS_SUCCESS);
    assert_int_equal(vm_receive_packets(vm, &stream, 0), SEV_STATUS_SUCCESS);
    assert_int_equal(vm_receive_finish(vm, &stream), SEV_STATUS_SUCCESS);
    stage_run_to_end(vm);
    stage_end(vm);
    vm_stream_free(&stream);
    stage_close(emulator);
}

/* @return address of the guest's mark: its first free page */
static uint64_t mark_of(const struct vm *vm)
{
    return vm->base + vm->image.length;
}

static void is_debugged_if_its_policy_allows_it(void **state)
{
    (void)state;
    struct emulator *emulator = stage_open(0, NULL, 0);
    const uint64_t changed[2] = {CHANGED, 0};
    uint64_t seen[2] = {0};
    assert_true(emulator_prepare(emulator, false));
    struct vm_options options = stage_options("travel", GUEST_SEV);
    options.policy = 0;
    struct vm *vm = stage_launch(emulator, &options);
    stage_run_to_pause(vm);
    x86_cache_flush_key(emulator->x86.cache, vm->asid);
    const uint64_t page = dram_allocate(&emulator->board.dram, 0, DRAM_PAGE_BYTES, 0);
    struct sev_dbg debug = {
        .handle = vm->handle, .src_paddr = mark_of(vm), .dst_paddr = page, .length = sizeof seen};
    assert_int_equal(sev_dbg_decrypt(&emulator->board, &debug), SEV_STATUS_SUCCESS);
    emulator_read(emulator, page, seen, sizeof seen);
    assert_true(seen[0] == MARK);
    seen[0] = changed[0]; /* The word beside it is the guest's pattern, and stays. */
    assert_true(emulator_write(emulator, page, seen, sizeof seen));
    debug = (struct sev_dbg){
        .handle = vm->handle, .src_paddr = page, .dst_paddr = mark_of(vm), .length = sizeof seen};
    assert_int_equal(sev_dbg_encrypt(&emulator->board, &debug), SEV_STATUS_SUCCESS);
    stage_run_to_end(vm);
    assert_non_null(strstr(vm->devices.text, "somebody has changed the mark"));
    stage_end(vm);
    stage_close(emulator);
}

static void is_not_debugged_otherwise(void **state)
{
    (void)state;
    struct emulator *emulator = stage_open(0, NULL, 0);
    assert_true(emulator_prepare(emulator, false));
    const struct vm_options options = stage_options("travel", GUEST_SEV);
    struct vm *vm = stage_launch(emulator, &options);
    stage_run_to_pause(vm);
    const uint64_t page = dram_allocate(&emulator->board.dram, 0, DRAM_PAGE_BYTES, 0);
    struct sev_dbg debug = {
        .handle = vm->handle, .src_paddr = mark_of(vm), .dst_paddr = page, .length = 16};
    assert_int_equal(sev_dbg_decrypt(&emulator->board, &debug), SEV_STATUS_POLICY_FAILURE);
    stage_run_to_end(vm);
    stage_end(vm);
    stage_close(emulator);
}

/* Gives an ASID from one guest to another: what the first has in the caches must be written first. */
static void hand_on(struct vm *from, struct vm *to)
{
    struct emulator *emulator = to->emulator;
    struct sev_handle handle = {.handle = from->handle};
    struct sev_activate activate = {.handle = to->handle, .asid = from->asid};
    x86_cache_flush_key(emulator->x86.cache, from->asid);
    assert_int_equal(sev_deactivate(&emulator->board, &handle), SEV_STATUS_SUCCESS);
    /* Not before the flush. */
    assert_int_equal(sev_activate(&emulator->board, &activate), SEV_STATUS_DFFLUSH_REQUIRED);
    assert_int_equal(emulator_flush(emulator), SEV_STATUS_SUCCESS);
    assert_int_equal(sev_activate(&emulator->board, &activate), SEV_STATUS_SUCCESS);
    to->asid = activate.asid;
    to->cpus[0].vmcb.asid = activate.asid;
}

static void shares_few_asids_with_many(void **state)
{
    (void)state;
    struct fabric_options fabric = FABRIC_DEFAULT_OPTIONS;
    struct vm *guests[GUESTS];
    fabric.max_asid = FABRIC_DEFAULT_MIN_SEV_ASID + ASIDS - 1;
    struct emulator *emulator = stage_open(0, &fabric, 256);
    assert_true(emulator_prepare(emulator, false));
    for (uint32_t i = 0; i < GUESTS; i++) {
        struct vm_options options = stage_options("travel", GUEST_SEV);
        options.asid = FABRIC_DEFAULT_MIN_SEV_ASID + i % ASIDS;
        if (i >= ASIDS) { /* All are taken: another guest gives its own up. */
            struct sev_handle handle = {.handle = guests[i - ASIDS]->handle};
            x86_cache_flush_key(emulator->x86.cache, options.asid);
            assert_int_equal(sev_deactivate(&emulator->board, &handle), SEV_STATUS_SUCCESS);
            assert_int_equal(emulator_flush(emulator), SEV_STATUS_SUCCESS);
        }
        guests[i] = stage_launch(emulator, &options);
        stage_run_to_pause(guests[i]);
    }
    struct sev_activate beyond = {.handle = guests[0]->handle,
                                  .asid = FABRIC_DEFAULT_MIN_SEV_ASID + ASIDS};
    assert_int_equal(sev_activate(&emulator->board, &beyond), SEV_STATUS_INVALID_ASID);
    /* The last four are active. Each of the others goes on in the place of one of them. */
    struct vm *active = guests[GUESTS - 1];
    for (uint32_t i = 0; i < GUESTS - ASIDS; i++) {
        hand_on(active, guests[i]);
        stage_run_to_end(guests[i]);
        active = guests[i];
    }
    hand_on(active, guests[GUESTS - 1]);
    for (uint32_t i = GUESTS - ASIDS; i < GUESTS; i++) {
        stage_run_to_end(guests[i]);
    }
    for (uint32_t i = 0; i < GUESTS; i++) {
        struct sev_handle handle = {.handle = guests[i]->handle};
        if (i < GUESTS - ASIDS) { /* Not active: vm_end() would deactivate it. */
            assert_int_equal(sev_decommission(&emulator->board, &handle), SEV_STATUS_SUCCESS);
            guests[i]->handle = 0;
        }
        stage_end(guests[i]);
    }
    stage_close(emulator);
}

const struct CMUnitTest stage_life_tests[] = {
    STAGE_TEST(fits_into_a_small_cache),
    STAGE_TEST(receives_nothing_into_other_memory),
    STAGE_TEST(forgets_translations_when_the_firmware_has_changed_something),
    STAGE_TEST(is_told_of_its_own_pages),
    STAGE_TEST(gets_no_page_by_undoing_nothing),
    STAGE_TEST(leaves_no_secret_behind),
    STAGE_TEST(moves_to_another_machine),
    STAGE_TEST(moves_with_encrypted_registers),
    STAGE_TEST(sleeps_through_a_restart),
    STAGE_TEST(is_debugged_if_its_policy_allows_it),
    STAGE_TEST(is_not_debugged_otherwise),
    STAGE_TEST(shares_few_asids_with_many),
};
const size_t stage_life_count = sizeof stage_life_tests / sizeof stage_life_tests[0];
