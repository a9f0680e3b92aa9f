/*
 * x86 memory outside of guests (C-bit, TSME), and the CPU's part of SEV-ES: the VMSA table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>

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

/* Makes the page a VMSA, as LAUNCH_UPDATE_VMSA does. */
static void record(uint32_t slot, uint64_t paddr, const uint8_t page[SEV_VMSA_BYTES])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    struct vmsa_entry entry = {.paddr = paddr, .handle = 7, .state = VMSA_ENTRY_USED};
    assert_int_equal(EVP_Digest(page, SEV_VMSA_BYTES, digest, &length, EVP_sha256(), NULL), 1);
    memcpy(entry.value, digest, sizeof entry.value);
    table()[slot] = entry;
    assert_int_equal(memory_controller_write(&controller, ASID, paddr, page, SEV_VMSA_BYTES),
                     MEMORY_CONTROLLER_OK);
}

static void vmsa_that_was_saved_can_be_loaded(void **state)
{
    (void)state;
    uint8_t page[SEV_VMSA_BYTES];
    uint8_t read[SEV_VMSA_BYTES];
    memset(page, 0x5C, sizeof page);
    record(VMSA_TABLE_SLOT(VMSA_PADDR), VMSA_PADDR, page);
    assert_int_equal(vmsa_load(&controller, ASID, VMSA_PADDR, read), VMSA_OK);
    assert_memory_equal(read, page, sizeof page);
    page[100] ^= 0xFF;
    assert_int_equal(vmsa_store(&controller, ASID, VMSA_PADDR, page), VMSA_OK);
    assert_int_equal(vmsa_load(&controller, ASID, VMSA_PADDR, read), VMSA_OK);
    assert_memory_equal(read, page, sizeof page);
    assert_int_equal(table()[VMSA_TABLE_SLOT(VMSA_PADDR)].handle, 7);
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
    assert_int_equal(vmsa_load(&controller, ASID, VMSA_PADDR, page), VMSA_CHANGED);
    assert_memory_equal(page, zeros, sizeof page);
    raw[4095] ^= 1;
    assert_int_equal(vmsa_load(&controller, ASID - 1, VMSA_PADDR, page), VMSA_CHANGED);
    assert_int_equal(vmsa_load(&controller, ASID, VMSA_PADDR, page), VMSA_OK);
}

static void search_steps_over_others_and_stops_at_a_free_entry(void **state)
{
    (void)state;
    uint8_t page[SEV_VMSA_BYTES] = {1};
    const uint32_t slot = VMSA_TABLE_SLOT(VMSA_PADDR);
    struct vmsa_entry found;
    record((slot + 2) % VMSA_TABLE_ENTRIES, VMSA_PADDR, page);
    assert_int_equal(vmsa_find(&controller, VMSA_PADDR, &found), VMSA_UNKNOWN);
    assert_int_equal(vmsa_store(&controller, ASID, VMSA_PADDR, page), VMSA_UNKNOWN);
    table()[slot] = (struct vmsa_entry){.paddr = VMSA_PADDR, .state = VMSA_ENTRY_REMOVED};
    table()[(slot + 1) % VMSA_TABLE_ENTRIES] =
        (struct vmsa_entry){.paddr = VMSA_PADDR + 0x1000, .state = VMSA_ENTRY_USED};
    assert_int_equal(vmsa_load(&controller, ASID, VMSA_PADDR, page), VMSA_OK);
    assert_int_equal(vmsa_load(&controller, ASID, VMSA_PADDR + 16, page), VMSA_UNALIGNED);
    memctl()->tmr[0].length = 0;
    assert_int_equal(vmsa_load(&controller, ASID, VMSA_PADDR, page), VMSA_NO_TABLE);
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
        TEST(changed_vmsa_is_not_loaded),
        TEST(search_steps_over_others_and_stops_at_a_free_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
