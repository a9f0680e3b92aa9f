/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INIT_EX (section 4.1, check 5): blocks that are damaged, or never were one.
 */
#include <string.h>

#include "tests/conformance/certificates.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/nv_block.h"
#include "tests/conformance/states.h"

#define RECORD_HEAD 0x28u /**< What stands in front of the ciphertext. */
#define DAMAGE_STEP 61u
#define DAMAGE_STEP_QUICK 487u

static void init_ex(void)
{
    struct sev_init_ex parameters = nv_parameters();

    assert_status(RUN(INIT_EX, &parameters), SUCCESS);
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
    memcpy(good, nv_block(), sizeof good);
    const size_t length = nv_record_bytes();

    for (size_t i = 0; i < length; i += i < RECORD_HEAD ? 1 : step) {
        struct sev_init_ex parameters = nv_parameters();

        memcpy(nv_block(), good, sizeof good);
        nv_block()[i] ^= (uint8_t)(1u << i % 8);
        assert_status(RUN(INIT_EX, &parameters), SECURE_DATA_INVALID);
        assert_true(nv_block_is(0xFF, 0));
        assert_int_equal(platform_status().state, SEV_PLATFORM_UNINIT);
    }
    memcpy(nv_block(), good, sizeof good);
    nv_block()[length - 1] ^= 0x80;
    struct sev_init_ex parameters = nv_parameters();

    assert_status(RUN(INIT_EX, &parameters), SECURE_DATA_INVALID);
}

static void retry_after_damage_has_a_fresh_identity(void **state)
{
    struct sev_init_ex parameters = nv_parameters();
    struct sev_certificate_chain chains[2];
    struct sev_certificate pdh;

    (void)state;
    to_uninit();
    init_ex();
    export_certificates(&pdh, &chains[0]);
    to_uninit();
    nv_block()[RECORD_HEAD + 5] ^= 1;
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
    memcpy(good, nv_block(), sizeof good);
    const size_t length = nv_record_bytes();

    for (unsigned i = 0; i < 3; i++) {
        struct sev_init_ex parameters = nv_parameters();

        memset(nv_block(), i == 0 ? 'x' : 0xFF, SEV_NV_BYTES);
        if (i == 1) {
            memcpy(nv_block(), good, length / 2);
        } else if (i == 2) {
            memcpy(nv_block() + 8, good, length);
        }
        assert_status(RUN(INIT_EX, &parameters), SECURE_DATA_INVALID);
        assert_true(nv_block_is(0xFF, 0));
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(damage_at_any_byte_is_secure_data_invalid),
    cmocka_unit_test(retry_after_damage_has_a_fresh_identity),
    cmocka_unit_test(other_content_is_secure_data_invalid),
};
TEST_GROUP(init_ex_damage, tests);
