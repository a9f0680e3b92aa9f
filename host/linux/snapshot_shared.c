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

bool snapshot_write_shared(struct guest *guest, const struct sleep_head *head, FILE *file)
{
    struct controller *controller = &guest->controller;
    return fwrite(head, sizeof *head, 1, file) == 1 &&
           fwrite(controller->control->shared, controller->pages / 8, 1, file) == 1 &&
           each_shared_page(controller, file, put_page);
}

FILE *snapshot_open_shared(const struct guest *guest, const struct sev_session *session,
                           const char *path, struct travel_outcome *outcome)
{
    FILE *file = beside_open(path, &beside_shared);
    struct sleep_head head;
    char machine[BESIDE_NAME_BYTES];
    const bool whole = file != NULL && fread(&head, sizeof head, 1, file) == 1;
    if (!whole) {
        (void)travel_fail(outcome, "not what belongs to it");
    }
    beside_name(machine, path, &beside_machine);
    if (whole && sleep_head_suits(&head, guest->options, session, machine, outcome)) {
        return file;
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return NULL;
}

bool snapshot_read_shared(struct guest *guest, const struct sev_session *session, const char *path,
                          struct travel_outcome *outcome)
{
    struct controller *controller = &guest->controller;
    FILE *file = snapshot_open_shared(guest, session, path, outcome);
    if (file == NULL) {
        return false;
    }
    const bool done = fread(controller->control->shared, controller->pages / 8, 1, file) == 1 &&
                      each_shared_page(controller, file, get_page);
    (void)fclose(file);
    return done || travel_fail(outcome, "not what belongs to it");
}
