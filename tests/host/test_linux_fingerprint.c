/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fingerprints of pages, by which the memory controller of a Linux guest finds changes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/linux/fingerprint.h"

static uint8_t page[MAP_PAGE] __attribute__((aligned(8)));

static void every_bit_counts(void **state)
{
    (void)state;
    struct fingerprint_key key;
    assert_true(fingerprint_make_key(&key));
    const struct fingerprint before = fingerprint_of(&key, page);
    for (size_t i = 0; i < 8 * sizeof page; i++) {
        page[i / 8] ^= (uint8_t)(1u << (i % 8));
        const struct fingerprint after = fingerprint_of(&key, page);
        assert_int_not_equal(after.passes[0], before.passes[0]);
        assert_int_not_equal(after.passes[1], before.passes[1]);
        page[i / 8] = 0;
    }
    assert_true(fingerprint_equal(fingerprint_of(&key, page), before));
}

/* Pages whose words have changed places, which a sum without a key would not see. */
static void the_order_of_words_counts(void **state)
{
    (void)state;
    struct fingerprint_key key;
    assert_true(fingerprint_make_key(&key));
    memset(page, 1, 16);
    const struct fingerprint before = fingerprint_of(&key, page);
    memset(page, 0, 16);
    memset(page + 2048, 1, 16);
    assert_false(fingerprint_equal(fingerprint_of(&key, page), before));
    memset(page, 0, sizeof page);
}

static void whoever_has_not_the_key_knows_nothing(void **state)
{
    (void)state;
    struct fingerprint_key key;
    struct fingerprint_key other;
    assert_true(fingerprint_make_key(&key));
    assert_true(fingerprint_make_key(&other));
    assert_false(fingerprint_equal(fingerprint_of(&key, page), fingerprint_of(&other, page)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bit_counts),
        cmocka_unit_test(the_order_of_words_counts),
        cmocka_unit_test(whoever_has_not_the_key_knows_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
