/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maps of the guest's memory (map.h).
 */
#include "host/report/pixel_map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "host/demo/show.h"

#define LINE_BYTES 64u
#define BITS_OF_BYTE 8.0
#define WIDTH_MIN 32u
#define COLOURS 256u
#define VALUES 256u /* Of a byte. */

static bool is_even(const uint8_t *bytes, size_t length)
{
    return memcmp(bytes, bytes + 1, length - 1) == 0;
}

uint8_t pixel_map_level(const uint8_t *bytes)
{
    uint8_t lines[PIXEL_MAP_PAGE_BYTES];
    size_t length = 0;
    if (is_even(bytes, PIXEL_MAP_PAGE_BYTES)) {
        return 0;
    }
    for (size_t at = 0; at < PIXEL_MAP_PAGE_BYTES; at += LINE_BYTES) {
        if (!is_even(bytes + at, LINE_BYTES)) {
            memcpy(lines + length, bytes + at, LINE_BYTES);
            length += LINE_BYTES;
        }
    }
    if (length == 0) {
        return 1;
    }
    const double most = length < VALUES ? log2((double)length) : BITS_OF_BYTE;
    const uint8_t level =
        (uint8_t)(show_entropy(lines, length) / most * (PIXEL_MAP_LEVELS - 1) + 0.5);
    return level == 0 ? 1 : level;
}

enum pixel_map_look pixel_map_look_of(uint8_t pixel)
{
    const uint8_t level = pixel % PIXEL_MAP_LEVELS;
    switch (pixel / PIXEL_MAP_LEVELS) {
    case PAGE_KIND_PRIVATE:
        return level == 0                        ? PIXEL_MAP_EMPTY
               : level >= PIXEL_MAP_LEVEL_RANDOM ? PIXEL_MAP_RANDOM
                                                 : PIXEL_MAP_READABLE;
    case PAGE_KIND_SHARED:
        return level == 0 ? PIXEL_MAP_EMPTY : PIXEL_MAP_SHARED;
    case PAGE_KIND_NOT_VALIDATED:
    case PAGE_KIND_REFUSED:
        return PIXEL_MAP_INVALID;
    default:
        return PIXEL_MAP_ABSENT;
    }
}

static uint8_t pixel_of(enum page_kind page, bool seen, const uint8_t *bytes)
{
    return (uint8_t)(page * PIXEL_MAP_LEVELS + (seen ? pixel_map_level(bytes) : 0));
}

/* A square, as near as powers of two come. */
static bool make(struct pixel_map *map, uint64_t pages)
{
    map->pages = pages;
    map->stride = (uint32_t)((pages + PIXEL_MAP_PIXELS_MAX - 1) / PIXEL_MAP_PIXELS_MAX);
    map->count = (uint32_t)((pages + map->stride - 1) / map->stride);
    map->width = WIDTH_MIN;
    while (map->width * map->width < map->count) {
        map->width *= 2;
    }
    map->height = (map->count + map->width - 1) / map->width;
    map->pixels[PIXEL_MAP_HOST] = calloc(map->height, map->width);
    map->pixels[PIXEL_MAP_GUEST] = calloc(map->height, map->width);
    return map->pixels[PIXEL_MAP_HOST] != NULL && map->pixels[PIXEL_MAP_GUEST] != NULL;
}

/* @return how many pages a pixel stands for */
static uint64_t pages_of(const struct pixel_map *map, uint32_t pixel)
{
    const uint64_t left = map->pages - (uint64_t)pixel * map->stride;
    return left < map->stride ? left : map->stride;
}

/* The host reads what the guest has yet to validate, too: it is ciphertext, or nothing. */
static enum page_kind to_host(enum page_kind kind)
{
    return kind == PAGE_KIND_NOT_VALIDATED || kind == PAGE_KIND_REFUSED ? PAGE_KIND_PRIVATE : kind;
}

void pixel_map_take(struct pixel_map *map, uint64_t pages, pixel_map_look *look, void *context)
{
    struct pixel_map_seen *seen = malloc(sizeof *seen);
    pixel_map_free(map);
    if (seen == NULL || pages == 0 || !make(map, pages)) {
        free(seen);
        return;
    }
    for (uint32_t i = 0; i < map->count; i++) {
        look(context, (uint64_t)i * map->stride * PIXEL_MAP_PAGE_BYTES, seen);
        map->pixels[PIXEL_MAP_HOST][i] = pixel_of(to_host(seen->kind), seen->by_host, seen->host);
        map->pixels[PIXEL_MAP_GUEST][i] = pixel_of(seen->kind, seen->by_guest, seen->guest);
        for (unsigned view = 0; view < PIXEL_MAP_VIEWS; view++) {
            map->looks[view][pixel_map_look_of(map->pixels[view][i])] += pages_of(map, i);
        }
    }
    map->taken = true;
    free(seen);
}

void pixel_map_free(struct pixel_map *map)
{
    free(map->pixels[PIXEL_MAP_HOST]);
    free(map->pixels[PIXEL_MAP_GUEST]);
    *map = (struct pixel_map){0};
}

/* From one colour to another, by entropy. */
struct ramp {
    uint8_t low[3], high[3];
};

static void mix(uint8_t *colour, const struct ramp *ramp, uint32_t level)
{
    for (unsigned i = 0; i < 3; i++) {
        const int step = ((int)ramp->high[i] - (int)ramp->low[i]) * (int)level;
        colour[i] = (uint8_t)((int)ramp->low[i] + step / (int)(PIXEL_MAP_LEVELS - 1));
    }
}

const uint8_t (*pixel_map_palette(void))[3]
{
    static uint8_t palette[COLOURS][3];
    static const struct ramp ramps[PIXEL_MAP_LOOKS] = {
        [PIXEL_MAP_ABSENT] = {{0x2B, 0x2F, 0x3A}, {0x2B, 0x2F, 0x3A}},
        [PIXEL_MAP_EMPTY] = {{0x59, 0x60, 0x70}, {0x59, 0x60, 0x70}},
        [PIXEL_MAP_READABLE] = {{0xFF, 0xD5, 0x6B}, {0xF0, 0x76, 0x1E}},
        [PIXEL_MAP_RANDOM] = {{0x5B, 0x63, 0xF5}, {0x5B, 0x63, 0xF5}},
        [PIXEL_MAP_SHARED] = {{0x7D, 0xE0, 0xB0}, {0x12, 0xA8, 0x78}},
        [PIXEL_MAP_INVALID] = {{0xC0, 0x58, 0x9A}, {0xC0, 0x58, 0x9A}},
    };
    for (uint32_t i = 0; i < COLOURS; i++) {
        mix(palette[i], &ramps[pixel_map_look_of((uint8_t)i)], i % PIXEL_MAP_LEVELS);
    }
    return (const uint8_t(*)[3])palette;
}
