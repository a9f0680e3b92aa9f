/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shared pages of a guest that sleeps, in FILE.shared.
 */
#include "host/linux/beside.h"
#include "host/linux/snapshot_internal.h"

typedef bool page_function(uint8_t *page, FILE *file);

static bool put_page(uint8_t *page, FILE *file)
{
    return fwrite(page, MAP_PAGE, 1, file) == 1;
}

static bool get_page(uint8_t *page, FILE *file)
{
    return fread(page, MAP_PAGE, 1, file) == 1;
}

/* Every shared page, in order. @return false when one cannot be had */
static bool each_shared_page(struct controller *controller, FILE *file, page_function *how)
{
    bool done = true;
    for (size_t i = 0; i < controller->range_count; i++) {
        const struct controller_range *range = &controller->ranges[i];
        for (uint64_t at = 0; at < range->place.length && done; at += MAP_PAGE) {
            done = !controller_is_shared(controller, range->place.paddr + at) ||
                   how(range->dram + at, file);
        }
    }
    return done;
}

bool snapshot_write_shared(struct guest *guest, FILE *file)
{
    struct controller *controller = &guest->controller;
    char shape[SHAPE_BYTES];
    shape_write(guest->options, shape);
    return fwrite(&beside_shared.kind.magic, sizeof beside_shared.kind.magic, 1, file) == 1 &&
           fwrite(shape, sizeof shape, 1, file) == 1 &&
           fwrite(controller->control->shared, controller->control->pages / 8, 1, file) == 1 &&
           each_shared_page(controller, file, put_page);
}

bool snapshot_read_shape(FILE *file, char shape[SHAPE_BYTES])
{
    uint64_t magic = 0;
    return file != NULL && fread(&magic, sizeof magic, 1, file) == 1 &&
           magic == beside_shared.kind.magic && fread(shape, SHAPE_BYTES, 1, file) == 1;
}

bool snapshot_read_shared(struct guest *guest, const char *path)
{
    struct controller *controller = &guest->controller;
    FILE *file = beside_open(path, &beside_shared);
    char shape[SHAPE_BYTES];
    const bool done =
        snapshot_read_shape(file, shape) &&
        fread(controller->control->shared, controller->control->pages / 8, 1, file) == 1 &&
        each_shared_page(controller, file, get_page);
    if (file != NULL) {
        (void)fclose(file);
    }
    return done;
}
