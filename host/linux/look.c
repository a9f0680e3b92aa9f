/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who finds a text in the guest's memory.
 */
#include "host/linux/look.h"

#include <string.h>

#define HOST_ASID 0u

static uint64_t count(const uint8_t *page, const char *text, size_t *first)
{
    const size_t length = strlen(text);
    uint64_t found = 0;
    const uint8_t *at = page;
    while ((at = memmem(at, MAP_PAGE - (size_t)(at - page), text, length)) != NULL) {
        if (found++ == 0) {
            *first = (size_t)(at - page);
        }
        at++;
    }
    return found;
}

static void look_at_page(const struct controller *controller, const struct controller_range *range,
                         uint64_t at, const char *text, struct look *look)
{
    uint8_t host[MAP_PAGE];
    size_t offset = 0;
    const uint64_t paddr = range->place.paddr + at;
    if (controller_was_written(range, at)) {
        look->in_dram += count(range->dram + at, text, &offset);
    }
    if (controller_is_shared(controller, paddr)) {
        return;
    }
    const uint64_t found = count(range->view + at, text, &offset);
    if (found != 0 && look->in_view == 0) {
        look->first = paddr + offset;
    }
    look->in_view += found;
    /* Where the guest has it is where another key would have to show it. */
    if (found != 0 && memory_controller_read(&controller->memory, HOST_ASID, paddr, host,
                                             sizeof host) == MEMORY_CONTROLLER_OK) {
        look->with_host_key += count(host, text, &offset);
    }
}

void look_for(const struct controller *controller, const char *text, struct look *look)
{
    *look = (struct look){.first = 0};
    controller_find_all_written(controller);
    for (size_t i = 0; i < controller->range_count; i++) {
        const struct controller_range *range = &controller->ranges[i];
        for (uint64_t at = 0; at < range->place.length; at += MAP_PAGE) {
            look_at_page(controller, range, at, text, look);
        }
    }
}
