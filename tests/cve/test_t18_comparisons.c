/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T18: firmware and cryptography compare with crypto_equal() only, in constant time; memcmp() and its
 * kin, which stop at the first difference, do not occur. Run from the top of the tree, as make does.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/secret.h"

static size_t files;
static size_t comparisons;

static void look_into(const char *path)
{
    static const char *const banned[] = {"memcmp(", "strcmp(", "strncmp(", "bcmp("};
    FILE *file = fopen(path, "r");
    char line[1024];

    assert_non_null(file);
    while (fgets(line, sizeof(line), file) != NULL) {
        comparisons += strstr(line, "crypto_equal(") != NULL ? 1 : 0;
        for (size_t i = 0; i < sizeof(banned) / sizeof(banned[0]); i++) {
            const char *found = strstr(line, banned[i]);
            /* mbedtls_ct_memcmp() is what crypto_equal() is made of. */
            if (found != NULL && (found - line < 3 || strncmp(found - 3, "ct_", 3) != 0)) {
                print_message("%s: %s", path, line);
                fail();
            }
        }
    }
    (void)fclose(file);
    files++;
}

static void walk(const char *directory)
{
    DIR *open = opendir(directory);
    const struct dirent *entry;

    assert_non_null(open);
    while ((entry = readdir(open)) != NULL) {
        const char *dot = strrchr(entry->d_name, '.');
        char path[512];
        (void)snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
        if (dot != NULL && strcmp(dot, ".c") == 0) {
            look_into(path);
        }
    }
    (void)closedir(open);
}

static void firmware_compares_in_constant_time(void **state)
{
    static const char *const directories[] = {
        "firmware",           "firmware/guest", "firmware/platform", "firmware/sev", "firmware/snp",
        "firmware/snp_guest", "crypto"};

    (void)state;
    for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++) {
        walk(directories[i]);
    }
    assert_true(files > 60);
    assert_true(comparisons > 8);
}

static void every_byte_counts(void **state)
{
    uint8_t a[64];
    uint8_t b[64];

    (void)state;
    memset(a, 0x3E, sizeof(a));
    memcpy(b, a, sizeof(a));
    assert_true(crypto_equal(a, b, sizeof(a)));
    assert_true(crypto_equal(a, b, 0));
    for (size_t i = 0; i < sizeof(a); i++) {
        for (uint32_t bit = 0; bit < 8; bit++) {
            b[i] ^= (uint8_t)(1u << bit);
            assert_false(crypto_equal(a, b, sizeof(a)));
            assert_true(crypto_equal(a, b, i));
            b[i] ^= (uint8_t)(1u << bit);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(firmware_compares_in_constant_time),
        cmocka_unit_test(every_byte_counts),
    };

    return cmocka_run_group_tests_name("T18 comparisons", tests, NULL, NULL);
}
