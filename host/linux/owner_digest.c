/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The owner's reading of docs/linux-launch.md: everything goes into the hash, in the order of that page, as
 * it is made.
 */
#include "host/linux/owner_digest.h"

#include <openssl/evp.h>
#include <string.h>

#include "host/provision/files.h"

#define BLOCK 16u
#define PAGE 0x1000u
#define KIB64 UINT64_C(0x10000)
#define MIB UINT64_C(0x100000)
#define GIB (1024 * MIB)
#define FILE_LIMIT ((size_t)1 << 30)

/* What a directory's entry says beside the address: accessed, writable, present; a large dirty page. */
#define TABLE_BITS UINT64_C(0x23)
#define LARGE_BITS UINT64_C(0xe3)

/* A hash, and how much of the current piece it has got. */
struct feed {
    EVP_MD_CTX *context;
    uint64_t bytes;
    bool failed;
};

static void feed_bytes(struct feed *feed, const void *bytes, size_t length)
{
    feed->failed = feed->failed || EVP_DigestUpdate(feed->context, bytes, length) != 1;
    feed->bytes += length;
}

/* Little-endian. */
static void feed_number(struct feed *feed, uint64_t value, size_t length)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < length; i++, value >>= 8) {
        bytes[i] = value & 0xff;
    }
    feed_bytes(feed, bytes, length);
}

/* Zeros up to so many bytes of the piece. */
static void feed_until(struct feed *feed, uint64_t bytes)
{
    static const uint8_t zeros[PAGE];
    while (feed->bytes < bytes) {
        const uint64_t left = bytes - feed->bytes;
        feed_bytes(feed, zeros, left < sizeof zeros ? (size_t)left : sizeof zeros);
    }
}

static void end_piece(struct feed *feed)
{
    feed_until(feed, (feed->bytes + BLOCK - 1) / BLOCK * BLOCK);
    feed->bytes = 0;
}

static uint64_t below_4gib(const struct owner_wish *wish)
{
    return wish->memory > 2 * GIB ? 2 * GIB : wish->memory;
}

static void feed_page_tables(struct feed *feed, const struct owner_wish *wish)
{
    const uint64_t c_bit = UINT64_C(1) << wish->c_bit;
    feed_number(feed, 0x2000 + TABLE_BITS + c_bit, 8);
    feed_until(feed, PAGE);
    for (uint64_t directory = 0x3000; directory < 0x7000; directory += PAGE) {
        feed_number(feed, directory + TABLE_BITS + c_bit, 8);
    }
    feed_until(feed, 2 * (uint64_t)PAGE);
    for (uint64_t page = 0; page < 4 * GIB; page += 2 * MIB) {
        feed_number(feed, page + LARGE_BITS + (page < below_4gib(wish) ? c_bit : 0), 8);
    }
    end_piece(feed);
}

static uint64_t number_at(const struct provision_bytes *file, size_t at, size_t length)
{
    uint64_t value = 0;
    while (length-- > 0) {
        value = value << 8 | file->data[at + length];
    }
    return value;
}

static void feed_memory_map(struct feed *feed, const struct owner_wish *wish)
{
    const uint64_t low = below_4gib(wish);
    const uint64_t map[][3] = {{0, 0x9f000, 1},
                               {0xf0000, KIB64, 2},
                               {MIB, low - MIB, 1},
                               {4 * GIB, wish->memory - low, 1}};
    const size_t count = wish->memory > low ? 4 : 3;
    for (size_t i = 0; i < count; i++) {
        feed_number(feed, map[i][0], 8);
        feed_number(feed, map[i][1], 8);
        feed_number(feed, map[i][2], 4);
    }
}

/* The header of the kernel's file, with what a loader fills in. */
static void feed_boot_parameters(struct feed *feed, const struct owner_wish *wish,
                                 const struct provision_bytes *kernel, uint64_t initrd,
                                 uint64_t initrd_bytes)
{
    const uint64_t said = 0x202 + number_at(kernel, 0x201, 1);
    const uint64_t end = said < 0x264 ? 0x264 : said > 0x290 ? 0x290 : said;
    feed_until(feed, 0x1e8);
    feed_number(feed, wish->memory > below_4gib(wish) ? 4 : 3, 1);
    feed_until(feed, 0x1f1);
    feed_bytes(feed, kernel->data + 0x1f1, 0x210 - 0x1f1);
    feed_number(feed, 0xff, 1);
    feed_number(feed, number_at(kernel, 0x211, 1) | 1, 1);
    feed_bytes(feed, kernel->data + 0x212, 2);
    feed_bytes(feed, kernel->data + 0x258, 4); /* the low half of where it wants to be */
    feed_number(feed, initrd, 4);
    feed_number(feed, initrd_bytes, 4);
    feed_bytes(feed, kernel->data + 0x220, 0x228 - 0x220);
    feed_number(feed, 0x9000, 4);
    feed_bytes(feed, kernel->data + 0x22c, 0x250 - 0x22c);
    feed_number(feed, 0x200000, 8);
    feed_bytes(feed, kernel->data + 0x258, end - 0x258);
    feed_until(feed, 0x2d0);
    feed_memory_map(feed, wish);
    feed_until(feed, PAGE);
    end_piece(feed);
}

/* Two checksums are needed before their bytes are behind: so it is made first. */
static void feed_mp_table(struct feed *feed, const struct owner_wish *wish)
{
    static const uint8_t maker[20] = "VIRTASP LINUX GUEST "; /* no zero behind it */
    uint8_t table[0x400] = "_MP_\x10\0\x0f\0\1\4";
    const uint8_t cpus = (uint8_t)wish->cpus;
    uint8_t *header = table + 16;
    uint8_t *at = header + 44;
    for (uint8_t i = 0; i < cpus; i++, at += 20) {
        const uint8_t cpu[12] = {0,    i, 0x14, i == 0 ? 3 : 1, 0x11, 0x0f,
                                 0xa0, 0, 0xff, 0xfb,           0x8b, 0x07};
        memcpy(at, cpu, sizeof cpu);
    }
    memcpy(at, "\1\0PCI   \1\1ISA   ", 16);
    const uint8_t io_apic[8] = {2, cpus, 0x20, 1, 0, 0, 0xc0, 0xfe};
    memcpy(at + 16, io_apic, sizeof io_apic);
    at += 24;
    for (uint8_t irq = 0; irq < 16; irq++) {
        const uint8_t line[8] = {3, 0, 0, 0, 1, irq, cpus, irq == 0 ? 2 : irq};
        memcpy(at, line, sizeof line);
        at += irq != 2 ? sizeof line : 0;
    }
    memcpy(at, "\4\3\0\0\1\0\0\0\4\1\0\0\1\0\377\1", 16);
    at += 16;

    const size_t length = (size_t)(at - header);
    memcpy(header, "PCMP", 4);
    header[4] = length & 0xff;
    header[5] = (uint8_t)(length >> 8);
    header[6] = 4;
    memcpy(header + 8, maker, sizeof maker);
    header[34] = (uint8_t)(cpus + 2 + 1 + 15 + 2);
    header[38] = 0xe0;
    header[39] = 0xfe;
    for (size_t i = 0; i < 16; i++) {
        table[10] = (uint8_t)(table[10] - (i != 10 ? table[i] : 0));
    }
    for (size_t i = 0; i < length; i++) {
        header[7] = (uint8_t)(header[7] - (i != 7 ? header[i] : 0));
    }
    feed_bytes(feed, table, sizeof table);
    end_piece(feed);
}

static bool is_kernel(const struct provision_bytes *kernel)
{
    return kernel->length >= 0x290 && memcmp(kernel->data + 0x202, "HdrS", 4) == 0 &&
           number_at(kernel, 0x206, 2) >= 0x20c && (number_at(kernel, 0x236, 2) & 1) != 0;
}

static bool feed_all(struct feed *feed, const struct owner_wish *wish,
                     const struct provision_bytes *kernel, const struct provision_bytes *initrd,
                     struct provision_error *error)
{
    const uint64_t top = below_4gib(wish) - MIB;
    if (!is_kernel(kernel)) {
        return provision_fail(error, "%s: no Linux kernel with a 64-bit entry", wish->kernel);
    }
    const uint64_t sectors = number_at(kernel, 0x1f1, 1);
    const uint64_t code = 512 * ((sectors != 0 ? sectors : 4) + 1);
    if (initrd->length >= top || code >= kernel->length) {
        return provision_fail(error, "kernel and initrd do not fit");
    }
    const uint64_t place = initrd->length != 0 ? (top - initrd->length) / MIB * MIB : 0;
    feed_page_tables(feed, wish);
    feed_boot_parameters(feed, wish, kernel, place, initrd->length);
    feed_bytes(feed, kernel->data + code, kernel->length - code);
    end_piece(feed);
    feed_bytes(feed, initrd->data, initrd->length);
    end_piece(feed);
    feed_bytes(feed, wish->command_line, strlen(wish->command_line) + 1);
    end_piece(feed);
    feed_mp_table(feed, wish);
    feed_number(feed, 0, 8);
    feed_number(feed, 0x56415350, 4);
    feed_number(feed, 512, 4);
    end_piece(feed);
    return true;
}

bool owner_digest(const struct owner_wish *wish, uint8_t digest[SEV_LAUNCH_DIGEST_BYTES],
                  struct provision_error *error)
{
    struct provision_bytes kernel = {0};
    struct provision_bytes initrd = {0};
    struct feed feed = {.context = EVP_MD_CTX_new()};
    bool done = provision_file_read(wish->kernel, FILE_LIMIT, false, &kernel, error) &&
                (wish->initrd == NULL ||
                 provision_file_read(wish->initrd, FILE_LIMIT, false, &initrd, error));
    feed.failed = feed.context == NULL || EVP_DigestInit_ex(feed.context, EVP_sha256(), NULL) != 1;
    done = done && feed_all(&feed, wish, &kernel, &initrd, error);
    if (done && (feed.failed || EVP_DigestFinal_ex(feed.context, digest, NULL) != 1)) {
        done = provision_fail(error, "the cryptographic library failed");
    }
    EVP_MD_CTX_free(feed.context);
    provision_bytes_free(&kernel);
    provision_bytes_free(&initrd);
    return done;
}
