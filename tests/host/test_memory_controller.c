/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory controller with and without kept contexts, against whole pages by OpenSSL's XTS, while
 * the firmware changes keys.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <pthread.h>

#include "host/lib/memory_controller.h"

#define KEY_BYTES 16u
#define BLOCK_BYTES 16u
#define PAGES 8u
#define BASE 0x12345000ull /* of the only range; the page frame numbers begin here */
#define BYTES (PAGES * DRAM_PAGE_BYTES)
#define ASIDS 100u /* more than are kept */
#define THREADS 4u
#define THREAD_ROUNDS 300u

static uint8_t *fabric;
static uint8_t *memory;
static struct dram dram;
static struct memory_controller cached;
static struct memory_controller plain;

static struct fabric_memctl *memctl(void)
{
    return (struct fabric_memctl *)(void *)(fabric + FABRIC_MEMCTL_OFFSET);
}

/* The same numbers in every run (xorshift64*). */
static uint32_t pick(uint32_t limit)
{
    static uint64_t generator = 0x9e3779b97f4a7c15u;
    generator ^= generator >> 12;
    generator ^= generator << 25;
    generator ^= generator >> 27;
    return (uint32_t)((generator * 0x2545f4914f6cdd1du) >> 32) % limit;
}

static void fill(void *buffer, size_t length)
{
    uint8_t *bytes = buffer;
    for (size_t i = 0; i < length; i++) {
        bytes[i] = (uint8_t)pick(256);
    }
}

/* A new key, as ACTIVATE gives one. */
static void set_key(uint32_t asid)
{
    memctl()->generation++;
    fill(memctl()->slots[asid].key, KEY_BYTES);
    memctl()->slots[asid].flags = FABRIC_SLOT_VALID;
    memctl()->generation++;
}

static void clear_slot(uint32_t asid)
{
    memctl()->generation++;
    memset(&memctl()->slots[asid], 0, sizeof memctl()->slots[asid]);
    memctl()->generation++;
}

/* Whole pages with the key of an ASID as the fabric has it now, independently of the controller. */
static void oracle(uint32_t asid, bool encrypt, uint64_t frame, const uint8_t *input,
                   uint8_t *output)
{
    uint8_t keys[2 * KEY_BYTES];
    uint8_t unit[BLOCK_BYTES] = {0};
    int written = 0;
    const struct fabric_key_slot *slot = &memctl()->slots[asid];
    memcpy(keys, slot->key, KEY_BYTES);
    memcpy(keys + KEY_BYTES, memctl()->tweak_key, KEY_BYTES);
    if ((slot->flags & FABRIC_SLOT_VALID) == 0) {
        memcpy(keys, memctl()->tweak_key, KEY_BYTES);
        keys[0] ^= 0xFF;
    }
    memcpy(unit, &frame, sizeof frame);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    assert_non_null(context);
    assert_int_equal(
        EVP_CipherInit_ex(context, EVP_aes_128_xts(), NULL, keys, unit, encrypt ? 1 : 0), 1);
    assert_int_equal(EVP_CipherUpdate(context, output, &written, input, DRAM_PAGE_BYTES), 1);
    EVP_CIPHER_CTX_free(context);
}

static void oracle_all(uint32_t asid, bool encrypt, const uint8_t *input, uint8_t *output)
{
    for (size_t page = 0; page < PAGES; page++) {
        oracle(asid, encrypt, BASE / DRAM_PAGE_BYTES + page, input + page * DRAM_PAGE_BYTES,
               output + page * DRAM_PAGE_BYTES);
    }
}

/* Reads, then writes, LENGTH bytes at OFFSET, and looks at all of memory. */
static void access_and_compare(const struct memory_controller *controller, uint32_t asid,
                               size_t offset, size_t length)
{
    static uint8_t expected[BYTES];
    static uint8_t found[BYTES];
    static uint8_t whole[BYTES];
    oracle_all(asid, false, memory, whole);
    assert_int_equal(memory_controller_read(controller, asid, BASE + offset, found, length),
                     MEMORY_CONTROLLER_OK);
    assert_memory_equal(found, whole + offset, length);
    fill(found, length);
    memcpy(whole + offset, found, length);
    oracle_all(asid, true, whole, expected);
    assert_int_equal(memory_controller_write(controller, asid, BASE + offset, found, length),
                     MEMORY_CONTROLLER_OK);
    assert_memory_equal(memory, expected, BYTES);
}

static int set_up(void **state)
{
    (void)state;
    fabric = calloc(1, FABRIC_FILE_BYTES);
    memory = calloc(1, BYTES);
    assert_non_null(fabric);
    assert_non_null(memory);
    dram = (struct dram){
        .bytes = memory,
        .length = BYTES,
        .range_count = 1,
        .ranges = {{.base = BASE, .length = BYTES, .dram_offset = 0}},
    };
    plain = (struct memory_controller){.fabric = fabric, .dram = &dram};
    cached = plain;
    cached.cache = memory_cipher_cache_new();
    assert_non_null(cached.cache);
    memctl()->magic = FABRIC_MEMCTL_MAGIC;
    fill(memctl()->tweak_key, KEY_BYTES);
    fill(memory, BYTES);
    for (uint32_t asid = 0; asid < ASIDS; asid++) {
        set_key(asid);
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    memory_cipher_cache_free(cached.cache);
    free(fabric);
    free(memory);
    return 0;
}

static void every_block_of_a_page_has_its_tweak(void **state)
{
    (void)state;
    for (size_t block = 0; block < DRAM_PAGE_BYTES / BLOCK_BYTES; block++) {
        access_and_compare(block % 2 == 0 ? &cached : &plain, 1, block * BLOCK_BYTES, BLOCK_BYTES);
    }
}

/* Any place and length, ASIDs that take turns, keys that change now and then. */
static void any_access_equals_whole_pages(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 1000; round++) {
        const uint32_t asid = pick(4) == 0 ? pick(ASIDS) : pick(3);
        const uint32_t limit = pick(2) == 0 ? 24 : BYTES / BLOCK_BYTES;
        const size_t offset = pick(BYTES / BLOCK_BYTES) * (size_t)BLOCK_BYTES;
        const size_t wanted = (1 + pick(limit)) * (size_t)BLOCK_BYTES;
        const size_t length = wanted < BYTES - offset ? wanted : BYTES - offset;
        access_and_compare(pick(4) == 0 ? &plain : &cached, asid, offset, length);
        if (pick(20) == 0) {
            set_key(pick(3));
        } else if (pick(40) == 0) {
            clear_slot(pick(3));
        }
    }
}

static void new_key_counts_with_the_next_access(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 3; round++) {
        access_and_compare(&cached, 7, 64, 64);
        set_key(7);
        access_and_compare(&cached, 7, 64, 64);
        access_and_compare(&cached, 7, 0, DRAM_PAGE_BYTES);
        clear_slot(7);
        access_and_compare(&cached, 7, 64, 64);
        access_and_compare(&cached, 7, 0, DRAM_PAGE_BYTES);
        set_key(7);
    }
}

static void new_tweak_key_counts_with_the_next_access(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 3; round++) {
        access_and_compare(&cached, 8, 64, 64);
        memctl()->generation++;
        fill(memctl()->tweak_key, KEY_BYTES);
        memctl()->generation++;
        access_and_compare(&cached, 8, 64, 64);
        access_and_compare(&cached, 8, 0, DRAM_PAGE_BYTES);
    }
}

/* The fabric of a board that died is cleared, and the next one counts from the beginning. */
static void same_generation_with_other_keys_is_noticed(void **state)
{
    (void)state;
    const uint64_t generation = memctl()->generation;
    access_and_compare(&cached, 9, 64, 64);
    set_key(9);
    memctl()->generation = generation;
    access_and_compare(&cached, 9, 64, 64);
    access_and_compare(&cached, 9, 0, DRAM_PAGE_BYTES);
    fill(memctl()->tweak_key, KEY_BYTES);
    access_and_compare(&cached, 9, 64, 64);
    access_and_compare(&cached, 9, 0, DRAM_PAGE_BYTES);
}

static void without_keys_there_is_no_access(void **state)
{
    uint8_t block[BLOCK_BYTES];
    (void)state;
    access_and_compare(&cached, 1, 64, 64);
    memctl()->magic = 0;
    assert_int_equal(memory_controller_read(&cached, 1, BASE, block, sizeof block),
                     MEMORY_CONTROLLER_NO_KEYS);
    memctl()->magic = FABRIC_MEMCTL_MAGIC;
    access_and_compare(&cached, 1, 64, 64);
}

/* An access that begins while another one goes on, as a thread's may. */
/* The firmware stands still in the middle of a change: a TMR may have come meanwhile. */
static void while_nobody_can_tell_there_is_no_access(void **state)
{
    struct fabric_tmr tmr[FABRIC_TMR_MAX];
    uint8_t page[DRAM_PAGE_BYTES];
    uint64_t generation = 0;
    (void)state;
    assert_int_equal(memory_controller_check(&cached, BASE, sizeof page), MEMORY_CONTROLLER_OK);
    memctl()->generation++;
    assert_int_equal(memory_controller_check(&cached, BASE, sizeof page),
                     MEMORY_CONTROLLER_PROTECTED);
    assert_int_equal(memory_controller_read(&cached, 0, BASE, page, sizeof page),
                     MEMORY_CONTROLLER_NO_KEYS);
    assert_false(memory_controller_tmrs(&cached, tmr, &generation));
    assert_true(tmr[0].base == 0 && tmr[0].length == UINT64_MAX);
    memctl()->generation++;
    assert_int_equal(memory_controller_check(&cached, BASE, sizeof page), MEMORY_CONTROLLER_OK);
}

static void accesses_at_the_same_time_do_not_mix(void **state)
{
    const struct memory_cipher_key first_key = {.asid = 1, .keys = {1}};
    const struct memory_cipher_key second_key = {.asid = 1, .keys = {2}};
    struct memory_cipher first;
    struct memory_cipher second;
    uint8_t text[64];
    uint8_t alone[sizeof text];
    uint8_t found[sizeof text];
    (void)state;
    fill(text, sizeof text);
    assert_true(memory_cipher_begin(&first, NULL, &first_key, true));
    assert_true(memory_cipher_transform(&first, BASE, text, alone, sizeof text));
    memory_cipher_end(&first);

    assert_true(memory_cipher_begin(&first, cached.cache, &first_key, true));
    assert_true(memory_cipher_begin(&second, cached.cache, &second_key, true));
    assert_true(memory_cipher_transform(&second, BASE, text, found, sizeof text));
    assert_memory_not_equal(found, alone, sizeof text);
    assert_true(memory_cipher_transform(&first, BASE, text, found, sizeof text));
    assert_memory_equal(found, alone, sizeof text);
    memory_cipher_end(&second);
    memory_cipher_end(&first);
}

/* Each on a page of its own, through one controller. */
static void *work(void *argument)
{
    const size_t index = *(const size_t *)argument;
    const uint64_t paddr = BASE + index * DRAM_PAGE_BYTES;
    uint8_t written[256];
    uint8_t found[sizeof written];
    for (unsigned round = 0; round < THREAD_ROUNDS; round++) {
        const uint32_t asid = (uint32_t)(round % 3);
        const uint64_t place = paddr + round % 100 * BLOCK_BYTES;
        memset(written, (int)(index * 50 + round % 50), sizeof written);
        if (memory_controller_write(&cached, asid, place, written, sizeof written) !=
                MEMORY_CONTROLLER_OK ||
            memory_controller_read(&cached, asid, place, found, sizeof found) !=
                MEMORY_CONTROLLER_OK ||
            memcmp(written, found, sizeof found) != 0) {
            return argument;
        }
    }
    return NULL;
}

static void threads_may_share_a_controller(void **state)
{
    pthread_t threads[THREADS];
    size_t indices[THREADS];
    void *failed = NULL;
    bool all = true;
    (void)state;
    for (size_t i = 0; i < THREADS; i++) {
        indices[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, work, &indices[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        all = all && failed == NULL;
    }
    assert_true(all);
    access_and_compare(&cached, 1, 64, 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_block_of_a_page_has_its_tweak),
        cmocka_unit_test(any_access_equals_whole_pages),
        cmocka_unit_test(new_key_counts_with_the_next_access),
        cmocka_unit_test(new_tweak_key_counts_with_the_next_access),
        cmocka_unit_test(same_generation_with_other_keys_is_noticed),
        cmocka_unit_test(without_keys_there_is_no_access),
        cmocka_unit_test(while_nobody_can_tell_there_is_no_access),
        cmocka_unit_test(accesses_at_the_same_time_do_not_mix),
        cmocka_unit_test(threads_may_share_a_controller),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
