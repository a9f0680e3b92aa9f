/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Life of the host's key and the tweak key; what of the firmware's memory they protect.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/image.h"
#include "host/lib/vmsa.h"
#include "tests/memory/flows.h"

#define VMSA_PLACE 0u
#define TEXT_PLACE 1u

static const struct fabric_memctl *memctl(void)
{
    return (const void *)(suite.board.fabric_file.bytes + FABRIC_MEMCTL_OFFSET);
}

/** The keys in force. */
struct keys {
    uint8_t host[SEV_KEY_BYTES];
    uint8_t tweak[SEV_KEY_BYTES];
};

static struct keys keys_now(void)
{
    struct keys keys;

    memcpy(keys.host, memctl()->slots[0].key, sizeof keys.host);
    memcpy(keys.tweak, memctl()->tweak_key, sizeof keys.tweak);
    assert_int_equal(memctl()->slots[0].flags, FABRIC_SLOT_VALID);
    return keys;
}

/** Fails the test unless all four halves differ. */
static void assert_all_new(const struct keys *before, const struct keys *after)
{
    static const uint8_t zeros[SEV_KEY_BYTES];

    assert_memory_not_equal(before->host, after->host, SEV_KEY_BYTES);
    assert_memory_not_equal(before->tweak, after->tweak, SEV_KEY_BYTES);
    assert_memory_not_equal(after->host, after->tweak, SEV_KEY_BYTES);
    assert_memory_not_equal(after->host, zeros, SEV_KEY_BYTES);
    assert_memory_not_equal(after->tweak, zeros, SEV_KEY_BYTES);
}

static void each_start_draws_new_keys(void **state)
{
    struct keys before;

    (void)state;
    to_uninit();
    before = keys_now();
    for (uint32_t i = 0; i < (program_settings.emulated ? 1 : 3); i++) {
        assert_true(suite_stop());
        assert_true(suite_start());
        const struct keys after = keys_now();

        assert_all_new(&before, &after);
        before = after;
    }
}

/** DRAM keeps its content through a reset, but not its meaning. */
static void a_reset_makes_encrypted_memory_unreadable(void **state)
{
    static const char text[64] = "host memory before the reset";
    const uint64_t paddr = suite_slot(TEXT_PLACE);
    char read[sizeof text];
    uint8_t raw[sizeof text];
    struct keys before;

    (void)state;
    host_enter(HOST_SME);
    before = keys_now();
    host_put(paddr, text, sizeof text);
    memcpy(raw, suite_at(paddr, sizeof raw), sizeof raw);
    assert_int_equal(board_reset(&suite.board, BOARD_READY_TIMEOUT_MS), BOARD_OK);
    const struct keys after = keys_now();

    assert_all_new(&before, &after);
    assert_memory_equal(raw, suite_at(paddr, sizeof raw), sizeof raw);
    host_get(paddr, read, sizeof read);
    assert_memory_not_equal(read, text, sizeof text);
}

static void the_keys_stay_from_init_to_init(void **state)
{
    const struct host_layout layout = {0xFF3};
    static const char text[64] = "host memory that outlives the platform's states";
    const uint64_t paddr = suite_slot(TEXT_PLACE);
    char read[sizeof text];
    struct keys before;

    (void)state;
    host_enter(HOST_SME);
    before = keys_now();
    host_put(paddr, text, sizeof text);
    for (uint32_t i = 0; i < 3; i++) {
        flow_initialise(layout, i % 2 == 0);
        const uint32_t handle = flow_launch(layout, 0, suite.machine.min_sev_asid);

        flow_tear_down(layout, handle);
        assert_status(RUN_PLAIN(SHUTDOWN), SUCCESS);
        const struct keys after = keys_now();

        assert_memory_equal(&before, &after, sizeof before);
    }
    assert_status(RUN_PLAIN(PLATFORM_RESET), SUCCESS);
    host_get(paddr, read, sizeof read);
    assert_memory_equal(read, text, sizeof text);
}

/** The TMR's C-bit is ignored; the table in it is never encrypted, also under TSME. */
static void tmr_in(enum host_mode mode, bool c_bit_in_tmr)
{
    const struct host_layout layout = {0};
    const uint64_t paddr = suite_slot(VMSA_PLACE);
    struct sev_init init = {
        .options = SEV_INIT_OPTION_ES,
        .tmr_paddr = suite.tmr | (c_bit_in_tmr ? 1ull << machine()->c_bit : 0),
        .tmr_length = SEV_TMR_BYTES,
    };
    struct sev_launch_update update = {.length = SEV_VMSA_BYTES};
    uint8_t page[SEV_VMSA_BYTES];
    uint8_t value[VMSA_TABLE_VALUE_BYTES];
    struct vmsa_entry entry;

    host_enter(mode);
    assert_status(HOST_RUN(layout, INIT, &init), SUCCESS);
    assert_int_equal(memctl()->tmr[0].base, suite.tmr);
    assert_int_equal(memctl()->tmr[0].length, SEV_TMR_BYTES);
    flush();
    update.handle = flow_launch(layout, SEV_POLICY_ES, 1);
    update.paddr = host_address(paddr);
    flow_fill(page, sizeof page);
    host_put(paddr, page, sizeof page);
    assert_status(HOST_RUN(layout, LAUNCH_UPDATE_VMSA, &update), SUCCESS);
    assert_true(vmsa_compute(&suite.board.memory, paddr, update.handle, page, value));
    assert_int_equal(vmsa_find(&suite.board.memory, paddr, &entry), VMSA_OK);
    assert_int_equal(entry.handle, update.handle);
    assert_memory_equal(entry.value, value, sizeof value);
    assert_int_equal(vmsa_check(&suite.board.memory, 1, paddr, page), VMSA_OK);
}

static void the_tmr_has_no_c_bit(void **state)
{
    (void)state;
    for (int mode = HOST_PLAIN; mode < HOST_MODES; mode++) {
        tmr_in((enum host_mode)mode, false);
        tmr_in((enum host_mode)mode, true);
    }
}

/** The firmware image of the chip's flash, in memory. @return its length */
static uint32_t load_image(uint8_t **image)
{
    struct image_header header;
    char path[PATH_MAX];
    FILE *file;

    assert_true(board_path(path, suite.options.directory, "flash.img"));
    file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, IMAGE_FLASH_OFFSET, SEEK_SET), 0);
    assert_int_equal(fread(&header, sizeof header, 1, file), 1);
    const uint32_t length = IMAGE_HEADER_BYTES + header.body_bytes;

    *image = malloc(length);
    assert_non_null(*image);
    assert_int_equal(fseek(file, IMAGE_FLASH_OFFSET, SEEK_SET), 0);
    assert_int_equal(fread(*image, 1, length, file), length);
    (void)fclose(file);
    return length;
}

static void firmware_is_downloaded_from_every_memory(void **state)
{
    const struct host_layout layout = {0xFFF};
    /* The Linux process checks the image, but cannot replace itself. */
    const enum sev_status accepted =
        program_settings.emulated ? SEV_STATUS_SUCCESS : SEV_STATUS_UNSUPPORTED;
    uint8_t *image;
    const uint32_t length = load_image(&image);

    (void)state;
    for (int mode = HOST_PLAIN; mode < HOST_MODES; mode++) {
        struct sev_download_firmware parameters = {.fw_length = length};
        struct keys before;

        host_enter((enum host_mode)mode);
        before = keys_now();
        parameters.fw_paddr = host_address(suite.tmr + 0x20);
        host_put(suite.tmr + 0x20, image, length);
        assert_status_is(HOST_RUN(layout, DOWNLOAD_FIRMWARE, &parameters), accepted);
        const struct keys after = keys_now();

        assert_memory_equal(&before, &after, sizeof before);
        image[length - 1] ^= 1;
        host_put(suite.tmr + 0x20, image, length);
        image[length - 1] ^= 1;
        assert_status(HOST_RUN(layout, DOWNLOAD_FIRMWARE, &parameters), BAD_SIGNATURE);
    }
    free(image);
}

static const struct CMUnitTest tests[] = {
    flow_test(each_start_draws_new_keys),
    flow_test(a_reset_makes_encrypted_memory_unreadable),
    flow_test(the_keys_stay_from_init_to_init),
    flow_test(the_tmr_has_no_c_bit),
    flow_test(firmware_is_downloaded_from_every_memory),
};

PROGRAM_GROUP(keys, tests);
