/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INIT_EX (section 4.1, check 5): blocks that are damaged, or never were one.
 */
#include <string.h>

#include "tests/conformance/certificates.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/states.h"

#define RECORD_HEAD 0x28u /**< What stands in front of the ciphertext. */
#define DAMAGE_STEP 61u
#define DAMAGE_STEP_QUICK 487u

static uint8_t *block(void)
{
    return suite_at(suite.nv, SEV_NV_BYTES);
}

static struct sev_init_ex plain(void)
{
    return (struct sev_init_ex){
        .length = sizeof(struct sev_init_ex),
        .nv_paddr = suite.nv,
        .nv_length = SEV_NV_BYTES,
    };
}

static void init_ex(void)
{
    struct sev_init_ex parameters = plain();

    assert_status(RUN(INIT_EX, &parameters), SUCCESS);
}

/** Whether the block holds nothing but VALUE from an offset on. */
static bool block_is(uint8_t value, size_t from)
{
    for (size_t i = from; i < SEV_NV_BYTES; i++) {
        if (block()[i] != value) {
            return false;
        }
    }
    return true;
}

/** @return bytes from the start of the block to the last that is not FFh */
static size_t record_bytes(void)
{
    size_t length = SEV_NV_BYTES;

    while (length > 0 && block()[length - 1] == 0xFF) {
        length--;
    }
    return length;
}

/** Damage of one byte: erased and reported once, after which all is well. */
static void damage_at_any_byte_is_secure_data_invalid(void **state)
{
    static uint8_t good[SEV_NV_BYTES];
    const size_t step = suite.quick ? DAMAGE_STEP_QUICK : DAMAGE_STEP;

    (void)state;
    to_uninit();
    init_ex();
    to_uninit();
    memcpy(good, block(), sizeof good);
    const size_t length = record_bytes();

    for (size_t i = 0; i < length; i += i < RECORD_HEAD ? 1 : step) {
        struct sev_init_ex parameters = plain();

        memcpy(block(), good, sizeof good);
        block()[i] ^= (uint8_t)(1u << i % 8);
        assert_status(RUN(INIT_EX, &parameters), SECURE_DATA_INVALID);
        assert_true(block_is(0xFF, 0));
        assert_int_equal(platform_status().state, SEV_PLATFORM_UNINIT);
    }
    memcpy(block(), good, sizeof good);
    block()[length - 1] ^= 0x80;
    struct sev_init_ex parameters = plain();

    assert_status(RUN(INIT_EX, &parameters), SECURE_DATA_INVALID);
}

static void retry_after_damage_has_a_fresh_identity(void **state)
{
    struct sev_init_ex parameters = plain();
    struct sev_certificate_chain chains[2];
    struct sev_certificate pdh;

    (void)state;
    to_uninit();
    init_ex();
    export_certificates(&pdh, &chains[0]);
    to_uninit();
    block()[RECORD_HEAD + 5] ^= 1;
    assert_status(RUN(INIT_EX, &parameters), SECURE_DATA_INVALID);
    init_ex();
    export_certificates(&pdh, &chains[1]);
    assert_chain_verifies(&pdh, &chains[1]);
    assert_memory_not_equal(&chains[0].pek, &chains[1].pek, SEV_CERTIFICATE_SIGNED_BYTES);
    assert_memory_not_equal(&chains[0].oca, &chains[1].oca, SEV_CERTIFICATE_SIGNED_BYTES);
}

/** What never was a record: text, a truncated record, a record moved inside the block. */
static void other_content_is_secure_data_invalid(void **state)
{
    static uint8_t good[SEV_NV_BYTES];

    (void)state;
    to_uninit();
    init_ex();
    to_uninit();
    memcpy(good, block(), sizeof good);
    const size_t length = record_bytes();

    for (unsigned i = 0; i < 3; i++) {
        struct sev_init_ex parameters = plain();

        memset(block(), i == 0 ? 'x' : 0xFF, SEV_NV_BYTES);
        if (i == 1) {
            memcpy(block(), good, length / 2);
        } else if (i == 2) {
            memcpy(block() + 8, good, length);
        }
        assert_status(RUN(INIT_EX, &parameters), SECURE_DATA_INVALID);
        assert_true(block_is(0xFF, 0));
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(damage_at_any_byte_is_secure_data_invalid),
    cmocka_unit_test(retry_after_damage_has_a_fresh_identity),
    cmocka_unit_test(other_content_is_secure_data_invalid),
};
TEST_GROUP(init_ex_damage, tests);
