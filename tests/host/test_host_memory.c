/* SPDX-License-Identifier: Apache-2.0 */
/*
 * x86 memory outside of guests (C-bit, TSME), and the CPU's part of SEV-ES: the VMSA table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/hmac.h>

#include "host/lib/fabric.h"
#include "host/lib/host_memory.h"
#include "host/lib/vmsa.h"

#define MIB 0x100000ull
#define GIB 0x40000000ull
#define DRAM_BYTES (16 * MIB)
#define ASID 5u
#define TMR (4 * MIB)
#define VMSA_PADDR (4 * GIB + 0x3000)

static uint8_t *fabric;
static uint8_t *bytes;
static struct dram dram;
static struct memory_controller controller;

static struct fabric_memctl *memctl(void)
{
    return (struct fabric_memctl *)(void *)(fabric + FABRIC_MEMCTL_OFFSET);
}

static struct vmsa_entry *table(void)
{
    return (struct vmsa_entry *)(void *)(bytes + TMR);
}

/* A machine with keys, and a TMR with nothing in its table. */
static void power_on(uint32_t flags)
{
    struct fabric_options options = FABRIC_DEFAULT_OPTIONS;
    options.flags = flags;
    memset(bytes, 0, DRAM_BYTES);
    fabric_configure(fabric, &options, DRAM_BYTES);
    dram_open(&dram, bytes, DRAM_BYTES, fabric_configuration(fabric));
    controller = (struct memory_controller){.fabric = fabric, .dram = &dram};
    memctl()->magic = FABRIC_MEMCTL_MAGIC;
    memctl()->tmr[0] = (struct fabric_tmr){.base = TMR, .length = MIB};
    memset(memctl()->tweak_key, 0x71, 16);
    memset(memctl()->vmsa_key, 0x72, 32);
    for (uint32_t asid = 0; asid <= ASID; asid++) {
        memset(memctl()->slots[asid].key, (int)(0x10 + asid), 16);
        memctl()->slots[asid].flags = FABRIC_SLOT_VALID;
    }
}

static int set_up(void **state)
{
    (void)state;
    fabric = calloc(1, FABRIC_FILE_BYTES);
    bytes = calloc(1, DRAM_BYTES);
    power_on(0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(fabric);
    free(bytes);
    return 0;
}

static void memory_without_c_bit_is_plain(void **state)
{
    (void)state;
    const char text[] = "plain, across a page";
    char read[sizeof text];
    assert_int_equal(host_memory_write(&controller, 2 * MIB - 7, text, sizeof text),
                     MEMORY_CONTROLLER_OK);
    assert_memory_equal(bytes + 2 * MIB - 7, text, sizeof text);
    assert_int_equal(host_memory_read(&controller, 2 * MIB - 7, read, sizeof read),
                     MEMORY_CONTROLLER_OK);
    assert_memory_equal(read, text, sizeof text);
}

/* Bytes that are not blocks: those around must stay. */
static void encrypted_memory_takes_any_bytes(void **state)
{
    (void)state;
    const uint64_t c_bit = 1ull << 51;
    uint8_t model[0x3000];
    uint8_t read[sizeof model];
    assert_int_equal(host_memory_c_bit(&controller), c_bit);
    for (size_t i = 0; i < sizeof model; i++) {
        model[i] = (uint8_t)(i * 7);
    }
    assert_int_equal(host_memory_write(&controller, MIB | c_bit, model, sizeof model),
                     MEMORY_CONTROLLER_OK);
    for (size_t i = 0; i < 200; i++) {
        const size_t place = i * 53 % (sizeof model - 100);
        const size_t length = i % 67;
        memset(model + place, (int)i, length);
        assert_int_equal(
            host_memory_write(&controller, (MIB + place) | c_bit, model + place, length),
            MEMORY_CONTROLLER_OK);
    }
    assert_memory_not_equal(bytes + MIB, model, sizeof model);
    assert_int_equal(host_memory_read(&controller, MIB | c_bit, read, sizeof read),
                     MEMORY_CONTROLLER_OK);
    assert_memory_equal(read, model, sizeof model);
    assert_int_equal(memory_controller_read(&controller, 0, MIB, read, sizeof read),
                     MEMORY_CONTROLLER_OK);
    assert_memory_equal(read, model, sizeof model);
    assert_int_equal(host_memory_read(&controller, (MIB + 33) | c_bit, read, 5),
                     MEMORY_CONTROLLER_OK);
    assert_memory_equal(read, model + 33, 5);
}

static void tsme_needs_no_c_bit(void **state)
{
    (void)state;
    const char text[] = "all of memory is encrypted";
    char read[sizeof text];
    power_on(FABRIC_FLAG_TSME);
    assert_int_equal(host_memory_write(&controller, MIB, text, sizeof text), MEMORY_CONTROLLER_OK);
    assert_memory_not_equal(bytes + MIB, text, sizeof text);
    assert_int_equal(host_memory_read(&controller, MIB | 1ull << 51, read, sizeof read),
                     MEMORY_CONTROLLER_OK);
    assert_memory_equal(read, text, sizeof text);
}

static void what_is_not_the_hosts_is_refused(void **state)
{
    (void)state;
    uint8_t block[32] = {0};
    const uint64_t c_bit = 1ull << 51;
    assert_int_equal(host_memory_read(&controller, 8 * MIB, block, 1), MEMORY_CONTROLLER_UNMAPPED);
    assert_int_equal(host_memory_read(&controller, 8 * MIB - 1, block, 2),
                     MEMORY_CONTROLLER_UNMAPPED);
    assert_int_equal(host_memory_read(&controller, UINT64_MAX - 3, block, 8),
                     MEMORY_CONTROLLER_UNMAPPED);
    assert_int_equal(host_memory_read(&controller, TMR - 1, block, 2), MEMORY_CONTROLLER_PROTECTED);
    assert_int_equal(host_memory_write(&controller, TMR | c_bit, block, 16),
                     MEMORY_CONTROLLER_PROTECTED);
    assert_int_equal(host_memory_write(&controller, TMR + MIB, block, 1), MEMORY_CONTROLLER_OK);
    memctl()->magic = 0;
    assert_int_equal(host_memory_read(&controller, c_bit, block, 1), MEMORY_CONTROLLER_NO_KEYS);
    assert_int_equal(host_memory_read(&controller, MIB, block, 1), MEMORY_CONTROLLER_OK);
    controller.fabric = NULL;
    assert_int_equal(host_memory_read(&controller, MIB, block, 1), MEMORY_CONTROLLER_OK);
}

#define HANDLE 7u

/* The MAC that the table must hold, computed here by hand. */
static void value_of(uint64_t paddr, uint32_t handle, const uint8_t page[SEV_VMSA_BYTES],
                     uint8_t value[VMSA_TABLE_VALUE_BYTES])
{
    uint8_t message[8 + 4 + SEV_VMSA_BYTES];
    uint8_t mac[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    for (size_t i = 0; i < 8; i++) {
        message[i] = (uint8_t)(paddr >> (8 * i));
    }
    for (size_t i = 0; i < 4; i++) {
        message[8 + i] = (uint8_t)(handle >> (8 * i));
    }
    memcpy(message + 12, page, SEV_VMSA_BYTES);
    assert_non_null(
        HMAC(EVP_sha256(), memctl()->vmsa_key, 32, message, sizeof message, mac, &length));
    memcpy(value, mac, VMSA_TABLE_VALUE_BYTES);
}

/* Makes the page a VMSA, as LAUNCH_UPDATE_VMSA does. */
static void record(uint32_t slot, uint64_t paddr, const uint8_t page[SEV_VMSA_BYTES])
{
    struct vmsa_entry entry = {.paddr = paddr, .handle = HANDLE, .state = VMSA_ENTRY_USED};
    value_of(paddr, HANDLE, page, entry.value);
    table()[slot] = entry;
    assert_int_equal(memory_controller_write(&controller, ASID, paddr, page, SEV_VMSA_BYTES),
                     MEMORY_CONTROLLER_OK);
}

static void vmsa_that_was_saved_can_be_loaded(void **state)
{
    (void)state;
    const struct vmsa_entry *entry = &table()[VMSA_TABLE_SLOT(VMSA_PADDR)];
    uint8_t value[VMSA_TABLE_VALUE_BYTES];
    uint8_t page[SEV_VMSA_BYTES];
    uint8_t read[SEV_VMSA_BYTES];
    struct vmsa_run run;
    memset(page, 0x5C, sizeof page);
    record(VMSA_TABLE_SLOT(VMSA_PADDR), VMSA_PADDR, page);
    assert_int_equal(vmsa_load(&controller, ASID, VMSA_PADDR, read, &run), VMSA_OK);
    assert_memory_equal(read, page, sizeof page);
    page[100] ^= 0xFF;
    assert_int_equal(vmsa_store(&controller, ASID, &run, page), VMSA_OK);
    value_of(VMSA_PADDR, HANDLE, page, value);
    assert_memory_equal(entry->value, value, sizeof value);
    assert_int_equal(entry->handle, HANDLE);
    assert_int_equal(entry->state, VMSA_ENTRY_USED);
    assert_int_equal(vmsa_check(&controller, ASID, VMSA_PADDR, read), VMSA_OK);
    assert_memory_equal(read, page, sizeof page);
}

static void vmsa_has_one_core_at_a_time(void **state)
{
    (void)state;
    struct vmsa_entry *entry = &table()[VMSA_TABLE_SLOT(VMSA_PADDR)];
    uint8_t page[SEV_VMSA_BYTES] = {3};
    uint8_t read[SEV_VMSA_BYTES];
    struct vmsa_run run;
    struct vmsa_run other;
    record(VMSA_TABLE_SLOT(VMSA_PADDR), VMSA_PADDR, page);
    assert_int_equal(vmsa_load(&controller, ASID, VMSA_PADDR, read, &run), VMSA_OK);
    assert_int_equal(entry->state, VMSA_ENTRY_RUNNING);
    assert_int_equal(vmsa_load(&controller, ASID, VMSA_PADDR, read, &other), VMSA_BUSY);
    assert_int_equal(vmsa_check(&controller, ASID, VMSA_PADDR, read), VMSA_BUSY);
    assert_int_equal(vmsa_store(&controller, ASID, &run, page), VMSA_OK);
    assert_int_equal(vmsa_check(&controller, ASID, VMSA_PADDR, read), VMSA_OK);
    /* A command works on it. */
    entry->state = VMSA_ENTRY_LOCKED;
    assert_int_equal(vmsa_load(&controller, ASID, VMSA_PADDR, read, &other), VMSA_BUSY);
    assert_int_equal(entry->state, VMSA_ENTRY_LOCKED);
}

/* DECOMMISSION while a core runs the guest: what the core saves is lost, and the entry vacant. */
static void guest_that_has_ended_saves_nothing(void **state)
{
    (void)state;
    struct vmsa_entry *entry = &table()[VMSA_TABLE_SLOT(VMSA_PADDR)];
    const uint8_t *raw = dram_pointer(&dram, VMSA_PADDR, SEV_VMSA_BYTES);
    static uint8_t before[SEV_VMSA_BYTES];
    uint8_t page[SEV_VMSA_BYTES] = {3};
    struct vmsa_entry ended;
    struct vmsa_run run;
    record(VMSA_TABLE_SLOT(VMSA_PADDR), VMSA_PADDR, page);
    assert_int_equal(vmsa_load(&controller, ASID, VMSA_PADDR, page, &run), VMSA_OK);
    entry->state = VMSA_ENTRY_ABANDONED;
    ended = *entry;
    memcpy(before, raw, sizeof before);
    page[0]++;
    assert_int_equal(vmsa_store(&controller, ASID, &run, page), VMSA_UNKNOWN);
    ended.handle = 0;
    ended.state = VMSA_ENTRY_REMOVED;
    assert_memory_equal(entry, &ended, sizeof ended);
    assert_memory_equal(raw, before, sizeof before);
    assert_int_equal(vmsa_store(&controller, ASID, &run, page), VMSA_UNKNOWN);
    assert_memory_equal(entry, &ended, sizeof ended);
    assert_int_equal(vmsa_check(&controller, ASID, VMSA_PADDR, page), VMSA_UNKNOWN);
}

static void changed_vmsa_is_not_loaded(void **state)
{
    (void)state;
    static const uint8_t zeros[SEV_VMSA_BYTES];
    uint8_t page[SEV_VMSA_BYTES];
    memset(page, 0x5C, sizeof page);
    record(VMSA_TABLE_SLOT(VMSA_PADDR), VMSA_PADDR, page);
    uint8_t *raw = dram_pointer(&dram, VMSA_PADDR, SEV_VMSA_BYTES);
    raw[4095] ^= 1;
    assert_int_equal(vmsa_check(&controller, ASID, VMSA_PADDR, page), VMSA_CHANGED);
    assert_memory_equal(page, zeros, sizeof page);
    raw[4095] ^= 1;
    assert_int_equal(vmsa_check(&controller, ASID - 1, VMSA_PADDR, page), VMSA_CHANGED);
    assert_int_equal(vmsa_check(&controller, ASID, VMSA_PADDR, page), VMSA_OK);
}

/* The value fits one page of one guest under one key. */
static void value_is_bound_to_address_guest_and_key(void **state)
{
    (void)state;
    const uint64_t elsewhere = VMSA_PADDR + 0x5000;
    struct vmsa_entry *entry = &table()[VMSA_TABLE_SLOT(VMSA_PADDR)];
    struct vmsa_entry *other = &table()[VMSA_TABLE_SLOT(elsewhere)];
    uint8_t page[SEV_VMSA_BYTES] = {9};
    uint8_t read[SEV_VMSA_BYTES];
    record(VMSA_TABLE_SLOT(VMSA_PADDR), VMSA_PADDR, page);
    assert_int_equal(memory_controller_write(&controller, ASID, elsewhere, page, sizeof page),
                     MEMORY_CONTROLLER_OK);
    *other = *entry;
    other->paddr = elsewhere;
    assert_int_equal(vmsa_check(&controller, ASID, elsewhere, read), VMSA_CHANGED);
    entry->handle++;
    assert_int_equal(vmsa_check(&controller, ASID, VMSA_PADDR, read), VMSA_CHANGED);
    entry->handle--;
    memctl()->vmsa_key[31] ^= 1;
    assert_int_equal(vmsa_check(&controller, ASID, VMSA_PADDR, read), VMSA_CHANGED);
    memctl()->vmsa_key[31] ^= 1;
    assert_int_equal(vmsa_check(&controller, ASID, VMSA_PADDR, read), VMSA_OK);
}

static void search_steps_over_others_and_stops_at_a_free_entry(void **state)
{
    (void)state;
    uint8_t page[SEV_VMSA_BYTES] = {1};
    const uint32_t slot = VMSA_TABLE_SLOT(VMSA_PADDR);
    struct vmsa_entry found;
    record((slot + 2) % VMSA_TABLE_ENTRIES, VMSA_PADDR, page);
    assert_int_equal(vmsa_find(&controller, VMSA_PADDR, &found), VMSA_UNKNOWN);
    assert_int_equal(vmsa_check(&controller, ASID, VMSA_PADDR, page), VMSA_UNKNOWN);
    table()[slot] = (struct vmsa_entry){.paddr = VMSA_PADDR, .state = VMSA_ENTRY_REMOVED};
    table()[(slot + 1) % VMSA_TABLE_ENTRIES] =
        (struct vmsa_entry){.paddr = VMSA_PADDR, .state = VMSA_ENTRY_SWAPPED};
    assert_int_equal(vmsa_check(&controller, ASID, VMSA_PADDR, page), VMSA_OK);
    assert_int_equal(vmsa_check(&controller, ASID, VMSA_PADDR + 16, page), VMSA_UNALIGNED);
    memctl()->tmr[0].length = 0;
    assert_int_equal(vmsa_check(&controller, ASID, VMSA_PADDR, page), VMSA_NO_TABLE);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(memory_without_c_bit_is_plain),
        TEST(encrypted_memory_takes_any_bytes),
        TEST(tsme_needs_no_c_bit),
        TEST(what_is_not_the_hosts_is_refused),
        TEST(vmsa_that_was_saved_can_be_loaded),
        TEST(vmsa_has_one_core_at_a_time),
        TEST(guest_that_has_ended_saves_nothing),
        TEST(value_is_bound_to_address_guest_and_key),
        TEST(changed_vmsa_is_not_loaded),
        TEST(search_steps_over_others_and_stops_at_a_free_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
