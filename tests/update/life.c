/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A firmware's life on the board: what stays when another one replaces it, which one may, and what a
 * reset does.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/sev_state.h"
#include "host/lib/runner.h"
#include "host/lib/sev.h"
#include "tests/update/board.h"

#define READY_MS 60000
#define VARIANT_BUILD 2u
#define PATTERN_BYTES 0x3000u

/** All public parts of a platform's identity. */
struct identity {
    struct sev_certificate pdh;
    struct sev_certificate_chain chain;
};

/* As a client that looks at registers alone: the bytes of its commands are left on the doorbell. */
static void export_certificates(struct identity *identity)
{
    const int doorbell = observed.mailbox.doorbell;
    observed.mailbox.doorbell = -1;
    const int status = sev_export_certificates(&observed, &identity->pdh, &identity->chain);
    observed.mailbox.doorbell = doorbell;
    assert_int_equal(status, SEV_STATUS_SUCCESS);
    observe_settle();
}

static struct identity read_identity(void)
{
    struct identity identity;
    struct sev_init init = {0};
    memset(&identity, 0, sizeof identity);
    assert_int_equal(observe_command(SEV_COMMAND_INIT, &init, sizeof init, 0), SEV_STATUS_SUCCESS);
    export_certificates(&identity);
    assert_int_equal(observe_command(SEV_COMMAND_SHUTDOWN, NULL, 0, 0), SEV_STATUS_SUCCESS);
    return identity;
}

static void make_pattern(uint8_t pattern[PATTERN_BYTES])
{
    for (uint32_t i = 0; i < PATTERN_BYTES; i++) {
        pattern[i] = (uint8_t)(i * 131u + (i >> 8));
    }
}

/* An address in the last range, which other tests leave alone. */
static uint64_t host_memory(void)
{
    return observed.dram.ranges[observed.dram.range_count - 1].base + 0x100000;
}

static void host_memory_is_intact(void)
{
    uint8_t pattern[PATTERN_BYTES];
    uint8_t found[PATTERN_BYTES];
    make_pattern(pattern);
    assert_int_equal(
        memory_controller_read(&observed.memory, SEV_ASID_HOST, host_memory(), found, sizeof found),
        MEMORY_CONTROLLER_OK);
    assert_memory_equal(found, pattern, sizeof found);
}

void identity_and_host_memory_survive(void **state)
{
    const struct identity before = read_identity();
    uint8_t pattern[PATTERN_BYTES];
    (void)state;
    make_pattern(pattern);
    assert_int_equal(memory_controller_write(&observed.memory, SEV_ASID_HOST, host_memory(),
                                             pattern, sizeof pattern),
                     MEMORY_CONTROLLER_OK);
    for (int wrapped = 0; wrapped <= 1; wrapped++) {
        assert_int_equal(download_made(NULL, FLASH_SECURITY_VERSION, wrapped != 0),
                         SEV_STATUS_SUCCESS);
        assert_int_equal(observe_status().state, SEV_PLATFORM_UNINIT);
        host_memory_is_intact();
        const struct identity after = read_identity();
        assert_memory_equal(&after, &before, sizeof after);
    }
}

/** Whether the NV block is blank. */
static bool is_blank(const uint8_t *block)
{
    uint8_t all = 0xFF;
    for (size_t i = 0; i < SEV_NV_BYTES; i++) {
        all &= block[i];
    }
    return all == 0xFF;
}

/* Two updates: the second firmware hands over what it got from the first. */
void the_nv_block_is_known_after_an_update(void **state)
{
    const uint64_t paddr = dram_allocate(&observed.dram, 0, SEV_NV_BYTES, DRAM_PAGE_BYTES);
    uint8_t *block = dram_pointer(&observed.dram, paddr, SEV_NV_BYTES);
    struct sev_init_ex init = {.length = sizeof init, .nv_paddr = paddr, .nv_length = SEV_NV_BYTES};
    (void)state;
    assert_non_null(block);
    memset(block, 0xFF, SEV_NV_BYTES);
    assert_int_equal(observe_command(SEV_COMMAND_INIT_EX, &init, sizeof init, 0),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(observe_command(SEV_COMMAND_SHUTDOWN, NULL, 0, 0), SEV_STATUS_SUCCESS);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(download_made(NULL, FLASH_SECURITY_VERSION, true), SEV_STATUS_SUCCESS);
        assert_false(is_blank(block));
    }
    assert_int_equal(observe_command(SEV_COMMAND_PLATFORM_RESET, NULL, 0, 0), SEV_STATUS_SUCCESS);
    assert_true(is_blank(block));
    /* It is forgotten now, and the next firmware knows none. */
    memset(block, 0x5A, SEV_NV_BYTES);
    assert_int_equal(download_made(NULL, FLASH_SECURITY_VERSION, false), SEV_STATUS_SUCCESS);
    assert_int_equal(observe_command(SEV_COMMAND_PLATFORM_RESET, NULL, 0, 0), SEV_STATUS_SUCCESS);
    assert_int_equal(block[0], 0x5A);
}

/* The firmware, with as much behind it as an image can have: its own bss lies there. */
void the_largest_image_can_be_loaded(void **state)
{
    struct material material = subject.material;
    uint8_t *body = malloc(IMAGE_BODY_MAX);
    (void)state;
    assert_non_null(body);
    memset(body, 0xA5, IMAGE_BODY_MAX);
    memcpy(body, material.firmware.data, material.firmware.length);
    material.firmware = (struct provision_bytes){body, IMAGE_BODY_MAX};
    for (int wrapped = 0; wrapped <= 1; wrapped++) {
        struct provision_bytes file;
        material_file(&material, wrapped != 0, &file);
        assert_int_equal(file.length, wrapped ? 0x201300 : 0x201000);
        assert_int_equal(download(&file, 300), SEV_STATUS_SUCCESS);
        assert_int_equal(observe_status().build, SEV_BUILD);
        host_memory_is_intact();
        provision_bytes_free(&file);
    }
    free(body);
}

/* Linux loads a file twice when the first firmware is older than 1.50. */
void the_same_file_can_be_loaded_again(void **state)
{
    struct provision_bytes file;
    (void)state;
    material_file(&subject.material, true, &file);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(download(&file, 300), SEV_STATUS_SUCCESS);
        assert_int_equal(download_from(setting.paddr, (uint32_t)file.length, 0),
                         SEV_STATUS_SUCCESS);
    }
    assert_int_equal(observe_status().build, SEV_BUILD);
    provision_bytes_free(&file);
}

void the_way_back_is_barred(void **state)
{
    (void)state;
    assert_int_equal(download_made(setting.variant, FLASH_SECURITY_VERSION + 2, true),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(observe_status().build, VARIANT_BUILD);
    for (uint32_t version = 0; version < FLASH_SECURITY_VERSION + 2; version++) {
        assert_int_equal(download_made(NULL, version, version % 2 == 0), SEV_STATUS_BAD_SVN);
        assert_int_equal(observe_status().build, VARIANT_BUILD);
    }
    host_memory_is_intact();
    assert_int_equal(download_made(NULL, FLASH_SECURITY_VERSION + 2, false), SEV_STATUS_SUCCESS);
    assert_int_equal(observe_status().build, SEV_BUILD);
}

/* With SME, the driver's buffers are encrypted with the host's key, and it names the C-bit. */
void encrypted_memory_may_hold_the_file(void **state)
{
    const struct fabric_config *config = fabric_configuration(observed.fabric_file.bytes);
    const uint32_t version = FLASH_SECURITY_VERSION + 3;
    struct material material = subject.material;
    struct provision_bytes file;
    (void)state;
    assert_non_null(config);
    material.security_version = version;
    material_file(&material, true, &file);
    const uint32_t length = (uint32_t)file.length & ~15u;
    const uint64_t c_bit = UINT64_C(1) << config->c_bit;
    assert_int_equal(length, file.length); /* What memory_controller_write() takes. */
    assert_int_equal(
        memory_controller_write(&observed.memory, SEV_ASID_HOST, setting.paddr, file.data, length),
        MEMORY_CONTROLLER_OK);
    assert_int_equal(download_from(setting.paddr, length, 0), SEV_STATUS_UNSUPPORTED);
    assert_int_equal(download_from(setting.paddr | c_bit, length, 0), SEV_STATUS_SUCCESS);
    assert_int_equal(download_made(NULL, version - 1, true), SEV_STATUS_BAD_SVN);
    provision_bytes_free(&file);
}

void a_reset_returns_to_the_flash(void **state)
{
    (void)state;
    const struct identity before = read_identity();
    assert_int_equal(download_made(setting.variant, FLASH_SECURITY_VERSION + 4, false),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(observe_status().build, VARIANT_BUILD);
    if (board_reset(&observed, READY_MS) != BOARD_OK) {
        fail_msg("%s", observed.message);
    }
    observe_settle();
    assert_int_equal(observe_status().build, SEV_BUILD);
    assert_int_equal(download_made(NULL, FLASH_SECURITY_VERSION - 1, true), SEV_STATUS_BAD_SVN);
    assert_int_equal(download_made(NULL, FLASH_SECURITY_VERSION, true), SEV_STATUS_SUCCESS);
    const struct identity after = read_identity();
    assert_memory_equal(&after, &before, sizeof after);
}
