/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a Linux guest's memory holds before it runs: kernels that are none, boot parameters, page tables, MP
 * table, digest; and the line by which a guest asks for an attack.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/sha.h>

#include "host/linux/attack.h"
#include "host/linux/boot_parameters.h"
#include "host/linux/image.h"
#include "host/linux/mp_table.h"
#include "host/linux/owner_digest.h"

#define KERNEL_BYTES 0x3000u
#define KERNEL_PADDR 0x1000000u

static uint8_t kernel[KERNEL_BYTES];
static char path[] = "/tmp/virtasp-linux-image.XXXXXX";

/* As much of a kernel as a loader looks at: one sector of set-up code, protocol 2.15. */
static void make_kernel(void)
{
    memset(kernel, 0, sizeof kernel);
    memset(kernel + 0x400, 0xc3, sizeof kernel - 0x400);
    kernel[0x1f1] = 1;
    kernel[0x201] = 0x6a;
    memcpy(kernel + 0x202, "HdrS\x0f\x02", 6);
    kernel[0x236] = 1;                     /* 64-bit entry */
    memcpy(kernel + 0x238, "\xff\x07", 2); /* command line */
    memcpy(kernel + 0x258, "\0\0\0\x01", 4);
    memcpy(kernel + 0x260, "\0\0\x10", 3);
}

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(path, sizeof path, "/tmp/virtasp-linux-image.XXXXXX");
    make_kernel();
    const int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, kernel, sizeof kernel), sizeof kernel);
    (void)close(file);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(path);
}

static uint64_t get(const uint8_t *from, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++) {
        value |= (uint64_t)from[i] << (8 * i);
    }
    return value;
}

static void a_kernel_is_known(void **state)
{
    (void)state;
    static const size_t places[] = {0x202, 0x207, 0x236};
    struct boot_kernel about;
    assert_true(boot_kernel_read(kernel, sizeof kernel, &about));
    assert_int_equal(about.offset, 0x400);
    assert_int_equal(about.paddr, KERNEL_PADDR);
    assert_int_equal(about.memory, 0x100000);
    assert_int_equal(about.command_line_max, 0x7ff);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        make_kernel();
        kernel[places[i]] = 0;
        assert_false(boot_kernel_read(kernel, sizeof kernel, &about));
    }
    make_kernel();
    assert_false(boot_kernel_read(kernel, 0x200, &about));
    assert_false(boot_kernel_read(kernel, 0x400, &about));
}

static struct image_options options(uint64_t mib)
{
    return (struct image_options){.kernel = path,
                                  .initrd = path,
                                  .append = "console=ttyS0",
                                  .memory = mib * MAP_MIB,
                                  .cpus = 2,
                                  .c_bit = 51};
}

static const struct image_piece *piece(const struct image *image, uint64_t paddr)
{
    for (size_t i = 0; i < image->count; i++) {
        if (image->pieces[i].paddr == paddr) {
            return &image->pieces[i];
        }
    }
    fail();
    return NULL;
}

/* The launch digest, as the firmware has it: over what the loader puts into memory. */
static void digest_of_pieces(const struct image *image, uint8_t digest[SHA256_DIGEST_LENGTH])
{
    uint8_t *all = calloc(1, 16 * sizeof kernel);
    size_t length = 0;
    assert_non_null(all);
    for (size_t i = 0; i < image->count; i++) {
        assert_int_equal(image->pieces[i].paddr % 16, 0);
        assert_int_equal(image->pieces[i].length % 16, 0);
        memcpy(all + length, image->pieces[i].bytes, image->pieces[i].length);
        length += image->pieces[i].length;
    }
    (void)SHA256(all, length, digest);
    free(all);
}

static void the_owner_expects_what_is_loaded(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {256, 512, 2048, 2050, 4096};
    for (size_t i = 0; i < 2 * sizeof sizes / sizeof sizes[0]; i++) {
        struct image image;
        struct image_options with = options(sizes[i / 2]);
        struct provision_error error = {0};
        uint8_t expected[SEV_LAUNCH_DIGEST_BYTES];
        uint8_t digest[SHA256_DIGEST_LENGTH];
        with.cpus = 1 + (uint32_t)i % 4;
        with.c_bit = i % 2 == 0 ? 51 : 47;
        with.initrd = i % 2 == 0 ? path : NULL;
        const struct owner_wish wish = owner_wish_of(&with);
        assert_true(owner_digest(&wish, expected, &error));
        assert_true(image_make(&image, &with));
        digest_of_pieces(&image, digest);
        assert_memory_equal(digest, expected, sizeof digest);
        image.pieces[i % image.count].bytes[i] ^= 1;
        digest_of_pieces(&image, digest);
        assert_memory_not_equal(digest, expected, sizeof digest);
        image_free(&image);
    }
}

static void what_is_loaded_comes_from_the_files(void **state)
{
    (void)state;
    struct image image;
    const struct image_options with = options(512);
    assert_true(image_make(&image, &with));
    assert_memory_equal(piece(&image, KERNEL_PADDR)->bytes, kernel + 0x400, sizeof kernel - 0x400);
    assert_string_equal((const char *)piece(&image, MAP_COMMAND_LINE)->bytes, "console=ttyS0");
    assert_int_equal(image.entry.rip, KERNEL_PADDR + 0x200);
    assert_int_equal(image.entry.rsi, MAP_BOOT_PARAMETERS);
    image_free(&image);
}

static void memory_is_private_in_the_page_tables(void **state)
{
    (void)state;
    struct image image;
    const struct image_options with = options(512);
    const uint64_t c_bit = UINT64_C(1) << 51;
    assert_true(image_make(&image, &with));
    assert_int_equal(image.entry.cr3, MAP_PAGE_TABLES | c_bit);
    const uint8_t *tables = piece(&image, MAP_PAGE_TABLES)->bytes;
    assert_int_equal(get(tables, 8), 0x2000 | c_bit | 0x23);
    assert_int_equal(get(tables + 0x1000 + 8, 8), 0x4000 | c_bit | 0x23);
    assert_int_equal(get(tables + 0x2000 + 8 * 255, 8), 0x1fe00000 | c_bit | 0xe3);
    assert_int_equal(get(tables + 0x2000 + 8 * 256, 8), 0x20000000 | 0xe3); /* behind it */
    image_free(&image);
}

static void the_map_has_all_memory(void **state)
{
    (void)state;
    struct image image;
    const struct image_options with = options(3072);
    assert_true(image_make(&image, &with));
    const uint8_t *parameters = piece(&image, MAP_BOOT_PARAMETERS)->bytes;
    assert_int_equal(parameters[0x1e8], 4);
    assert_int_equal(get(parameters + 0x2d0 + 40, 8), MAP_MIB);
    assert_int_equal(get(parameters + 0x2d0 + 48, 8), 2 * MAP_GIB - MAP_MIB);
    assert_int_equal(get(parameters + 0x2d0 + 60, 8), 4 * MAP_GIB);
    assert_int_equal(get(parameters + 0x2d0 + 68, 8), MAP_GIB);
    assert_int_equal(get(parameters + 0x250, 8), MAP_SECRET_ENTRY);
    assert_int_equal(get(parameters + 0x21c, 4), sizeof kernel);
    assert_true(get(parameters + 0x218, 4) + sizeof kernel <= 2 * MAP_GIB);
    image_free(&image);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct image image;
    struct image_options with = options(18);
    assert_false(image_make(&image, &with));
    image_free(&image);
    char *text = calloc(1, 4097);
    assert_non_null(text);
    memset(text, 'x', 2047);
    with = options(512);
    with.append = text;
    assert_false(image_make(&image, &with));
    assert_string_equal(image.message, "the command line is longer than 2047 bytes");
    image_free(&image);
    free(text);
    with = options(512);
    with.kernel = "/nonexistent/kernel";
    assert_false(image_make(&image, &with));
    image_free(&image);
}

static void the_mp_table_adds_up(void **state)
{
    (void)state;
    for (uint32_t cpus = 1; cpus <= 4; cpus++) {
        uint8_t table[MP_TABLE_BYTES];
        uint8_t sum = 0;
        mp_table_make(cpus, 0xf0000, table);
        for (size_t i = 0; i < 16; i++) {
            sum = (uint8_t)(sum + table[i]);
        }
        assert_int_equal(sum, 0);
        assert_memory_equal(table + 16, "PCMP", 4);
        assert_int_equal(get(table + 4, 4), 0xf0010);
        const size_t length = (size_t)get(table + 20, 2);
        assert_int_equal(length, 44 + 20 * cpus + 8 * (2 + 1 + 15 + 2));
        for (size_t i = 0; i < length; i++) {
            sum = (uint8_t)(sum + table[16 + i]);
        }
        assert_int_equal(sum, 0);
        assert_int_equal(get(table + 16 + 34, 2), cpus + 20);
    }
}

static bool shows(struct attack *attack, const char *text)
{
    return attack_is_due(attack, text, strlen(text));
}

static void a_line_asks_for_an_attack(void **state)
{
    (void)state;
    struct attack attack = {.times = 0};
    assert_false(shows(&attack, "hello virtasp\nvirtasp-virt"));
    assert_false(shows(&attack, "asp-attack"));
    assert_true(shows(&attack, "\r\n"));
    assert_int_equal(attack.paddr, MAP_SECRET);
    assert_true(shows(&attack, "vvirtasp-attack 0x1234567\r\n"));
    assert_int_equal(attack.paddr, 0x1234560);
    assert_int_equal(attack.times, 2);
    assert_false(shows(&attack, "virtasp-attack 0x"));
    for (int i = 0; i < 100; i++) {
        assert_false(shows(&attack, "1111111111"));
    }
    assert_true(shows(&attack, "\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_kernel_is_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_owner_expects_what_is_loaded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_loaded_comes_from_the_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(memory_is_private_in_the_page_tables, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_map_has_all_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_does_not_fit_is_refused, set_up, tear_down),
        cmocka_unit_test(the_mp_table_adds_up),
        cmocka_unit_test(a_line_asks_for_an_attack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
