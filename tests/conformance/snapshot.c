/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Snapshots (snapshot.h).
 */
#include "tests/conformance/snapshot.h"

#include <string.h>

#include "host/lib/sev.h"

#define GUESTS_MAX 4u
#define WINDOWS 6u
#define EDGE_BYTES 0xA000u
#define WINDOW_BYTES (SUITE_SLOTS * SUITE_SLOT_BYTES)

/** Answers of the firmware. */
struct answers {
    struct sev_platform_status platform;
    int guest_status[GUESTS_MAX];
    struct sev_guest_status guests[GUESTS_MAX];
};

static struct {
    struct answers answers;
    struct fabric_memctl memctl;
    uint8_t memory[WINDOWS][WINDOW_BYTES];
} taken;

static uint32_t tracked[GUESTS_MAX];
static size_t tracked_count;

void snapshot_track_guest(uint32_t handle)
{
    tracked[tracked_count++ % GUESTS_MAX] = handle;
}

void snapshot_forget_guests(void)
{
    tracked_count = 0;
}

static void ask(struct answers *answers)
{
    memset(answers, 0, sizeof *answers);
    (void)suite_ask(SEV_COMMAND_PLATFORM_STATUS, &answers->platform, sizeof answers->platform);
    for (size_t i = 0; i < GUESTS_MAX && i < tracked_count; i++) {
        answers->guests[i].handle = tracked[i];
        answers->guest_status[i] =
            suite_ask(SEV_COMMAND_GUEST_STATUS, &answers->guests[i], sizeof answers->guests[i]);
    }
}

/** One of the places in memory that commands are pointed to. */
static uint8_t *window(size_t index, size_t *length)
{
    const struct {
        uint64_t paddr;
        size_t length;
    } windows[WINDOWS] = {
        {0, EDGE_BYTES},
        {suite.low_end - EDGE_BYTES, EDGE_BYTES},
        {suite.high_base, EDGE_BYTES},
        {suite.high_end - EDGE_BYTES, EDGE_BYTES},
        {suite.board.command_paddr, DRAM_PAGE_BYTES},
        {suite.slots, WINDOW_BYTES},
    };

    *length = windows[index].length;
    return suite_at(windows[index].paddr, windows[index].length);
}

static const struct fabric_memctl *memctl(void)
{
    static const struct fabric_memctl none;
    const uint8_t *fabric = suite.board.fabric_file.bytes;

    return fabric != NULL ? (const void *)(fabric + FABRIC_MEMCTL_OFFSET) : &none;
}

void snapshot_take(void)
{
    ask(&taken.answers);
    for (size_t i = 0; i < WINDOWS; i++) {
        size_t length;
        const uint8_t *bytes = window(i, &length);

        memcpy(taken.memory[i], bytes, length);
    }
    taken.memctl = *memctl();
}

/** Fails the test when memory differs. */
static void compare_memory(const char *file, int line)
{
    for (size_t i = 0; i < WINDOWS; i++) {
        size_t length;
        const uint8_t *bytes = window(i, &length);

        if (memcmp(taken.memory[i], bytes, length) != 0) {
            size_t at = 0;

            while (taken.memory[i][at] == bytes[at]) {
                at++;
            }
            print_error("the failing command changed memory: window %zu, byte %zx\n", i, at);
            _fail(file, line);
        }
    }
}

void snapshot_compare(const char *file, int line)
{
    struct answers answers;

    compare_memory(file, line);
    if (memcmp(&taken.memctl, memctl(), sizeof taken.memctl) != 0) {
        print_error("the failing command changed the memory controller\n");
        _fail(file, line);
    }
    ask(&answers);
    if (memcmp(&answers.platform, &taken.answers.platform, sizeof answers.platform) != 0) {
        print_error("the failing command changed PLATFORM_STATUS\n");
        _fail(file, line);
    }
    if (memcmp(&answers, &taken.answers, sizeof answers) != 0) {
        print_error("the failing command changed GUEST_STATUS\n");
        _fail(file, line);
    }
}

void snapshot_refuse(uint32_t id, void *parameters, size_t size, const void *after,
                     enum sev_status expected, const char *file, int line)
{
    uint8_t *page = suite_at(suite.board.command_paddr, DRAM_PAGE_BYTES);
    const void *wanted = after != NULL ? after : parameters;

    memset(page, SUITE_PATTERN, DRAM_PAGE_BYTES);
    if (size != 0) {
        memcpy(page, parameters, size);
    }
    snapshot_take();
    const int status = suite_issue(id, size == 0 ? 0 : suite.board.command_paddr);
    suite_assert_status(status, expected, sev_command_name(id), file, line);
    if (size != 0 && memcmp(page, wanted, size) != 0) {
        print_error("%s: the parameters are not what a failing command leaves\n",
                    sev_command_name(id));
        _fail(file, line);
    }
    if (size != 0) {
        memcpy(taken.memory[4], page, size);
        memcpy(parameters, page, size);
    }
    snapshot_compare(file, line);
}
