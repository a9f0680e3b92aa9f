/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maps of the guest's memory (map.h).
 */
#include "host/emulator/report/map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "host/demo/show.h"

#define BITS_OF_BYTE 8.0
#define WIDTH_MIN 32u
#define COLOURS 256u
#define VALUES 256u /* Of a byte. */

static bool is_even(const uint8_t *bytes, size_t length)
{
    return memcmp(bytes, bytes + 1, length - 1) == 0;
}

uint8_t map_level(const uint8_t *bytes)
{
    uint8_t lines[VM_PAGE_BYTES];
    size_t length = 0;
    if (is_even(bytes, VM_PAGE_BYTES)) {
        return 0;
    }
    for (size_t at = 0; at < VM_PAGE_BYTES; at += X86_LINE_BYTES) {
        if (!is_even(bytes + at, X86_LINE_BYTES)) {
            memcpy(lines + length, bytes + at, X86_LINE_BYTES);
            length += X86_LINE_BYTES;
        }
    }
    if (length == 0) {
        return 1;
    }
    const double most = length < VALUES ? log2((double)length) : BITS_OF_BYTE;
    const uint8_t level = (uint8_t)(show_entropy(lines, length) / most * (MAP_LEVELS - 1) + 0.5);
    return level == 0 ? 1 : level;
}

enum map_look map_look_of(uint8_t pixel)
{
    const uint8_t level = pixel % MAP_LEVELS;
    switch (pixel / MAP_LEVELS) {
    case SIGHT_PRIVATE:
        return level == 0 ? MAP_EMPTY : level >= MAP_LEVEL_RANDOM ? MAP_RANDOM : MAP_READABLE;
    case SIGHT_SHARED:
        return level == 0 ? MAP_EMPTY : MAP_SHARED;
    case SIGHT_NOT_VALIDATED:
    case SIGHT_REFUSED:
        return MAP_INVALID;
    default:
        return MAP_ABSENT;
    }
}

static uint8_t pixel_of(enum sight_page page, bool seen, const uint8_t *bytes)
{
    return (uint8_t)(page * MAP_LEVELS + (seen ? map_level(bytes) : 0));
}

/* A square, as near as powers of two come. */
static bool make(struct map *map, uint64_t pages)
{
    map->stride = (uint32_t)((pages + MAP_PIXELS_MAX - 1) / MAP_PIXELS_MAX);
    map->count = (uint32_t)((pages + map->stride - 1) / map->stride);
    map->width = WIDTH_MIN;
    while (map->width * map->width < map->count) {
        map->width *= 2;
    }
    map->height = (map->count + map->width - 1) / map->width;
    map->pixels[MAP_HOST] = calloc(map->height, map->width);
    map->pixels[MAP_GUEST] = calloc(map->height, map->width);
    return map->pixels[MAP_HOST] != NULL && map->pixels[MAP_GUEST] != NULL;
}

void map_take(struct map *map, struct vm *vm, bool launched)
{
    struct sight *sight = malloc(sizeof *sight);
    const uint64_t pages = vm->machine.memory_bytes / VM_PAGE_BYTES;
    map_free(map);
    if (sight == NULL || pages == 0 || !make(map, pages)) {
        free(sight);
        return;
    }
    sight_begin(sight, vm, launched);
    for (uint32_t i = 0; i < map->count; i++) {
        uint8_t bytes[VM_PAGE_BYTES];
        const uint64_t gpa = (uint64_t)i * map->stride * VM_PAGE_BYTES;
        const enum sight_page page = sight_page_of(sight, gpa);
        bool seen = page != SIGHT_NONE && sight_of_host(sight, gpa, bytes);
        /* The host reads what the guest has yet to validate, too: it is ciphertext, or nothing. */
        const enum sight_page host =
            page == SIGHT_NOT_VALIDATED || page == SIGHT_REFUSED ? SIGHT_PRIVATE : page;
        map->pixels[MAP_HOST][i] = pixel_of(host, seen, bytes);
        seen = sight_of_guest(sight, gpa, page, bytes);
        map->pixels[MAP_GUEST][i] = pixel_of(page, seen, bytes);
        for (unsigned view = 0; view < MAP_VIEWS; view++) {
            map->looks[view][map_look_of(map->pixels[view][i])]++;
        }
    }
    map->taken = true;
    free(sight);
}

void map_free(struct map *map)
{
    free(map->pixels[MAP_HOST]);
    free(map->pixels[MAP_GUEST]);
    *map = (struct map){0};
}

/* From one colour to another, by entropy. */
struct ramp {
    uint8_t low[3], high[3];
};

static void mix(uint8_t *colour, const struct ramp *ramp, uint32_t level)
{
    for (unsigned i = 0; i < 3; i++) {
        const int step = ((int)ramp->high[i] - (int)ramp->low[i]) * (int)level;
        colour[i] = (uint8_t)((int)ramp->low[i] + step / (int)(MAP_LEVELS - 1));
    }
}

const uint8_t (*map_palette(void))[3]
{
    static uint8_t palette[COLOURS][3];
    static const struct ramp ramps[MAP_LOOKS] = {
        [MAP_ABSENT] = {{0x2B, 0x2F, 0x3A}, {0x2B, 0x2F, 0x3A}},
        [MAP_EMPTY] = {{0x59, 0x60, 0x70}, {0x59, 0x60, 0x70}},
        [MAP_READABLE] = {{0xFF, 0xD5, 0x6B}, {0xF0, 0x76, 0x1E}},
        [MAP_RANDOM] = {{0x5B, 0x63, 0xF5}, {0x5B, 0x63, 0xF5}},
        [MAP_SHARED] = {{0x7D, 0xE0, 0xB0}, {0x12, 0xA8, 0x78}},
        [MAP_INVALID] = {{0xC0, 0x58, 0x9A}, {0xC0, 0x58, 0x9A}},
    };
    for (uint32_t i = 0; i < COLOURS; i++) {
        mix(palette[i], &ramps[map_look_of((uint8_t)i)], i % MAP_LEVELS);
    }
    return (const uint8_t(*)[3])palette;
}
