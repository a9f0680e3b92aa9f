/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A map of the guest's memory at one moment: a pixel a page, by what it is and by its entropy, as the
 * host sees it and as the guest does.
 */
#ifndef HOST_EMULATOR_REPORT_MAP_H
#define HOST_EMULATOR_REPORT_MAP_H

#include "host/emulator/report/sight.h"

#define MAP_PIXELS_MAX 65536u /**< With more pages than that each pixel is the first of several. */
#define MAP_LEVELS 16u        /**< Of entropy. */
#define MAP_LEVEL_RANDOM                                                                           \
    13u /**< From here on, 5/6 of all that there can be, contents look random. */

/** Whose view. */
enum map_view { MAP_HOST, MAP_GUEST, MAP_VIEWS };

/** What a page looks like. */
enum map_look {
    MAP_ABSENT,   /**< There is no memory, or it is not given yet. */
    MAP_EMPTY,    /**< Every byte has the same value. */
    MAP_READABLE, /**< Private to the guest, and yet like text, code or data. */
    MAP_RANDOM,   /**< Private, like ciphertext. */
    MAP_SHARED,   /**< Not encrypted by the guest's key. */
    MAP_INVALID,  /**< SEV-SNP: the guest has not validated it, or may not touch it. */
    MAP_LOOKS,
};

struct map {
    bool taken;
    uint32_t stride; /**< Pages for each pixel. */
    uint32_t count;  /**< Of pixels that stand for pages. */
    uint32_t width, height;
    uint8_t *pixels[MAP_VIEWS]; /**< enum sight_page * MAP_LEVELS + level of entropy */
    uint32_t looks[MAP_VIEWS][MAP_LOOKS];
};

/** Takes a map; free it with map_free(). Without memory it is not taken. */
void map_take(struct map *map, struct vm *vm, bool launched);

void map_free(struct map *map);

/**
 * Entropy of the lines that are not all one byte, compared with what as many bytes can have: a page that
 * was never written but for a line of ciphertext holds ciphertext.
 *
 * @param bytes  VM_PAGE_BYTES
 * @return below MAP_LEVELS; 0 if all bytes are one
 */
uint8_t map_level(const uint8_t *bytes);

/** @return what a pixel's value means */
enum map_look map_look_of(uint8_t pixel);

/** Colours of pixels' values, for backgrounds of any kind. */
const uint8_t (*map_palette(void))[3];

#endif
