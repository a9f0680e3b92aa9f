/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware's memory encryption beside the caches and the memory controller of the x86 side
 * (host/x86, host/lib): what one writes the other reads, and what is not flushed is not there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/memory_encryption.h"
#include "firmware/memctl.h"
#include "host/x86/cache.h"
#include "tests/common/random.h"
#include "tests/unit/firmware_board.h"
#include "tests/unit/firmware_flow.h"

#define ROUNDS 2000u
#define REGION BOARD_BUFFER(0)
#define REGION_BYTES 0x10000u
#define BLOCK 16u

static struct dram dram;
static struct memory_controller controller;
static struct x86_cache *cache;
static struct random_state numbers = {.state = 9};

static int set_up(void **state)
{
    const int result = board_boot_init(state);
    dram_open(&dram, hosted_dram(), hosted_dram_bytes(), NULL);
    controller = (struct memory_controller){
        .fabric = hosted_fabric(), .dram = &dram, .cache = memory_cipher_cache_new()};
    const struct x86_cache_options options = {.memory = &controller, .pages = X86_CACHE_PAGES_MIN};
    cache = x86_cache_new(&options);
    assert_non_null(cache);
    return result;
}

static int tear_down(void **state)
{
    (void)state;
    x86_cache_free(cache);
    memory_cipher_cache_free(controller.cache);
    return 0;
}

/* Any blocks, in one page. */
static void choose(uint64_t *paddr, size_t *length)
{
    const uint32_t block = random_below(&numbers, REGION_BYTES / BLOCK);
    const uint32_t left = (X86_PAGE_BYTES - block * BLOCK % X86_PAGE_BYTES) / BLOCK;
    *paddr = REGION + block * (uint64_t)BLOCK;
    *length = (1 + random_below(&numbers, left)) * (size_t)BLOCK;
}

static void new_key(uint32_t asid, struct crypto_memory_key *key)
{
    uint8_t vek[16];
    random_fill(&numbers, vek, sizeof vek);
    memctl_load_key(asid, vek, sizeof vek);
    memctl_expand_key(vek, key);
}

static void what_one_side_encrypts_the_other_decrypts(void **state)
{
    uint8_t plain[X86_PAGE_BYTES];
    uint8_t seen[X86_PAGE_BYTES];
    struct crypto_memory_key key;
    (void)state;
    new_key(BOARD_ASID, &key);
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint64_t paddr;
        size_t length;
        choose(&paddr, &length);
        uint8_t *memory = hosted_dram() + paddr;
        random_fill(&numbers, plain, length);
        x86_cache_flush(cache);
        crypto_memory_encrypt(&key, paddr, plain, memory, length);
        assert_int_equal(x86_cache_read(cache, paddr, BOARD_ASID, seen, length),
                         MEMORY_CONTROLLER_OK);
        assert_memory_equal(seen, plain, length);
        random_fill(&numbers, plain, length);
        assert_int_equal(x86_cache_write(cache, paddr, BOARD_ASID, plain, length),
                         MEMORY_CONTROLLER_OK);
        x86_cache_flush_page(cache, paddr, BOARD_ASID);
        crypto_memory_decrypt(&key, paddr, memory, seen, length);
        assert_memory_equal(seen, plain, length);
        if (round % 100 == 99) {
            new_key(BOARD_ASID, &key);
        }
    }
}

static struct x86_cache_page fill(uint64_t paddr, uint32_t asid, bool write)
{
    struct x86_cache_page page;
    assert_int_equal(x86_cache_fill(cache, paddr, asid, write, &page), MEMORY_CONTROLLER_OK);
    return page;
}

static void guest_finds_what_was_launched(void **state)
{
    uint8_t plain[X86_PAGE_BYTES];
    (void)state;
    random_fill(&numbers, plain, sizeof plain);
    memcpy(hosted_dram() + REGION, plain, sizeof plain);
    const uint32_t handle = flow_guest(SEV_GUEST_LUPDATE);
    assert_int_equal(flow_update(handle, REGION, sizeof plain), SEV_STATUS_SUCCESS);
    assert_memory_not_equal(hosted_dram() + REGION, plain, sizeof plain);
    assert_memory_equal(fill(REGION, BOARD_ASID, false).bytes, plain, sizeof plain);
}

/* DBG_DECRYPT of a guest's page, into BOARD_BUFFER(1). */
static uint8_t debugged(uint32_t handle)
{
    struct sev_dbg debug = {
        .handle = handle, .length = BLOCK, .src_paddr = REGION, .dst_paddr = BOARD_BUFFER(1)};
    assert_int_equal(board_command(SEV_COMMAND_DBG_DECRYPT, &debug, sizeof debug),
                     SEV_STATUS_SUCCESS);
    return hosted_dram()[BOARD_BUFFER(1)];
}

static void firmware_sees_what_was_flushed(void **state)
{
    const uint32_t handle = flow_guest(SEV_GUEST_RUNNING);
    (void)state;
    fill(REGION, BOARD_ASID, true).bytes[0] = 1;
    x86_cache_flush(cache);
    assert_int_equal(debugged(handle), 1);
    fill(REGION, BOARD_ASID, true).bytes[0] = 2;
    assert_int_equal(debugged(handle), 1);
    x86_cache_flush_page(cache, REGION, BOARD_ASID);
    assert_int_equal(debugged(handle), 2);
}

/* Written back too late: garbage for the guest, when it is active again. */
static void lines_that_outlive_deactivate_are_lost(void **state)
{
    const uint32_t handle = flow_guest(SEV_GUEST_RUNNING);
    (void)state;
    fill(REGION, BOARD_ASID, true).bytes[0] = 1;
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, handle), SEV_STATUS_SUCCESS);
    x86_cache_flush(cache);
    flow_flush();
    assert_int_equal(flow_activate(handle, BOARD_ASID), SEV_STATUS_SUCCESS);
    const uint8_t *bytes = fill(REGION, BOARD_ASID, false).bytes;
    struct crypto_memory_key empty;
    uint8_t slot[16];
    memcpy(slot, board_memctl()->tweak_key, sizeof slot);
    slot[0] ^= 0xFF;
    memctl_expand_key(slot, &empty);
    uint8_t block[BLOCK];
    crypto_memory_decrypt(&empty, REGION, hosted_dram() + REGION, block, sizeof block);
    assert_int_equal(block[0], 1);
    assert_memory_not_equal(bytes, block, sizeof block);
}

#define BOARDED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOARDED(what_one_side_encrypts_the_other_decrypts),
        BOARDED(guest_finds_what_was_launched),
        BOARDED(firmware_sees_what_was_flushed),
        BOARDED(lines_that_outlive_deactivate_are_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
