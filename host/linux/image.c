/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the memory of a Linux guest.
 */
#include "host/linux/image.h"

#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/sev_data.h"
#include "host/linux/boot_parameters.h"
#include "host/linux/memory_map.h"
#include "host/linux/mp_table.h"
#include "host/provision/files.h"

#define FILE_MAX ((size_t)1 << 30)
#define ENTRY_64 0x200u
#define TABLE_PAGES 6u
#define POINTER_BITS UINT64_C(0x23) /* present, writable, accessed */
#define LARGE_PAGE_BITS UINT64_C(0xe3)
#define LARGE_PAGE (2 * MAP_MIB)

static bool fail(struct image *image, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static bool fail(struct image *image, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(image->message, sizeof image->message, format, arguments);
    va_end(arguments);
    return false;
}

/* @return the piece's bytes, all zeros; NULL without memory */
static uint8_t *add(struct image *image, const char *name, uint64_t paddr, uint64_t length)
{
    length = (length + SEV_BLOCK_BYTES - 1) / SEV_BLOCK_BYTES * SEV_BLOCK_BYTES;
    uint8_t *bytes = calloc(1, length);
    if (bytes == NULL) {
        (void)fail(image, "%s: no memory for %llu bytes", name, (unsigned long long)length);
        return NULL;
    }
    image->pieces[image->count++] =
        (struct image_piece){.name = name, .paddr = paddr, .length = length, .bytes = bytes};
    return bytes;
}

static void put_64(uint8_t *to, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++) {
        to[i] = (uint8_t)(value >> (8 * i));
    }
}

/* The first 4 GiB at their own addresses; memory is private, the rest shared. */
static bool add_page_tables(struct image *image, const struct image_options *options)
{
    const uint64_t c_bit = UINT64_C(1) << options->c_bit;
    const uint64_t low = map_low_bytes(options->memory);
    uint8_t *tables = add(image, "page tables", MAP_PAGE_TABLES, TABLE_PAGES * MAP_PAGE);
    if (tables == NULL) {
        return false;
    }
    put_64(tables, (MAP_PAGE_TABLES + MAP_PAGE) | c_bit | POINTER_BITS);
    for (uint64_t i = 0; i < 4; i++) {
        put_64(tables + MAP_PAGE + 8 * i,
               (MAP_PAGE_TABLES + (2 + i) * MAP_PAGE) | c_bit | POINTER_BITS);
    }
    for (uint64_t i = 0; i < 4 * MAP_GIB / LARGE_PAGE; i++) {
        const uint64_t paddr = i * LARGE_PAGE;
        put_64(tables + 2 * MAP_PAGE + 8 * i, paddr | (paddr < low ? c_bit : 0) | LARGE_PAGE_BITS);
    }
    image->entry.cr3 = MAP_PAGE_TABLES | c_bit;
    return true;
}

static bool add_copy(struct image *image, const char *name, uint64_t paddr, const void *bytes,
                     uint64_t length)
{
    uint8_t *to = add(image, name, paddr, length);
    if (to != NULL) {
        memcpy(to, bytes, length);
    }
    return to != NULL;
}

static bool add_small_ones(struct image *image, const struct image_options *options)
{
    uint8_t table[MP_TABLE_BYTES];
    uint8_t entry[MAP_SECRET_ENTRY_HEADER];
    mp_table_make(options->cpus, (uint32_t)MAP_MP_TABLE, table);
    boot_parameters_secret_entry(entry);
    return add_copy(image, "command line", MAP_COMMAND_LINE, options->append,
                    strlen(options->append) + 1) &&
           add_copy(image, "MP table", MAP_MP_TABLE, table, sizeof table) &&
           add_copy(image, "place of the secret", MAP_SECRET_ENTRY, entry, sizeof entry);
}

static bool add_files(struct image *image, const struct image_options *options,
                      const struct provision_bytes *kernel, const struct provision_bytes *initrd)
{
    struct boot_kernel about;
    if (!boot_kernel_read(kernel->data, kernel->length, &about)) {
        return fail(image, "%s: no Linux kernel (bzImage) with a 64-bit entry", options->kernel);
    }
    const uint64_t top = map_low_bytes(options->memory) - MAP_MIB;
    const uint64_t room = initrd->length < top ? (top - initrd->length) / MAP_MIB * MAP_MIB : 0;
    if (about.paddr < MAP_SECRET_ENTRY + MAP_PAGE || about.paddr + about.memory > room) {
        return fail(image, "kernel and initrd need more than %llu MiB of memory",
                    (unsigned long long)(options->memory / MAP_MIB));
    }
    if (strlen(options->append) >= about.command_line_max ||
        strlen(options->append) >= MAP_COMMAND_LINE_BYTES) {
        return fail(image, "the command line is longer than %u bytes",
                    about.command_line_max < MAP_COMMAND_LINE_BYTES
                        ? about.command_line_max
                        : (unsigned)MAP_COMMAND_LINE_BYTES);
    }
    uint8_t *parameters = add(image, "boot parameters", MAP_BOOT_PARAMETERS, BOOT_PARAMETERS_BYTES);
    if (parameters == NULL) {
        return false;
    }
    boot_parameters_make(kernel->data, room, initrd->length, options->memory, parameters);
    image->entry.rip = about.paddr + ENTRY_64;
    image->entry.rsp = MAP_STACK_TOP;
    image->entry.rsi = MAP_BOOT_PARAMETERS;
    return add_copy(image, "kernel", about.paddr, kernel->data + about.offset,
                    kernel->length - about.offset) &&
           (initrd->length == 0 || add_copy(image, "initrd", room, initrd->data, initrd->length));
}

bool image_make(struct image *image, const struct image_options *options)
{
    struct provision_bytes kernel = {0};
    struct provision_bytes initrd = {0};
    struct provision_error error = {0};
    *image = (struct image){.count = 0};
    bool done = provision_file_read(options->kernel, FILE_MAX, false, &kernel, &error) &&
                (options->initrd == NULL ||
                 provision_file_read(options->initrd, FILE_MAX, false, &initrd, &error));
    if (!done) {
        (void)fail(image, "%.*s", (int)sizeof image->message - 1, error.text);
    }
    done = done && add_page_tables(image, options) && add_files(image, options, &kernel, &initrd) &&
           add_small_ones(image, options);
    provision_bytes_free(&kernel);
    provision_bytes_free(&initrd);
    return done;
}

void image_free(struct image *image)
{
    for (size_t i = 0; i < image->count; i++) {
        OPENSSL_cleanse(image->pieces[i].bytes, image->pieces[i].length);
        free(image->pieces[i].bytes);
    }
    image->count = 0;
}
