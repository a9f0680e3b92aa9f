/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration of SEV-SNP: its acts, and what they share (snp_demo.h).
 */
#include "host/demo/snp_demo.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "host/demo/machine.h"
#include "host/demo/show.h"
#include "host/lib/deadline.h"
#include "host/lib/fabric.h"

static demo_act *const acts[] = {
    snp_act_platform, snp_act_launch,        snp_act_finish,          snp_act_report, snp_act_keys,
    snp_act_swap,     snp_act_attack_memory, snp_act_attack_commands, snp_act_end,
};

#define ACTS (sizeof acts / sizeof acts[0])

bool snp_demo_remember(struct snp_demo *demo, uint64_t gpa, const char *text)
{
    char bytes[SNP_DEMO_TEXT_BYTES] = "";
    (void)snprintf(bytes, sizeof bytes, "%s", text);
    return (snp_tenant_write(&demo->guest, gpa, bytes, sizeof bytes) &&
            snp_demo_remembers(demo, gpa, text)) ||
           demo_fail("write as guest", "the guest cannot use its memory");
}

bool snp_demo_remembers(const struct snp_demo *demo, uint64_t gpa, const char *text)
{
    char bytes[SNP_DEMO_TEXT_BYTES];
    return snp_tenant_read(&demo->guest, gpa, bytes, sizeof bytes) &&
           strncmp(bytes, text, sizeof bytes) == 0;
}

bool snp_demo_refused(const char *name, int64_t started, int result, enum sev_status status,
                      const char *why)
{
    const int64_t duration = deadline_now_us() - started;
    if (result != (int)status) {
        return demo_fail(name, "%s, for: %s", sev_result_text(result), why);
    }
    show_step(name, "refused", duration, "%s: %s", sev_result_text(result), why);
    return true;
}

bool snp_demo_stopped(const char *name, struct x86_rmp_outcome outcome, enum x86_rmp_event event,
                      const char *why)
{
    static const char *const names[] = {
        [X86_RMP_EVENT_PF] = "#PF", [X86_RMP_EVENT_NPF] = "#NPF", [X86_RMP_EVENT_VC] = "#VC"};
    if (outcome.event != event ||
        (event != X86_RMP_EVENT_VC && (outcome.error & X86_RMP_ERROR_RMP) == 0)) {
        return demo_fail(name, "the processor does not stop it: %s", why);
    }
    show_step(name, names[event], -1, "%s", why);
    return true;
}

/* Zeros that the guest starts with are its memory. */
static bool find_memory(struct snp_demo *demo)
{
    const struct snp_image_page *page = snp_image_find(&demo->image, SNP_PAGE_ZERO);
    demo->work_gpa = page != NULL ? page->gpa : 0;
    return page != NULL || demo_fail("image", "it has no page of zeros");
}

static bool prepare(struct snp_demo *demo)
{
    struct guest_image file;
    const struct fabric_config *machine = fabric_configuration(demo->host.board->fabric_file.bytes);
    if (!guest_image_load(&file, demo->options->snp_guest)) {
        return demo_fail("image", "%s: %s", demo->options->snp_guest, strerror(errno));
    }
    const bool made = snp_image_make(&demo->image, file.bytes, file.length, demo->product->cpuid,
                                     machine != NULL ? machine->c_bit : 0);
    guest_image_free(&file);
    return made ? find_memory(demo)
                : demo_fail("image", "%s cannot be laid out", demo->options->snp_guest);
}

bool demo_snp_on(struct board *board, const struct demo_options *options)
{
    struct snp_demo demo = {
        .options = options,
        .product = snp_host_product(options->board.directory),
        .host = {.name = "", .directory = options->board.directory, .board = board},
    };
    if (demo.product == NULL) {
        show_part("SEV-SNP");
        show_step("chip", "skipped", -1, "a chip of this product has no SEV-SNP");
        return true;
    }
    bool good = prepare(&demo);
    for (size_t i = 0; i < ACTS && good; i++) {
        good = !demo_is_interrupted(options) && acts[i](&demo);
    }
    snp_tenant_forget(&demo.guest);
    snp_image_free(&demo.image);
    return good;
}

/* The demonstration alone, on a machine of its own. */
struct alone {
    const struct demo_options *options;
    struct machine machine;
};

static bool power_on(void *context)
{
    struct alone *alone = context;
    show_part("Power on");
    return machine_power_on(&alone->machine, &alone->options->board);
}

static bool all_acts(void *context)
{
    struct alone *alone = context;
    /* Who asks for this demonstration must not be told that it passed. */
    if (snp_host_product(alone->options->board.directory) == NULL) {
        return demo_fail("chip", "a chip of this product has no SEV-SNP");
    }
    return demo_snp_on(&alone->machine.board, alone->options);
}

int demo_snp(const struct demo_options *options)
{
    static demo_act *const steps[] = {power_on, all_acts};
    struct alone alone = {
        .options = options,
        .machine = {.name = "x86", .directory = options->board.directory, .board = BOARD_CLOSED},
    };
    const int64_t started = deadline_now_us();
    const int result = demo_play(options, steps, sizeof steps / sizeof steps[0], &alone);
    return demo_sum_up(started, machine_end(&alone.machine, result));
}
