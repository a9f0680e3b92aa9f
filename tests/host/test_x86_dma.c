/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accesses of devices: keys, addresses they cannot say, and what caches have to do with them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "host/x86/dma.h"
#include "tests/host/x86_stage.h"

#define SPA 0x100000ull
#define C_BIT (1ull << 51)

static const struct x86_device wide = {.address_bits = 64};
static const struct x86_device narrow = {.address_bits = 32};

/* The IOMMU of one page. */
struct page_map {
    uint64_t from;
    uint64_t to;
    bool writable;
};

static bool remap(void *context, uint64_t address, bool write, uint64_t *result)
{
    const struct page_map *map = context;
    *result = map->to;
    return address == map->from && (map->writable || !write);
}

static uint64_t read_word(const struct x86_device *device, uint64_t address)
{
    uint64_t word = 0;
    assert_int_equal(x86_dma_read(&stage.machine, device, address, &word, sizeof word), X86_DMA_OK);
    return word;
}

static void write_word(const struct x86_device *device, uint64_t address, uint64_t word)
{
    assert_int_equal(x86_dma_write(&stage.machine, device, address, &word, sizeof word),
                     X86_DMA_OK);
}

static void refuse(const struct x86_device *device, uint64_t address, bool write,
                   enum x86_dma_result result)
{
    uint8_t before[2 * X86_PAGE_BYTES];
    uint64_t word = 0x1234;
    memcpy(before, stage.bytes + SPA, sizeof before);
    assert_int_equal(write ? x86_dma_write(&stage.machine, device, address, &word, sizeof word)
                           : x86_dma_read(&stage.machine, device, address, &word, sizeof word),
                     result);
    assert_int_equal(word, 0x1234);
    assert_memory_equal(stage.bytes + SPA, before, sizeof before);
}

static void c_bit_of_the_address_chooses_the_hosts_key(void **state)
{
    (void)state;
    write_word(&wide, SPA + 4, 0x1122334455667788);
    assert_int_equal(stage_word(SPA, X86_KEY_NONE), 0x5566778800000000);
    write_word(&wide, (SPA + 0x14) | C_BIT, 0x1122334455667788);
    assert_int_equal(stage_word(SPA + 0x18, X86_KEY_HOST) & 0xFFFFFFFF, 0x11223344);
    assert_int_equal(read_word(&wide, (SPA + 0x14) | C_BIT), 0x1122334455667788);
    assert_int_equal(read_word(&wide, SPA + 0x10), stage_word(SPA + 0x10, X86_KEY_NONE));
}

static void device_of_32_bits_cannot_say_the_c_bit(void **state)
{
    (void)state;
    refuse(&narrow, SPA | C_BIT, false, X86_DMA_UNREACHABLE);
    refuse(&narrow, SPA | C_BIT, true, X86_DMA_UNREACHABLE);
    refuse(&narrow, STAGE_HIGH, true, X86_DMA_UNREACHABLE);
    refuse(&narrow, STAGE_HIGH - 4, true, X86_DMA_UNREACHABLE);
    refuse(&wide, UINT64_MAX - 3, true, X86_DMA_UNREACHABLE);
    write_word(&narrow, SPA, 7);
}

/* The IOMMU says it for the device. */
static void remapping_reaches_encrypted_and_high_memory(void **state)
{
    struct page_map map = {.from = 0x5000, .to = (STAGE_HIGH + 0x3000) | C_BIT, .writable = true};
    const struct x86_device device = {.address_bits = 32, .remap = remap, .context = &map};
    (void)state;
    write_word(&device, 0x5010, 0x1122334455667788);
    assert_int_equal(stage_word(STAGE_HIGH + 0x3010, X86_KEY_HOST), 0x1122334455667788);
    assert_int_equal(read_word(&device, 0x5010), 0x1122334455667788);
    map.to = STAGE_HIGH + 0x3000;
    assert_int_equal(read_word(&device, 0x5010), stage_word(STAGE_HIGH + 0x3010, X86_KEY_NONE));
    map.writable = false;
    refuse(&device, 0x5010, true, X86_DMA_NOT_MAPPED);
    refuse(&device, 0x6000, false, X86_DMA_NOT_MAPPED);
}

/* What lies before the page that is refused is done. */
static void access_ends_at_the_page_that_is_refused(void **state)
{
    struct page_map map = {.from = 0x5000, .to = SPA, .writable = true};
    const struct x86_device device = {.address_bits = 32, .remap = remap, .context = &map};
    const uint64_t words[2] = {1, 2};
    (void)state;
    assert_int_equal(x86_dma_write(&stage.machine, &device, 0x5FF8, words, sizeof words),
                     X86_DMA_NOT_MAPPED);
    assert_int_equal(stage_word(SPA + 0xFF8, X86_KEY_NONE), 1);
    assert_int_equal(stage_word(SPA + 0x1000, X86_KEY_NONE), 0);
}

static void guests_private_page_is_ciphertext(void **state)
{
    (void)state;
    stage_put_word(SPA, STAGE_ASID, 0x1122334455667788);
    assert_int_equal(read_word(&wide, SPA), stage_word(SPA, X86_KEY_NONE));
    write_word(&wide, SPA, 0x1122334455667788);
    assert_int_not_equal(stage_word(SPA, STAGE_ASID), 0x1122334455667788);
}

static void devices_and_cores_see_each_other_through_one_key(void **state)
{
    uint64_t word = 5;
    (void)state;
    assert_int_equal(x86_cache_write(stage.machine.cache, SPA, X86_KEY_HOST, &word, sizeof word),
                     MEMORY_CONTROLLER_OK);
    assert_int_equal(read_word(&wide, SPA | C_BIT), 5);
    write_word(&wide, SPA | C_BIT, 6);
    assert_int_equal(x86_cache_read(stage.machine.cache, SPA, X86_KEY_HOST, &word, sizeof word),
                     MEMORY_CONTROLLER_OK);
    assert_int_equal(word, 6);
}

/* A guest's line hides what the device has written, and at last overwrites it. */
static void devices_and_guests_do_not(void **state)
{
    uint64_t word = 5;
    (void)state;
    assert_int_equal(x86_cache_write(stage.machine.cache, SPA, STAGE_ASID, &word, sizeof word),
                     MEMORY_CONTROLLER_OK);
    assert_int_equal(read_word(&wide, SPA), 0);
    write_word(&wide, SPA, 6);
    assert_int_equal(x86_cache_read(stage.machine.cache, SPA, STAGE_ASID, &word, sizeof word),
                     MEMORY_CONTROLLER_OK);
    assert_int_equal(word, 5);
    x86_cache_flush(stage.machine.cache);
    assert_int_equal(stage_word(SPA, STAGE_ASID), 5);
    assert_int_not_equal(read_word(&wide, SPA), 6);
}

static void writes_to_guests_pages_are_stopped(void **state)
{
    (void)state;
    stage_rmp();
    stage_give(SPA, false, STAGE_ES_ASID, 0x5000);
    refuse(&wide, SPA, true, X86_DMA_RMP);
    refuse(&wide, SPA | C_BIT, true, X86_DMA_RMP);
    refuse(&wide, STAGE_RMP, true, X86_DMA_RMP);
    (void)read_word(&wide, SPA);
    write_word(&wide, SPA + 0x1000, 1);
}

/* It is one of the address, and no way to a page that the table guards. */
static void without_encryption_there_is_no_c_bit(void **state)
{
    (void)state;
    stage_rmp();
    stage_give(SPA, false, STAGE_ES_ASID, 0x5000);
    stage_core(0)->syscfg &= ~SYSCFG_MEMORY_ENCRYPTION;
    refuse(&wide, SPA, true, X86_DMA_RMP);
    refuse(&wide, SPA | C_BIT, true, X86_DMA_ABORTED);
    refuse(&wide, SPA | C_BIT, false, X86_DMA_ABORTED);
    refuse(&wide, STAGE_RMP | C_BIT, true, X86_DMA_ABORTED);
}

static void where_nobody_answers(void **state)
{
    (void)state;
    refuse(&wide, 0x900000, false, X86_DMA_ABORTED);
    refuse(&wide, 0x900000, true, X86_DMA_ABORTED);
    stage_set_tmr(SPA, 0x100000);
    refuse(&wide, SPA, false, X86_DMA_ABORTED);
    refuse(&wide, SPA | C_BIT, true, X86_DMA_ABORTED);
    stage_set_tmr(0, 0);
    stage_memctl()->magic = 0;
    refuse(&wide, SPA | C_BIT, true, X86_DMA_ABORTED);
    write_word(&wide, SPA, 1);
}

static void with_tsme_every_device_has_the_hosts_key(void **state)
{
    const struct stage_options options = {.flags = FABRIC_FLAG_TSME};
    stage_tear_down(state);
    stage_open(&options);
    write_word(&narrow, SPA, 0x1122334455667788);
    assert_int_equal(stage_word(SPA, X86_KEY_HOST), 0x1122334455667788);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STAGED(c_bit_of_the_address_chooses_the_hosts_key),
        STAGED(device_of_32_bits_cannot_say_the_c_bit),
        STAGED(remapping_reaches_encrypted_and_high_memory),
        STAGED(access_ends_at_the_page_that_is_refused),
        STAGED(guests_private_page_is_ciphertext),
        STAGED(devices_and_cores_see_each_other_through_one_key),
        STAGED(devices_and_guests_do_not),
        STAGED(writes_to_guests_pages_are_stopped),
        STAGED(without_encryption_there_is_no_c_bit),
        STAGED(where_nobody_answers),
        STAGED(with_tsme_every_device_has_the_hosts_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
