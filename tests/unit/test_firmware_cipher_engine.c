/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands whose work the cipher engine does: the same memory, packets and measurements with an
 * engine, without one, and with one that fails at any moment; and what the x86 side, which runs
 * meanwhile, and later guests can find of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/guest/guest.h"
#include "firmware/hostmem.h"
#include "firmware/mailbox.h"
#include "firmware/status_block.h"
#include "hal/cipher.h"

#include "tests/unit/firmware_flow.h"

#define PAGE 0x1000u
#define REGION BOARD_BUFFER(8)
#define LAUNCH_BYTES (37u * PAGE + 0x30u)
#define PACKET_BYTES SEV_PACKET_MAX
#define HELD_PAGE (REGION + 20u * PAGE) /* In the second batch. */

static uint8_t plain[64u * PAGE];
static uint8_t found[64u * PAGE];

static int boot(void **state)
{
    (void)board_boot_init(state);
    memset(hal_cipher_buffer(HAL_CIPHER_OUTPUT), 0, HAL_CIPHER_BUFFER_BYTES);
    for (size_t i = 0; i < sizeof(plain); i++) {
        plain[i] = (uint8_t)(i * 13 + (i >> 8) + 1);
    }
    return 0;
}

static const struct fabric_status *block(void)
{
    return (const struct fabric_status *)(const void *)(hosted_fabric() + FABRIC_STATUS_OFFSET);
}

/** Fails unless the digest of what has been launched is that of @p length bytes. */
static void assert_measured(uint32_t handle, const uint8_t *bytes, size_t length)
{
    struct crypto_sha256 hash = guest_find(handle)->launch_hash;
    uint8_t digest[32];
    uint8_t expected[32];

    crypto_sha256_finish(&hash, digest);
    oracle_sha256(bytes, length, expected);
    assert_memory_equal(digest, expected, sizeof(digest));
}

static void assert_is_wiped(enum hal_cipher_buffer which)
{
    const uint8_t *bytes = hal_cipher_buffer(which);

    for (size_t i = 0; i < HAL_CIPHER_BUFFER_BYTES; i++) {
        assert_int_equal(bytes[i], 0);
    }
}

static void assert_input_is_wiped(void)
{
    assert_is_wiped(HAL_CIPHER_INPUT);
}

/** Launches LAUNCH_BYTES from @p offset into a page on. */
static void launch(uint32_t offset)
{
    const uint32_t handle = flow_guest(SEV_GUEST_LUPDATE);

    memcpy(board_dram(REGION + offset), plain, LAUNCH_BYTES);
    assert_int_equal(flow_update(handle, REGION + offset, LAUNCH_BYTES), SEV_STATUS_SUCCESS);
    assert_measured(handle, plain, LAUNCH_BYTES);
    oracle_read_memory(BOARD_ASID, REGION + offset, found, LAUNCH_BYTES);
    assert_memory_equal(found, plain, LAUNCH_BYTES);
    assert_input_is_wiped();
}

/** SEND_UPDATE_DATA or RECEIVE_UPDATE_DATA of one packet. */
static enum sev_status move(uint32_t id, uint32_t handle)
{
    struct sev_packet packet = {
        .handle = handle,
        .hdr_paddr = BOARD_BUFFER(4),
        .hdr_length = sizeof(struct sev_packet_header),
        .guest_paddr = REGION,
        .guest_length = PACKET_BYTES,
        .trans_paddr = BOARD_BUFFER(5),
        .trans_length = PACKET_BYTES,
    };

    return board_command(id, &packet, sizeof(packet));
}

/** @return the guest's handle */
static uint32_t send(void)
{
    const uint32_t handle = flow_guest(SEV_GUEST_RUNNING);
    struct guest *guest = guest_find(handle);
    struct sev_packet_header header;

    guest->state = SEV_GUEST_SUPDATE;
    memset(&guest->keys, 0x6B, sizeof(guest->keys));
    oracle_write_memory(BOARD_ASID, REGION, plain, PACKET_BYTES);
    assert_int_equal(move(SEV_COMMAND_SEND_UPDATE_DATA, handle), SEV_STATUS_SUCCESS);
    memcpy(&header, board_dram(BOARD_BUFFER(4)), sizeof(header));
    oracle_aes128_ctr(guest->keys.tek, header.iv, board_dram(BOARD_BUFFER(5)), found, PACKET_BYTES);
    assert_memory_equal(found, plain, PACKET_BYTES);
    oracle_read_memory(BOARD_ASID, REGION, found, PACKET_BYTES);
    assert_memory_equal(found, plain, PACKET_BYTES); /* Unchanged. */
    assert_input_is_wiped();
    assert_is_wiped(HAL_CIPHER_OUTPUT); /* The key stream was there. */
    return handle;
}

/** A guest that waits for the packet that has been made for it. */
static uint32_t prepare_to_receive(void)
{
    const uint32_t handle = flow_guest(SEV_GUEST_RUNNING);
    struct guest *guest = guest_find(handle);
    struct sev_packet_header header;

    guest->state = SEV_GUEST_RUPDATE;
    memset(&guest->keys, 0x3A, sizeof(guest->keys));
    memset(board_dram(REGION), 0, PACKET_BYTES);
    flow_packet(SEV_MAC_CONTEXT_SEND_DATA, &guest->keys, NULL, plain, PACKET_BYTES, &header,
                board_dram(BOARD_BUFFER(5)));
    memcpy(board_dram(BOARD_BUFFER(4)), &header, sizeof(header));
    return handle;
}

static void receive(void)
{
    const uint32_t handle = prepare_to_receive();

    assert_int_equal(move(SEV_COMMAND_RECEIVE_UPDATE_DATA, handle), SEV_STATUS_SUCCESS);
    oracle_read_memory(BOARD_ASID, REGION, found, PACKET_BYTES);
    assert_memory_equal(found, plain, PACKET_BYTES);
    assert_input_is_wiped();
}

static void launch_aligned(void)
{
    launch(0);
}

static void launch_from_the_middle_of_a_page(void)
{
    launch(0x7F0);
}

static void send_a_packet(void)
{
    (void)send();
}

static void (*const flows[])(void) = {launch_aligned, launch_from_the_middle_of_a_page,
                                      send_a_packet, receive};

#define FLOWS (sizeof(flows) / sizeof(flows[0]))

static void engine_does_the_work(void **state)
{
    for (size_t i = 0; i < FLOWS; i++) {
        uint64_t before;

        (void)boot(state);
        before = hosted_cipher_operations();
        flows[i]();
        assert_true(hosted_cipher_operations() >= before + 2);
    }
}

static void without_an_engine_all_is_the_same(void **state)
{
    for (size_t i = 0; i < FLOWS; i++) {
        uint64_t before;

        (void)boot(state);
        hosted_cipher_remove();
        assert_null(board_restart());
        assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
        before = hosted_cipher_operations();
        flows[i]();
        assert_int_equal(hosted_cipher_operations(), before);
    }
}

static void with_an_engine_that_fails_all_is_the_same(void **state)
{
    for (size_t i = 0; i < FLOWS; i++) {
        for (int fault = HOSTED_CIPHER_FAILS; fault <= HOSTED_CIPHER_HANGS; fault++) {
            for (uint64_t at = 1; at <= 3; at++) {
                (void)boot(state);
                hosted_cipher_fault((enum hosted_cipher_fault)fault, at);
                flows[i]();
                assert_null(hal_cipher_name());
            }
        }
    }
}

static void log_and_fabric_tell_what_encrypts(void **state)
{
    const uint32_t handle = flow_guest(SEV_GUEST_LUPDATE);
    struct sev_launch_update update = {.handle = handle, .paddr = REGION, .length = 4 * PAGE};

    (void)state;
    mailbox_open(0, SEV_STATUS_SUCCESS);
    assert_string_equal(block()->engine, HOSTED_CIPHER_NAME);
    assert_non_null(strstr(hosted_log(), "memory encryption: " HOSTED_CIPHER_NAME "\n"));
    hosted_cipher_fault(HOSTED_CIPHER_HANGS, 1);
    memcpy(board_dram(BOARD_PARAMETERS), &update, sizeof(update));
    status_block_served(SEV_COMMAND_LAUNCH_UPDATE_DATA,
                        board_command(SEV_COMMAND_LAUNCH_UPDATE_DATA, &update, sizeof(update)));
    assert_string_equal(block()->engine, "portable");
    assert_non_null(
        strstr(hosted_log(), "memory encryption: portable; the cipher engine failed\n"));
}

static void engine_that_lies_at_start_is_told_in_the_log(void **state)
{
    (void)state;
    hosted_cipher_fault(HOSTED_CIPHER_LIES, 1);
    assert_null(board_restart());
    assert_non_null(
        strstr(hosted_log(), "memory encryption: portable; the cipher engine failed\n"));
}

static void no_byte_of_many_pages_is_read_twice(void **state)
{
    const uint32_t handle = flow_guest(SEV_GUEST_LUPDATE);
    uint64_t first;

    (void)state;
    hosted_dram_trace_start();
    assert_int_equal(flow_update(handle, REGION, LAUNCH_BYTES), SEV_STATUS_SUCCESS);
    assert_int_equal(hosted_dram_rereads(&first), 0);
}

/** Between the firmware's reading of a part and its writing, the host changes it. */
static void change_before_write(void *context, const struct hosted_step *step)
{
    uint64_t *bytes = context;

    if (step->memory == HOSTED_DRAM && step->kind == HOSTED_WRITE && step->offset >= REGION) {
        for (size_t i = 0; i < step->length; i++) {
            hosted_dram()[step->offset + i] ^= 0x80;
        }
        *bytes += step->length;
    }
}

/** The host changes a region while it is imported: what is measured is what the guest finds. */
static void what_is_measured_is_what_is_encrypted(void **state)
{
    const uint32_t handle = flow_guest(SEV_GUEST_LUPDATE);
    uint64_t changed = 0;

    (void)state;
    memcpy(board_dram(REGION), plain, LAUNCH_BYTES);
    hosted_set_access_hook(change_before_write, &changed);
    assert_int_equal(flow_update(handle, REGION, LAUNCH_BYTES), SEV_STATUS_SUCCESS);
    hosted_set_access_hook(NULL, NULL);
    assert_int_equal(changed, LAUNCH_BYTES);
    oracle_read_memory(BOARD_ASID, REGION, found, LAUNCH_BYTES);
    assert_measured(handle, found, LAUNCH_BYTES);
}

static void no_byte_of_a_packet_is_read_twice(void **state)
{
    const uint32_t handle = prepare_to_receive();
    uint64_t first;

    (void)state;
    hosted_dram_trace_start();
    assert_int_equal(move(SEV_COMMAND_RECEIVE_UPDATE_DATA, handle), SEV_STATUS_SUCCESS);
    assert_int_equal(hosted_dram_rereads(&first), 0);
}

/** Data is decrypted and encrypted while its MAC is computed; nothing comes of it if that is wrong. */
static void forged_packet_writes_nothing(void **state)
{
    static const uint64_t places[] = {
        BOARD_BUFFER(4) + offsetof(struct sev_packet_header, iv),
        BOARD_BUFFER(4) + offsetof(struct sev_packet_header, mac) + 31u,
        BOARD_BUFFER(5),
        BOARD_BUFFER(5) + PACKET_BYTES / 2u - 1u,
        BOARD_BUFFER(5) + PACKET_BYTES / 2u,
        BOARD_BUFFER(5) + PACKET_BYTES - 1u,
    };

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        uint32_t handle;

        (void)boot(state);
        handle = prepare_to_receive();
        memset(board_dram(REGION), 0x77, PACKET_BYTES);
        memset(found, 0x77, PACKET_BYTES);
        *board_dram(places[i]) ^= 1;
        assert_int_equal(move(SEV_COMMAND_RECEIVE_UPDATE_DATA, handle), SEV_STATUS_BAD_MEASUREMENT);
        assert_memory_equal(board_dram(REGION), found, PACKET_BYTES);
        assert_is_wiped(HAL_CIPHER_INPUT);
        assert_is_wiped(HAL_CIPHER_OUTPUT);
    }
}

static void hold_a_page(void *context, const struct hosted_step *step)
{
    const struct hostmem_range held = {.paddr = HELD_PAGE, .length = PAGE};
    bool *done = context;

    if (!*done && step->memory == HOSTED_DRAM && step->kind == HOSTED_READ &&
        step->offset == REGION + 16u * PAGE) {
        *done = true;
        hostmem_hold(HOSTMEM_TMR, &held);
    }
}

/** Between its being read and its being written, a page becomes the firmware's. */
static void page_that_is_held_meanwhile_is_not_written(void **state)
{
    const uint32_t handle = flow_guest(SEV_GUEST_LUPDATE);
    bool done = false;

    (void)state;
    memcpy(board_dram(REGION), plain, LAUNCH_BYTES);
    hosted_set_access_hook(hold_a_page, &done);
    assert_int_equal(flow_update(handle, REGION, LAUNCH_BYTES), SEV_STATUS_HWERROR_UNSAFE);
    hosted_set_access_hook(NULL, NULL);
    hostmem_release(HOSTMEM_TMR);
    assert_true(done);
    assert_memory_equal(board_dram(HELD_PAGE), plain + (HELD_PAGE - REGION), PAGE);
    assert_input_is_wiped();
}

static void engine_forgets_a_guests_keys_with_the_guest(void **state)
{
    const uint32_t handle = flow_guest(SEV_GUEST_LUPDATE);

    (void)state;
    assert_int_equal(flow_update(handle, REGION, 8 * PAGE), SEV_STATUS_SUCCESS);
    assert_int_equal(hosted_cipher_sessions(), 1);
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, handle), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order_guest(SEV_COMMAND_DECOMMISSION, handle), SEV_STATUS_SUCCESS);
    assert_int_equal(hosted_cipher_sessions(), 0);
}

static void engine_forgets_transport_keys_with_the_session(void **state)
{
    const uint32_t handle = send();

    (void)state;
    assert_int_equal(hosted_cipher_sessions(), 2);
    guest_forget_transport(guest_find(handle));
    assert_int_equal(hosted_cipher_sessions(), 0);
}

#define TEST(name) cmocka_unit_test_setup(name, boot)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(engine_does_the_work),
        TEST(without_an_engine_all_is_the_same),
        TEST(with_an_engine_that_fails_all_is_the_same),
        TEST(log_and_fabric_tell_what_encrypts),
        TEST(engine_that_lies_at_start_is_told_in_the_log),
        TEST(no_byte_of_many_pages_is_read_twice),
        TEST(what_is_measured_is_what_is_encrypted),
        TEST(no_byte_of_a_packet_is_read_twice),
        TEST(forged_packet_writes_nothing),
        TEST(page_that_is_held_meanwhile_is_not_written),
        TEST(engine_forgets_a_guests_keys_with_the_guest),
        TEST(engine_forgets_transport_keys_with_the_session),
    };

    return cmocka_run_group_tests_name("cipher engine in commands", tests, NULL, NULL);
}
