/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device tree walk of hal/qemu_virt/device_tree.c on Linux: the tree of the emulator is
 * understood, and no damage to it makes the walk read outside of it or never end.
 *
 * usage: device_tree_test TREE-FILE DRAM-BYTES ROUNDS
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "hal/qemu_virt/board.h"

/* What is around the tree's memory is not mapped: reading there ends the program. */
static uint8_t *const tree = (void *)(uintptr_t)BOARD_DEVICE_TREE;
static uint8_t original[BOARD_DEVICE_TREE_BYTES];
static size_t used;

static uint32_t random_number(void)
{
    static uint64_t state = 0x9E3779B97F4A7C15u; /* The same numbers each time. */

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 16);
}

/** Overwrites a byte, or a whole word with a number that is likely to hurt. */
static void damage(void)
{
    static const uint32_t numbers[] = {0, 1, 2, 3, 4, 9, 16, 0x7FFFFFFF, 0xFFFFFFFF, 0xFFFFFFFC};
    size_t place = random_number() % used;

    /* Half of it where the offsets are. */
    if (random_number() % 2 == 0) {
        place %= 64;
    }
    if (random_number() % 2 == 0) {
        tree[place] = (uint8_t)random_number();
    } else {
        uint32_t number = numbers[random_number() % (sizeof(numbers) / sizeof(numbers[0]))];

        number = __builtin_bswap32(number);
        memcpy(&tree[place & ~(size_t)3], &number, sizeof(number));
    }
}

static int load(const char *path)
{
    FILE *file = fopen(path, "rb");
    void *map = mmap(tree, BOARD_DEVICE_TREE_BYTES, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

    if (file == NULL || map != tree) {
        return 0;
    }
    used = fread(original, 1, sizeof(original), file);
    fclose(file);
    memcpy(tree, original, sizeof(original));
    return used > 0;
}

int main(int argc, char **argv)
{
    unsigned long rounds = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
    unsigned long accepted = 0;
    uint64_t bytes = 0;

    if (rounds == 0 || !load(argv[1])) {
        fprintf(stderr, "usage: device_tree_test TREE-FILE DRAM-BYTES ROUNDS\n");
        return 2;
    }
    if (!board_dram_size(&bytes) || bytes != strtoull(argv[2], NULL, 10)) {
        printf("FAIL: the emulator's own tree is refused, or misread\n");
        return 1;
    }
    for (unsigned long i = 0; i < rounds; i++) {
        memcpy(tree, original, used);
        for (uint32_t count = random_number() % 4 + 1; count > 0; count--) {
            damage();
        }
        accepted += board_dram_size(&bytes);
    }
    printf("%lu damaged trees, %lu of them still good\n", rounds, accepted);
    return accepted == rounds; /* Then the damage did not do anything. */
}
