/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Persistent data: sealing, the flash sectors, the NV block, and what INIT and INIT_EX make of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>

#include "firmware/platform/chip.h"
#include "firmware/platform/store.h"

#include "tests/unit/firmware_board.h"

#define RECORD_OFFSET 0x20u
#define SECTOR ((size_t)HAL_FLASH_SECTOR_BYTES)
#define RECORD_BYTES STORE_RECORD_BYTES(sizeof(struct identity))

static struct identity identity;
static struct identity opened;
static struct store_record sealed;

static const struct store_place flash = {STORE_IDENTITY, STORE_MEDIUM_FLASH};
static const struct store_place nv_block = {STORE_IDENTITY, STORE_MEDIUM_NV_BLOCK};

static bool seal(const struct store_place *place, uint64_t sequence)
{
    return store_seal(place, sequence, &identity, sizeof(identity), &sealed);
}

static bool is_opened(const struct store_place *place)
{
    return store_open(&sealed, place, &opened, sizeof(opened));
}

static int make_identity(void **state)
{
    (void)board_boot(state);
    assert_true(identity_create(&identity));
    assert_true(seal(&flash, 7));
    return 0;
}

static void what_was_sealed_is_opened(void **state)
{
    (void)state;
    assert_true(is_opened(&flash));
    assert_memory_equal(&opened, &identity, sizeof(identity));
    assert_int_equal(sealed.header.sequence, 7);
}

static void every_flipped_byte_is_found(void **state)
{
    const size_t ciphertext = offsetof(struct store_record, sealed);
    const size_t tag = ciphertext + sizeof(identity);
    uint8_t *bytes = (uint8_t *)&sealed;

    (void)state;
    /* Of the long ciphertext every seventh byte. */
    for (size_t i = 0; i < RECORD_BYTES; i += i >= ciphertext && i + 7 < tag ? 7 : 1) {
        bytes[i] ^= (uint8_t)(1u << (i % 8));
        memset(&opened, 0x5A, sizeof(opened));
        if (is_opened(&flash)) {
            print_message("byte 0x%zx is not authenticated\n", i);
            fail();
        }
        assert_memory_not_equal(&opened.pek_key, &identity.pek_key, sizeof(identity.pek_key));
        bytes[i] ^= (uint8_t)(1u << (i % 8));
    }
    assert_true(is_opened(&flash));
}

static void record_fits_one_medium_one_kind_and_one_chip(void **state)
{
    const struct store_place other_kind = {STORE_ROLLBACK, STORE_MEDIUM_FLASH};

    (void)state;
    assert_false(is_opened(&nv_block));
    assert_false(is_opened(&other_kind));
    sealed.header.kind = STORE_ROLLBACK; /* The kind is authenticated, not only compared. */
    assert_false(is_opened(&other_kind));
    sealed.header.kind = STORE_IDENTITY;
    assert_false(store_open(&sealed, &flash, &opened, sizeof(opened) - 1));
    hosted_fuses()->chip_secret[5] ^= 1;
    assert_null(chip_start(0));
    assert_false(is_opened(&flash));
    hosted_fuses()->chip_secret[5] ^= 1;
    assert_null(chip_start(0));
    assert_true(is_opened(&flash));
}

static void identity_of_another_layout_is_damaged_data(void **state)
{
    static const struct hostmem_access access = {.direction = HOSTMEM_READ | HOSTMEM_WRITE,
                                                 .alignment = 1};
    struct hostmem_range block;

    (void)state;
    identity.version++;
    assert_true(store_flash_save(&identity));
    assert_int_equal(store_flash_load(&opened), STORE_DAMAGED);
    assert_memory_not_equal(&opened.pek_key, &identity.pek_key, sizeof(identity.pek_key));
    assert_int_equal(hostmem_resolve(BOARD_NV_BLOCK, SEV_NV_BYTES, &access, &block),
                     SEV_STATUS_SUCCESS);
    assert_true(store_nv_save(&block, &identity));
    assert_int_equal(store_nv_load(&block, &opened), STORE_DAMAGED);
    assert_memory_not_equal(&opened.pek_key, &identity.pek_key, sizeof(identity.pek_key));
}

static void payload_longer_than_a_record_is_refused(void **state)
{
    static uint8_t bytes[STORE_PAYLOAD_MAX + 1];

    (void)state;
    assert_true(store_seal(&flash, 1, bytes, STORE_PAYLOAD_MAX, &sealed));
    assert_true(store_open(&sealed, &flash, bytes, STORE_PAYLOAD_MAX));
    assert_false(store_seal(&flash, 1, bytes, STORE_PAYLOAD_MAX + 1, &sealed));
    assert_false(store_open(&sealed, &flash, bytes, STORE_PAYLOAD_MAX + 1));
}

/** AES-256-GCM by OpenSSL, with 40 authenticated bytes. */
static void oracle_gcm(const uint8_t *key, const uint8_t *nonce, const uint8_t *authenticated,
                       const void *input, size_t length, uint8_t *output, uint8_t *tag)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int count = 0;

    assert_int_equal(EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce), 1);
    assert_int_equal(EVP_EncryptUpdate(context, NULL, &count, authenticated, 0x28), 1);
    assert_int_equal(EVP_EncryptUpdate(context, output, &count, input, (int)length), 1);
    assert_int_equal(EVP_EncryptFinal_ex(context, output + count, &count), 1);
    assert_int_equal(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, 16, tag), 1);
    EVP_CIPHER_CTX_free(context);
}

/** A sector as every firmware since the first has written it, byte by byte. */
static void sectors_of_earlier_builds_are_read(void **state)
{
    static const uint8_t head[0x28] = {
        'S',  'E',  'V', 'N', 'V', '0', '0', '1',                /* magic */
        0x28, 0x1A, 0,   0,                                      /* length of an identity */
        0,    0,    0,   0,                                      /* flash */
        3,    0,    0,   0,   0,   0,   0,   0,                  /* sequence number */
        1,    2,    3,   4,   5,   6,   7,   8,   9, 10, 11, 12, /* nonce; then 0 */
    };
    uint8_t *sector = hosted_flash() + SECTOR;

    (void)state;
    assert_int_equal(sizeof(identity), 0x1A28);
    memcpy(sector, "VACOMMIT", 8);
    memcpy(sector + 0x20, head, sizeof(head));
    oracle_gcm(chip_storage_key(), head + 0x18, head, &identity, sizeof(identity), sector + 0x48,
               sector + 0x48 + sizeof(identity));
    assert_int_equal(store_flash_load(&opened), STORE_LOADED);
    assert_memory_equal(&opened, &identity, sizeof(identity));
}

static void seals_never_repeat_a_nonce_and_show_no_plaintext(void **state)
{
    const struct store_record before = sealed;

    (void)state;
    assert_true(seal(&flash, 7));
    assert_memory_not_equal(before.header.nonce, sealed.header.nonce, sizeof(sealed.header.nonce));
    assert_memory_not_equal(before.sealed, sealed.sealed, 64);
    assert_null(memmem(&sealed, sizeof(sealed), identity.pek_key.d, 16));
    assert_null(memmem(&sealed, sizeof(sealed), &identity.pek, 16));
}

static void flash_returns_the_newest_record(void **state)
{
    (void)state;
    assert_int_equal(store_flash_load(&opened), STORE_BLANK);
    for (uint32_t round = 0; round < 5; round++) {
        identity.reserved = round;
        assert_true(store_flash_save(&identity));
        assert_int_equal(store_flash_load(&opened), STORE_LOADED);
        assert_int_equal(opened.reserved, round);
    }
    assert_int_equal(hosted_flash_violations(), 0);
    assert_true(store_flash_erase());
    assert_int_equal(store_flash_load(&opened), STORE_BLANK);
    assert_int_equal(hosted_flash_violations(), 0);
}

/** What stands in a sector that carries no record is erased before the first one is programmed. */
static void first_record_fits_a_sector_that_is_not_blank(void **state)
{
    (void)state;
    memset(hosted_flash() + RECORD_OFFSET + 0x40, 0x5A, 0x100);
    assert_true(store_flash_save(&identity));
    assert_int_equal(hosted_flash_violations(), 0);
    assert_int_equal(store_flash_load(&opened), STORE_LOADED);
    assert_memory_equal(&opened, &identity, sizeof(identity));
}

static void damaged_record_in_flash_is_reported(void **state)
{
    (void)state;
    assert_true(store_flash_save(&identity));
    assert_true(store_flash_save(&identity)); /* In sector 1; the old one must not count. */
    for (size_t i = 0; i < RECORD_BYTES; i += 97) {
        hosted_flash()[SECTOR + RECORD_OFFSET + i] ^= 0x10;
        assert_int_equal(store_flash_load(&opened), STORE_DAMAGED);
        hosted_flash()[SECTOR + RECORD_OFFSET + i] ^= 0x10;
    }
    assert_int_equal(store_flash_load(&opened), STORE_LOADED);
}

static void init_erases_damaged_data_and_the_next_init_succeeds(void **state)
{
    struct board_certificates before;
    struct board_certificates after;

    (void)state;
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    board_export(&before);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    hosted_flash()[RECORD_OFFSET + 0x100] ^= 1;
    assert_int_equal(board_init(0), SEV_STATUS_SECURE_DATA_INVALID);
    assert_int_equal(board_status().state, SEV_PLATFORM_UNINIT);
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    board_export(&after);
    assert_memory_not_equal(&before.pdh, &after.pdh, sizeof(before.pdh));
    assert_memory_equal(&before.chain.cek, &after.chain.cek, sizeof(before.chain.cek));
}

#define COMMITTED 0x54494D4D4F434156ull /* The state word of a whole record. */

/** Puts a word where a sector's state is. */
static void set_state(uint32_t sector, uint64_t word)
{
    memcpy(hosted_flash() + sector * SECTOR, &word, sizeof(word));
}

/** Bits only clear, on the way from FFh to COMMITTED and from there to 0: a cut leaves such words. */
static void state_words_that_a_power_cut_leaves_are_blank(void **state)
{
    (void)state;
    for (uint32_t bit = 0; bit < 64; bit++) {
        const uint64_t cleared = ~(1ull << bit) & ~((1ull << bit) - 1u);

        for (uint32_t sector = 0; sector < 2; sector++) {
            const uint64_t programmed = COMMITTED | cleared;

            if (programmed != COMMITTED) { /* All of it has been programmed. */
                set_state(sector, programmed);
                assert_int_equal(store_flash_load(&opened), STORE_BLANK);
            }
            if ((COMMITTED & cleared) != COMMITTED) {
                set_state(sector, COMMITTED & cleared);
                assert_int_equal(store_flash_load(&opened), STORE_BLANK);
            }
            set_state(sector, UINT64_MAX);
        }
    }
}

static void impossible_state_words_are_damage(void **state)
{
    static const uint64_t impossible[] = {1,
                                          1ull << 63,
                                          0x0123456789ABCDEFull,
                                          ~COMMITTED,
                                          0x5A5A5A5A5A5A5A5Aull,
                                          (COMMITTED & ~(1ull << 1)) | 1,
                                          UINT64_MAX - 2};

    (void)state;
    for (size_t i = 0; i < sizeof(impossible) / sizeof(impossible[0]); i++) {
        for (uint32_t sector = 0; sector < 2; sector++) {
            set_state(sector, impossible[i]);
            assert_int_equal(store_flash_load(&opened), STORE_DAMAGED);
            assert_int_equal(board_init(0), SEV_STATUS_SECURE_DATA_INVALID);
            assert_int_equal(store_flash_load(&opened), STORE_BLANK); /* INIT has erased it. */
        }
    }
}

/** INIT_EX with a block full of @p value, and the block afterwards. */
static enum sev_status init_ex_with(uint8_t value)
{
    memset(board_dram(BOARD_NV_BLOCK), value, SEV_NV_BYTES);
    return board_init_ex();
}

static void nv_block_of_ff_or_00_is_blank(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        const uint8_t *block = board_dram(BOARD_NV_BLOCK);

        assert_int_equal(init_ex_with(i == 0 ? 0xFF : 0x00), SEV_STATUS_SUCCESS);
        assert_memory_equal(block, "SEVNV001", 8);
        for (size_t at = RECORD_BYTES; at < SEV_NV_BYTES; at++) {
            assert_int_equal(block[at], 0xFF);
        }
        assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
        assert_int_equal(board_init_ex(), SEV_STATUS_SUCCESS); /* It is loaded again. */
        assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    }
    assert_int_equal(hosted_flash_operations(), 0); /* Flash is left alone. */
}

static void damaged_nv_block_is_erased_and_the_next_init_ex_succeeds(void **state)
{
    (void)state;
    assert_int_equal(init_ex_with(0xFF), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    board_dram(BOARD_NV_BLOCK)[0x200] ^= 0x80;
    assert_int_equal(board_init_ex(), SEV_STATUS_SECURE_DATA_INVALID);
    for (size_t at = 0; at < SEV_NV_BYTES; at++) {
        assert_int_equal(board_dram(BOARD_NV_BLOCK)[at], 0xFF);
    }
    assert_int_equal(board_init_ex(), SEV_STATUS_SUCCESS);
}

static void identity_changes_rewrite_the_block_and_reset_blanks_it(void **state)
{
    static const uint32_t changes[] = {SEV_COMMAND_PDH_GEN, SEV_COMMAND_PEK_GEN};
    uint8_t before[64];

    (void)state;
    assert_int_equal(init_ex_with(0xFF), SEV_STATUS_SUCCESS);
    for (size_t i = 0; i < 2; i++) {
        memcpy(before, board_dram(BOARD_NV_BLOCK + 0x40), sizeof(before));
        assert_int_equal(board_order(changes[i]), SEV_STATUS_SUCCESS);
        assert_memory_not_equal(before, board_dram(BOARD_NV_BLOCK + 0x40), sizeof(before));
    }
    memcpy(before, board_dram(BOARD_NV_BLOCK + 0x40), sizeof(before));
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_memory_equal(before, board_dram(BOARD_NV_BLOCK + 0x40), sizeof(before));
    assert_int_equal(board_order(SEV_COMMAND_PLATFORM_RESET), SEV_STATUS_SUCCESS);
    for (size_t at = 0; at < SEV_NV_BYTES; at++) {
        assert_int_equal(board_dram(BOARD_NV_BLOCK)[at], 0xFF);
    }
}

#define TEST(name) cmocka_unit_test_setup(name, make_identity)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_sealed_is_opened),
        TEST(every_flipped_byte_is_found),
        TEST(record_fits_one_medium_one_kind_and_one_chip),
        TEST(identity_of_another_layout_is_damaged_data),
        TEST(payload_longer_than_a_record_is_refused),
        TEST(sectors_of_earlier_builds_are_read),
        TEST(seals_never_repeat_a_nonce_and_show_no_plaintext),
        TEST(flash_returns_the_newest_record),
        TEST(first_record_fits_a_sector_that_is_not_blank),
        TEST(damaged_record_in_flash_is_reported),
        TEST(init_erases_damaged_data_and_the_next_init_succeeds),
        TEST(state_words_that_a_power_cut_leaves_are_blank),
        TEST(impossible_state_words_are_damage),
        TEST(nv_block_of_ff_or_00_is_blank),
        TEST(damaged_nv_block_is_erased_and_the_next_init_ex_succeeds),
        TEST(identity_changes_rewrite_the_block_and_reset_blanks_it),
    };

    return cmocka_run_group_tests_name("persistent data", tests, NULL, NULL);
}
