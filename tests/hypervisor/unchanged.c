/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a failing command leaves as it is (unchanged.h).
 */
#include "tests/hypervisor/unchanged.h"

#include <string.h>

#include "tests/hypervisor/hypervisor.h"

#define UNOWNED_BYTES 0x8000u
#define REGION_BYTES 0x4000u /**< Its beginning stands for the region. */
#define PARTS 6u
#define COPY_BYTES 0x180000u

/** A piece of memory that is compared. */
struct part {
    const char *name;
    const uint8_t *bytes;
    size_t length;
};

static uint8_t copy[COPY_BYTES];

static void list(struct part parts[PARTS])
{
    const uint8_t *fabric = suite.board.fabric_file.bytes;
    const size_t pages = (size_t)HYPERVISOR_PAGES * DRAM_PAGE_BYTES;

    parts[0] = (struct part){"the RMP", suite_at(hypervisor.table, HYPERVISOR_TABLE_BYTES),
                             HYPERVISOR_TABLE_BYTES};
    parts[1] = (struct part){"a page", suite_at(hypervisor.pages, pages), pages};
    parts[2] = (struct part){"2 MiB", suite_at(hypervisor.region, REGION_BYTES), REGION_BYTES};
    parts[3] = (struct part){"a page without entry", suite_at(hypervisor.unowned, UNOWNED_BYTES),
                             UNOWNED_BYTES};
    parts[4] = (struct part){"the memory controller", fabric + FABRIC_MEMCTL_OFFSET,
                             sizeof(struct fabric_memctl)};
    parts[5] = (struct part){"the slots' cores", fabric + FABRIC_SLOT_CORES_OFFSET,
                             FABRIC_SLOTS_MAX * sizeof(struct fabric_slot_cores)};
}

void unchanged_take(void)
{
    struct part parts[PARTS];
    size_t used = 0;

    list(parts);
    for (size_t i = 0; i < PARTS; i++) {
        assert_true(parts[i].length <= sizeof copy - used);
        memcpy(copy + used, parts[i].bytes, parts[i].length);
        used += parts[i].length;
    }
}

void unchanged_check(const char *name, const char *what)
{
    struct part parts[PARTS];
    size_t used = 0;

    list(parts);
    for (size_t i = 0; i < PARTS; i++) {
        if (memcmp(copy + used, parts[i].bytes, parts[i].length) != 0) {
            fail_msg("%s: %s: %s has changed", name, what, parts[i].name);
        }
        used += parts[i].length;
    }
}
