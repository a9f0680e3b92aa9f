/* SPDX-License-Identifier: Apache-2.0 */
/*
 * x86 memory as the x86 side sees it: the fabric's configuration and the
 * memory controller against published XTS answers and a second computation from single AES blocks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>

#include "host/lib/fabric.h"
#include "host/lib/memory_controller.h"
#include "tests/host/support.h"

#define MIB 0x100000ull
#define GIB 0x40000000ull
#define DRAM_BYTES (8 * MIB)
#define ASID 5u

static uint8_t *fabric;
static uint8_t *bytes;
static struct dram dram;
static struct memory_controller controller;

static struct fabric_memctl *memctl(void)
{
    return (struct fabric_memctl *)(void *)(fabric + FABRIC_MEMCTL_OFFSET);
}

static void set_key(uint32_t asid, const char *key)
{
    support_hex(key, memctl()->slots[asid].key, 16);
    memctl()->slots[asid].flags = FABRIC_SLOT_VALID;
}

static int set_up(void **state)
{
    (void)state;
    const struct fabric_options options = FABRIC_DEFAULT_OPTIONS;
    fabric = calloc(1, FABRIC_FILE_BYTES);
    bytes = calloc(1, DRAM_BYTES);
    fabric_configure(fabric, &options, DRAM_BYTES);
    dram_open(&dram, bytes, DRAM_BYTES, fabric_configuration(fabric));
    controller = (struct memory_controller){.fabric = fabric, .dram = &dram};
    memctl()->magic = FABRIC_MEMCTL_MAGIC;
    support_hex("f0e1d2c3b4a5968778695a4b3c2d1e0f", memctl()->tweak_key, 16);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(fabric);
    free(bytes);
    return 0;
}

static void fabric_tells_what_the_machine_is(void **state)
{
    (void)state;
    const struct fabric_config *machine = fabric_configuration(fabric);
    assert_non_null(machine);
    assert_int_equal(machine->max_asid, 509);
    assert_int_equal(machine->min_sev_asid, 100);
    assert_int_equal(machine->range_count, 2);
    fabric[0] ^= 1;
    assert_null(fabric_configuration(fabric));
}

static void every_core_reports_wbinvd(void **state)
{
    (void)state;
    const struct fabric_core *cores = (const void *)(fabric + FABRIC_CORES_OFFSET);
    fabric_report_wbinvd_all(fabric);
    assert_true(fabric_report_wbinvd(fabric, 2));
    assert_false(fabric_report_wbinvd(fabric, 4));
    assert_int_equal(cores[0].wbinvd_count, 1);
    assert_int_equal(cores[2].wbinvd_count, 2);
    assert_int_equal(cores[3].wbinvd_count, 1);
    assert_int_equal(cores[4].wbinvd_count, 0);
}

/* IEEE 1619, vectors 2 and 4. The page frame number is the data unit's number. */
static void published_answers(void **state)
{
    (void)state;
    const uint64_t paddr = 0x3333333333ull * 4096;
    uint8_t plain[512];
    uint8_t expected[32];
    dram.ranges[0].base = paddr;
    set_key(ASID, "11111111111111111111111111111111");
    support_hex("22222222222222222222222222222222", memctl()->tweak_key, 16);
    memset(plain, 0x44, 32);
    assert_int_equal(memory_controller_write(&controller, ASID, paddr, plain, 32),
                     MEMORY_CONTROLLER_OK);
    support_hex("c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0", expected, 32);
    assert_memory_equal(bytes, expected, 32);

    dram.ranges[0].base = 0;
    set_key(ASID, "27182818284590452353602874713526");
    support_hex("31415926535897932384626433832795", memctl()->tweak_key, 16);
    for (size_t i = 0; i < sizeof plain; i++) {
        plain[i] = (uint8_t)i;
    }
    assert_int_equal(memory_controller_write(&controller, ASID, 0, plain, sizeof plain),
                     MEMORY_CONTROLLER_OK);
    support_hex("27a7479befa1d476489f308cd4cfa6e2a96e4bbe3208ff25287dd3819616e89c", expected, 32);
    assert_memory_equal(bytes, expected, 32);
}

static void encrypt_block(const uint8_t key[16], const uint8_t in[16], uint8_t out[16])
{
    int length = 0;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    assert_int_equal(EVP_EncryptInit_ex(context, EVP_aes_128_ecb(), NULL, key, NULL), 1);
    assert_int_equal(EVP_EncryptUpdate(context, out, &length, in, 16), 1);
    EVP_CIPHER_CTX_free(context);
}

/* One block of XTS by its definition: T = AES(tweak, unit) * x^place; C = T ^ AES(key, T ^ P). */
static void xts_block(uint64_t paddr, const uint8_t plain[16], uint8_t cipher[16])
{
    uint8_t tweak[16] = {0};
    for (size_t i = 0; i < 8; i++) {
        tweak[i] = (uint8_t)(paddr / 4096 >> (8 * i));
    }
    encrypt_block(memctl()->tweak_key, tweak, tweak);
    for (uint64_t place = 0; place < paddr % 4096 / 16; place++) {
        unsigned carry = 0;
        for (size_t i = 0; i < 16; i++) {
            unsigned doubled = 2u * tweak[i] + carry;
            tweak[i] = (uint8_t)doubled;
            carry = doubled >> 8;
        }
        tweak[0] ^= carry != 0 ? 0x87 : 0;
    }
    uint8_t block[16];
    for (size_t i = 0; i < 16; i++) {
        block[i] = plain[i] ^ tweak[i];
    }
    encrypt_block(memctl()->slots[ASID].key, block, block);
    for (size_t i = 0; i < 16; i++) {
        cipher[i] = block[i] ^ tweak[i];
    }
}

static void any_block_can_be_reached_alone(void **state)
{
    (void)state;
    static const uint64_t places[] = {0, 16, 0x7F0, 0xFF0, 0x1000, 0x12340};
    set_key(ASID, "000102030405060708090a0b0c0d0e0f");
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const uint64_t paddr = 4 * GIB + places[i];
        uint8_t plain[16] = "sixteen letters";
        uint8_t expected[16];
        uint8_t found[16];
        xts_block(paddr, plain, expected);
        assert_int_equal(memory_controller_write(&controller, ASID, paddr, plain, 16),
                         MEMORY_CONTROLLER_OK);
        assert_memory_equal(bytes + 4 * MIB + places[i], expected, 16);
        assert_int_equal(memory_controller_read(&controller, ASID, paddr, found, 16),
                         MEMORY_CONTROLLER_OK);
        assert_memory_equal(found, plain, 16);
    }
}

static void long_access_equals_many_short_ones(void **state)
{
    (void)state;
    enum { LENGTH = 3 * 4096 + 32, START = 0x1FF0 };
    uint8_t *plain = malloc(LENGTH);
    uint8_t *found = malloc(LENGTH);
    set_key(ASID, "000102030405060708090a0b0c0d0e0f");
    for (size_t i = 0; i < LENGTH; i++) {
        plain[i] = (uint8_t)(i * 7 + i / 256);
    }
    assert_int_equal(memory_controller_write(&controller, ASID, START, plain, LENGTH),
                     MEMORY_CONTROLLER_OK);
    for (size_t i = 0; i < LENGTH; i += 16) {
        assert_int_equal(memory_controller_read(&controller, ASID, START + i, found + i, 16),
                         MEMORY_CONTROLLER_OK);
    }
    assert_memory_equal(found, plain, LENGTH);
    free(plain);
    free(found);
}

static void wrong_key_or_moved_ciphertext_gives_garbage_and_no_fault(void **state)
{
    (void)state;
    const uint8_t plain[16] = "sixteen letters";
    uint8_t found[16];
    set_key(ASID, "000102030405060708090a0b0c0d0e0f");
    assert_int_equal(memory_controller_write(&controller, ASID, 0, plain, 16),
                     MEMORY_CONTROLLER_OK);
    assert_int_equal(memory_controller_read(&controller, ASID + 1, 0, found, 16),
                     MEMORY_CONTROLLER_OK);
    assert_memory_not_equal(found, plain, 16);
    assert_int_equal(memory_controller_read(&controller, 70000, 0, found, 16),
                     MEMORY_CONTROLLER_OK);
    assert_memory_not_equal(found, plain, 16);
    memcpy(bytes + 16, bytes, 16);
    memcpy(bytes + 4096, bytes, 16);
    assert_int_equal(memory_controller_read(&controller, ASID, 16, found, 16),
                     MEMORY_CONTROLLER_OK);
    assert_memory_not_equal(found, plain, 16);
    assert_int_equal(memory_controller_read(&controller, ASID, 4096, found, 16),
                     MEMORY_CONTROLLER_OK);
    assert_memory_not_equal(found, plain, 16);
}

static void impossible_accesses_are_refused(void **state)
{
    (void)state;
    uint8_t buffer[32] = {0};
    assert_int_equal(memory_controller_read(&controller, 0, 8, buffer, 16),
                     MEMORY_CONTROLLER_UNALIGNED);
    assert_int_equal(memory_controller_read(&controller, 0, 0, buffer, 17),
                     MEMORY_CONTROLLER_UNALIGNED);
    assert_int_equal(memory_controller_read(&controller, 0, 4 * MIB, buffer, 16),
                     MEMORY_CONTROLLER_UNMAPPED);
    memctl()->tmr[1] = (struct fabric_tmr){.base = 2 * MIB, .length = MIB};
    assert_int_equal(memory_controller_read(&controller, 0, 2 * MIB - 16, buffer, 16),
                     MEMORY_CONTROLLER_OK);
    assert_int_equal(memory_controller_write(&controller, 0, 3 * MIB - 16, buffer, 16),
                     MEMORY_CONTROLLER_PROTECTED);
    assert_int_equal(memory_controller_read(&controller, 0, 3 * MIB, buffer, 16),
                     MEMORY_CONTROLLER_OK);
}

static void nothing_is_read_while_the_firmware_changes_keys(void **state)
{
    (void)state;
    uint8_t buffer[16];
    set_key(ASID, "000102030405060708090a0b0c0d0e0f");
    assert_true(memory_controller_has_key(&controller, ASID));
    memctl()->generation = 3;
    assert_int_equal(memory_controller_read(&controller, ASID, 0, buffer, 16),
                     MEMORY_CONTROLLER_NO_KEYS);
    memctl()->generation = 4;
    assert_int_equal(memory_controller_read(&controller, ASID, 0, buffer, 16),
                     MEMORY_CONTROLLER_OK);
    memctl()->magic = 0;
    assert_int_equal(memory_controller_read(&controller, ASID, 0, buffer, 16),
                     MEMORY_CONTROLLER_NO_KEYS);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(fabric_tells_what_the_machine_is),
        TEST(every_core_reports_wbinvd),
        TEST(published_answers),
        TEST(any_block_can_be_reached_alone),
        TEST(long_access_equals_many_short_ones),
        TEST(wrong_key_or_moved_ciphertext_gives_garbage_and_no_fault),
        TEST(impossible_accesses_are_refused),
        TEST(nothing_is_read_while_the_firmware_changes_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
