/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of a Linux guest: what its owner keeps from the host is not left in memory that was given back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/linux/guest.h"

/* Of the sanitizer, whose header is not everywhere. */
int install_hooks(
    void (*on_allocation)(const volatile void *, size_t),
    void (*on_free)(const volatile void *)) __asm__("__sanitizer_install_malloc_and_free_hooks");

static const struct guest *watched;
static bool freed;
static bool wiped;

static void on_allocation(const volatile void *memory, size_t bytes)
{
    (void)memory;
    (void)bytes;
}

static void on_free(const volatile void *memory)
{
    static const uint8_t zeros[MAP_SECRET_BYTES];
    if (memory == watched && watched != NULL) {
        freed = true;
        wiped = memcmp(watched->secret, zeros, sizeof zeros) == 0;
    }
}

/* As when the measurement is not what the owner expects: the secret was not sent. */
static void a_secret_that_was_not_given_is_wiped(void **state)
{
    (void)state;
    static const struct guest_options options;
    struct guest *guest = guest_new(&options, "");
    assert_non_null(guest);
    memcpy(guest->secret, "passphrase: 4711", 16);
    assert_int_not_equal(install_hooks(on_allocation, on_free), 0);
    watched = guest;
    (void)guest_end(guest);
    watched = NULL;
    assert_true(freed);
    assert_true(wiped);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_that_was_not_given_is_wiped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
