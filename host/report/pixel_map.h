/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A map of the guest's memory at one moment: a pixel a page, by what it is and by its entropy, as the
 * host sees it and as the guest does.
 */
#ifndef HOST_REPORT_PIXEL_MAP_H
#define HOST_REPORT_PIXEL_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "host/report/page_kind.h"

#define PIXEL_MAP_PAGE_BYTES 4096u

#define PIXEL_MAP_PIXELS_MAX                                                                       \
    65536u                   /**< With more pages than that each pixel is the first of several. */
#define PIXEL_MAP_LEVELS 16u /**< Of entropy. */
#define PIXEL_MAP_LEVEL_RANDOM                                                                     \
    13u /**< From here on, 5/6 of all that there can be, contents look random. */

/** Whose view. */
enum pixel_map_view { PIXEL_MAP_HOST, PIXEL_MAP_GUEST, PIXEL_MAP_VIEWS };

/** What a page looks like. */
enum pixel_map_look {
    PIXEL_MAP_ABSENT,   /**< There is no memory, or it is not given yet. */
    PIXEL_MAP_EMPTY,    /**< Every byte has the same value. */
    PIXEL_MAP_READABLE, /**< Private to the guest, and yet like text, code or data. */
    PIXEL_MAP_RANDOM,   /**< Private, like ciphertext. */
    PIXEL_MAP_SHARED,   /**< Not encrypted by the guest's key. */
    PIXEL_MAP_INVALID,  /**< SEV-SNP: the guest has not validated it, or may not touch it. */
    PIXEL_MAP_LOOKS,
};

struct pixel_map {
    bool taken;
    uint64_t pages;  /**< Of the guest. */
    uint32_t stride; /**< Pages that each pixel stands for; the last one may stand for fewer. */
    uint32_t count;  /**< Of pixels that stand for pages. */
    uint32_t width, height;
    uint8_t *pixels[PIXEL_MAP_VIEWS]; /**< enum page_kind * PIXEL_MAP_LEVELS + level of entropy */
    /** Pages; those that a pixel stands for count as its first one, the only one that is looked at. */
    uint64_t looks[PIXEL_MAP_VIEWS][PIXEL_MAP_LOOKS];
};

/** What a pixel's page is at the moment. */
struct pixel_map_seen {
    enum page_kind kind;
    bool by_host, by_guest;
    uint8_t host[PIXEL_MAP_PAGE_BYTES];
    uint8_t guest[PIXEL_MAP_PAGE_BYTES];
};

/** Looks at a page. @param[out] seen  not cleared before */
typedef void pixel_map_look(void *context, uint64_t gpa, struct pixel_map_seen *seen);

/**
 * Takes a map; free it with pixel_map_free(). Without memory it is not taken.
 *
 * @param pages  of the guest, from address 0 on
 * @param look   is called for each pixel's page in order, with CONTEXT
 */
void pixel_map_take(struct pixel_map *map, uint64_t pages, pixel_map_look *look, void *context);

void pixel_map_free(struct pixel_map *map);

/**
 * Entropy of the lines that are not all one byte, compared with what as many bytes can have: a page that
 * was never written but for a line of ciphertext holds ciphertext.
 *
 * @param bytes  PIXEL_MAP_PAGE_BYTES
 * @return below PIXEL_MAP_LEVELS; 0 if all bytes are one
 */
uint8_t pixel_map_level(const uint8_t *bytes);

/** @return what a pixel's value means */
enum pixel_map_look pixel_map_look_of(uint8_t pixel);

/** Colours of pixels' values, for backgrounds of any kind. */
const uint8_t (*pixel_map_palette(void))[3];

#endif
