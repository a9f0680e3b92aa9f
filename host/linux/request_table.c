/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is done at each request (request_table.h).
 */
#include "host/linux/request_table.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "host/demo/demo.h"
#include "host/linux/guest_report.h"
#include "host/linux/look.h"
#include "host/linux/migrate.h"
#include "host/linux/snapshot.h"

static bool pause_guest(struct asker *asker, struct guest *guest, const char *argument)
{
    (void)argument;
    if (!guest_pause(guest)) {
        asker_answer(asker, "error: the machine does not answer");
        return false;
    }
    asker_answer(asker, "ok %llu pages written back, %llu taken over in %.3f s",
                 (unsigned long long)guest->controller.last.written,
                 (unsigned long long)guest->controller.last.taken_over,
                 (double)guest->controller.last.microseconds / 1e6);
    return true;
}

static bool resume_guest(struct asker *asker, struct guest *guest, const char *argument)
{
    (void)argument;
    const bool done = guest_resume(guest);
    asker_answer(asker,
                 done ? "ok %llu pages taken over" : "error: the machine does not answer (%llu)",
                 (unsigned long long)guest->controller.last.taken_over);
    return done;
}

static bool sync_memory(struct asker *asker, struct guest *guest, const char *argument)
{
    (void)argument;
    const bool done = controller_pass(&guest->controller);
    const struct controller_pass *pass = &guest->controller.last;
    asker_answer(asker,
                 "%s %llu private pages, %llu shared, %llu written back, %llu taken over in %.3f s",
                 done ? "ok" : "error", (unsigned long long)pass->private_pages,
                 (unsigned long long)pass->shared_pages, (unsigned long long)pass->written,
                 (unsigned long long)pass->taken_over, (double)pass->microseconds / 1e6);
    return done;
}

static bool find_text(struct asker *asker, struct guest *guest, const char *argument)
{
    struct look look;
    look_for(&guest->controller, argument, &look);
    asker_answer(asker, "ok guest=%llu dram=%llu host-key=%llu first=%#llx",
                 (unsigned long long)look.in_view, (unsigned long long)look.in_dram,
                 (unsigned long long)look.with_host_key, (unsigned long long)look.first);
    return true;
}

static bool read_address(const char *argument, uint64_t *paddr)
{
    char *end = NULL;
    errno = 0;
    *paddr = strtoull(argument, &end, 0);
    return isdigit((unsigned char)argument[0]) != 0 && *end == '\0' && errno == 0;
}

static bool refuse_address(struct asker *asker, const char *argument)
{
    asker_answer(asker, "error: '%.40s' is no address of the guest's memory, as in 0x1000000",
                 argument);
    return true;
}

static bool flip_bit(struct asker *asker, struct guest *guest, const char *argument)
{
    uint64_t paddr = 0;
    const struct controller_range *range =
        read_address(argument, &paddr) ? controller_find(&guest->controller, paddr) : NULL;
    if (range == NULL) {
        return refuse_address(asker, argument);
    }
    uint8_t *byte = &range->dram[paddr - range->place.paddr];
    const unsigned before = *byte;
    *byte = (uint8_t)(before ^ 1);
    const unsigned long long block = paddr / SEV_BLOCK_BYTES * SEV_BLOCK_BYTES;
    if (controller_is_shared(&guest->controller, paddr)) {
        asker_answer(asker, "ok %#llx, a shared page: %02x is %02x now, for the guest too",
                     (unsigned long long)paddr, before, before ^ 1);
    } else {
        asker_answer(asker,
                     "ok %#llx, a private page: ciphertext %02x is %02x now; the guest finds "
                     "noise in the 16 bytes at %#llx",
                     (unsigned long long)paddr, before, before ^ 1, block);
    }
    return true;
}

/* DBG_DECRYPT of 16 bytes. */
static bool debug_guest(struct asker *asker, struct guest *guest, const char *argument)
{
    uint64_t paddr = 0;
    if (!read_address(argument, &paddr)) {
        return refuse_address(asker, argument);
    }
    struct sev_dbg debug = {.handle = guest->handle,
                            .src_paddr = paddr,
                            .dst_paddr = guest->board.scratch_paddr,
                            .length = SEV_BLOCK_BYTES};
    char hex[2 * SEV_BLOCK_BYTES + 1] = "";
    const int result = sev_dbg_decrypt(&guest->board, &debug);
    if (result != SEV_STATUS_SUCCESS) {
        asker_answer(asker, "error: DBG_DECRYPT: %s", sev_result_text(result));
        return true;
    }
    const uint8_t *seen = dram_pointer(&guest->board.dram, debug.dst_paddr, SEV_BLOCK_BYTES);
    for (size_t i = 0; i < SEV_BLOCK_BYTES; i++) {
        (void)snprintf(hex + 2 * i, 3, "%02x", seen[i]);
    }
    asker_answer(asker, "ok %s", hex);
    return true;
}

static bool tell_status(struct asker *asker, struct guest *guest, const char *argument)
{
    (void)argument;
    asker_answer(
        asker,
        "ok %s, machine %d, guest %u, ASID %u, %llu hypercalls, %llu pages converted, %llu "
        "CPUID 8000_001F",
        guest->paused ? "paused" : "running", (int)guest->machine, guest->handle, guest->asid,
        (unsigned long long)guest->controller.control->calls,
        (unsigned long long)guest->controller.control->conversions,
        (unsigned long long)guest->controller.control->detections);
    return true;
}

static void tell_progress(void *context, const char *line)
{
    asker_tell(context, ASKER_PROGRESS "%s", line);
}

/* A request that names a file or directory; when it fails the guest is where it was, or has ended. */
static bool travel(struct asker *asker, struct guest *guest, const char *name, const char *argument,
                   bool (*how)(struct guest *, const char *, struct travel_outcome *))
{
    struct travel_outcome outcome = {
        .text = "", .progress = {.listener = tell_progress, .context = asker, .name = name}};
    if (how(guest, argument, &outcome)) {
        asker_answer(asker, "ok %s", outcome.text);
        return true;
    }
    (void)demo_fail(name, "%s", outcome.text);
    asker_answer(asker, "error: %s%s", outcome.text,
                 outcome.lost ? "" : "; the guest is where it was");
    return !outcome.lost;
}

static bool save(struct asker *asker, struct guest *guest, const char *argument)
{
    return travel(asker, guest, "snapshot", argument, snapshot_save);
}

static bool migrate(struct asker *asker, struct guest *guest, const char *argument)
{
    return travel(asker, guest, "migrate", argument, migrate_guest);
}

static bool quit(struct asker *asker, struct guest *guest, const char *argument)
{
    (void)argument;
    guest->ended = true;
    guest_report_ending(guest, "It was switched off by a request");
    asker_answer(asker, "ok it is switched off");
    return true;
}

static bool help(struct asker *asker, struct guest *guest, const char *argument)
{
    (void)guest;
    (void)argument;
    for (size_t i = 0; i < request_count; i++) {
        const struct request *request = &request_table[i];
        asker_tell(asker, "  %-8s %-8s %s", request->name,
                   request->argument != NULL ? request->argument : "", request->what);
    }
    asker_answer(asker, "ok");
    return true;
}

const struct request request_table[] = {
    {"status", NULL, "whether it runs, and as what", true, tell_status},
    {"pause", NULL, "it stands still, all its private memory encrypted", false, pause_guest},
    {"resume", NULL, "it goes on, with what DRAM holds now", false, resume_guest},
    {"sync", NULL, "a pass of the memory controller, and what that did", false, sync_memory},
    {"find", "TEXT", "how often guest, DRAM and the host's key have it", false, find_text},
    {"flip", "ADDRESS", "a bit of DRAM is changed", false, flip_bit},
    {"debug", "ADDRESS", "DBG_DECRYPT of 16 bytes", true, debug_guest},
    {"migrate", "CHIP", "it moves to another board and another QEMU", false, migrate},
    {"snapshot", "FILE", "it falls asleep in FILE, and ends", false, save},
    {"quit", NULL, "it is switched off", false, quit},
    {"help", NULL, "this list", true, help},
};
const size_t request_count = sizeof request_table / sizeof request_table[0];
