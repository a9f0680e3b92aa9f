/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worked example of docs/fabric.md, computed by the firmware's memory encryption: what the page
 * tells others to implement is what the firmware does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/memory_encryption.h"

#define EXAMPLES 4u
#define BLOCK_BYTES 16u

static const uint8_t data_key[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
static const uint8_t tweak_key[16] = {16, 17, 18, 19, 20, 21, 22, 23,
                                      24, 25, 26, 27, 28, 29, 30, 31};
static const uint8_t plain[BLOCK_BYTES] = {32, 33, 34, 35, 36, 37, 38, 39,
                                           40, 41, 42, 43, 44, 45, 46, 47};

/* Finds "NAME = `hex`" and compares the bytes. */
static void expect_stated(const char *page, const char *name, const uint8_t bytes[BLOCK_BYTES])
{
    const char *at = strstr(page, name);
    char text[2 * BLOCK_BYTES + 1];

    assert_non_null(at);
    for (size_t i = 0; i < BLOCK_BYTES; i++) {
        (void)snprintf(&text[2 * i], 3, "%02x", bytes[i]);
    }
    assert_memory_equal(at + strlen(name), text, sizeof text - 1);
}

static void read_page(char *page, size_t bytes)
{
    FILE *file = fopen("docs/fabric.md", "r");
    size_t length;

    assert_non_null(file);
    length = fread(page, 1, bytes, file);
    assert_true(length < bytes);
    page[length] = '\0';
    (void)fclose(file);
}

/* A row "| ADDRESSh | f | j | `T` | `C` |". @return whether the line is one */
static int check_row(const char *line, const struct crypto_memory_key *key)
{
    unsigned long long paddr;
    char cipher[2 * BLOCK_BYTES + 1];
    char computed[2 * BLOCK_BYTES + 1];
    uint8_t block[BLOCK_BYTES];

    if (sscanf(line, "| %llXh | %*[^|]| %*[^|]| `%*32[0-9a-f]` | `%32[0-9a-f]` |", &paddr,
               cipher) != 2) {
        return 0;
    }
    crypto_memory_encrypt(key, paddr, plain, block, sizeof block);
    for (size_t i = 0; i < BLOCK_BYTES; i++) {
        (void)snprintf(&computed[2 * i], 3, "%02x", block[i]);
    }
    assert_string_equal(computed, cipher);
    return 1;
}

static void firmware_agrees_with_the_page(void **state)
{
    static char page[0x10000];
    struct crypto_memory_key key;
    unsigned found = 0;

    (void)state;
    read_page(page, sizeof page);
    expect_stated(page, "K_D = `", data_key);
    expect_stated(page, "K_T = `", tweak_key);
    expect_stated(page, "P = `", plain);
    crypto_memory_key_set(&key, data_key, tweak_key);
    for (const char *line = strtok(page, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        found += (unsigned)check_row(line, &key);
    }
    assert_int_equal(found, EXAMPLES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(firmware_agrees_with_the_page)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
