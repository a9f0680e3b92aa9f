/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration of a launch: its steps, in order.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "host/demo/demo.h"
#include "host/demo/show.h"
#include "host/lib/deadline.h"
#include "host/lib/fabric.h"

/* A step, or with TITLE the start of a part. */
struct step {
    const char *title;
    demo_step *run;
};

static const struct step launch_steps[] = {
    {"The hypervisor prepares the platform", NULL},
    {NULL, hypervisor_platform_status},
    {NULL, hypervisor_init},
    {NULL, hypervisor_flush},
    {NULL, hypervisor_get_id},
    {NULL, hypervisor_export_certificates},
    {"The guest owner decides to trust it", NULL},
    {NULL, guest_owner_verify_chain},
    {NULL, guest_owner_make_session},
    {"The hypervisor launches the guest", NULL},
    {NULL, hypervisor_launch_start},
    {NULL, hypervisor_activate},
    {NULL, hypervisor_launch_update},
    {NULL, hypervisor_measure},
    {"The guest owner checks what was launched, and sends a secret", NULL},
    {NULL, guest_owner_check_measurement},
    {NULL, guest_owner_seal_secret},
    {NULL, hypervisor_inject_secret},
    {NULL, hypervisor_launch_finish},
    {NULL, hypervisor_guest_status},
    {"The guest owner asks for proof, and the host tries to look inside", NULL},
    {NULL, guest_owner_make_nonce},
    {NULL, hypervisor_attestation},
    {NULL, guest_owner_check_report},
    {NULL, hypervisor_debug},
    {"What memory holds", NULL},
    {NULL, memory_show_ciphertext},
    {NULL, memory_read_as_guest},
    {NULL, memory_read_as_others},
};

static const struct step end_steps[] = {
    {"The hypervisor ends the guest", NULL},
    {NULL, hypervisor_deactivate},
    {NULL, memory_read_after_end},
    {NULL, hypervisor_decommission},
    {NULL, hypervisor_flush},
    {NULL, hypervisor_shutdown},
};

bool demo_fail(const char *what, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    show_step(what, SHOW_FAILED, -1, "%s", text);
    return false;
}

bool demo_command(const char *name, int64_t started, int result, const char *format, ...)
{
    int64_t duration = deadline_now_us() - started;
    if (result != SEV_STATUS_SUCCESS) {
        show_step(name, SHOW_FAILED, duration, "%s", sev_result_text(result));
        return false;
    }
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    show_step(name, sev_result_text(result), duration, "%s", text);
    return true;
}

static bool run_steps(struct demo *demo, const struct step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (steps[i].title != NULL) {
            show_part(steps[i].title);
        } else if (demo_is_interrupted(demo->options) || !steps[i].run(demo)) {
            return false;
        }
    }
    return true;
}

static enum board_result power_on(struct demo *demo)
{
    show_part("Power on");
    struct board_options options = demo->options->board;
    options.daemon = demo->options->keep;
    int64_t started = deadline_now_us();
    enum board_result result = board_start(&demo->board, &options);
    if (result != BOARD_OK) {
        (void)fprintf(stderr, "virtasp demo: %s\n", demo->board.message);
        return result;
    }
    demo->board.mailbox.cancel = options.cancel;
    show_step("start board", "ok", deadline_now_us() - started, "the firmware serves commands");
    const struct fabric_config *machine = fabric_configuration(demo->board.fabric_file.bytes);
    demo->asid = machine != NULL ? machine->min_sev_asid : 1;
    if (!guest_image_place(&demo->image, &demo->board.dram)) {
        (void)demo_fail("memory", "%s does not fit", demo->options->guest);
        return BOARD_FAILED;
    }
    return BOARD_OK;
}

static bool power_off(struct demo *demo)
{
    int64_t started = deadline_now_us();
    if (board_stop(&demo->board) != BOARD_OK) {
        return demo_fail("power off", "%s", demo->board.message);
    }
    show_step("power off", "ok", deadline_now_us() - started, "%s", "");
    return true;
}

/* Runs all steps; the board is stopped whatever happens, unless it is to be kept. */
static enum board_result run(struct demo *demo)
{
    const bool keep = demo->options->keep;
    enum board_result result = power_on(demo);
    if (result != BOARD_OK && demo->board.mailbox_file.bytes == NULL) {
        return result;
    }
    bool good = result == BOARD_OK &&
                run_steps(demo, launch_steps, sizeof launch_steps / sizeof launch_steps[0]);
    if (good && !keep) {
        good = run_steps(demo, end_steps, sizeof end_steps / sizeof end_steps[0]) &&
               demo_snp_on(&demo->board, demo->options);
    }
    owner_close(&demo->owner);
    if (good && keep) {
        board_close(&demo->board);
        return BOARD_OK;
    }
    return power_off(demo) && good ? BOARD_OK : BOARD_FAILED;
}

int demo_launch(const struct demo_options *options)
{
    struct demo demo = {.options = options, .board = BOARD_CLOSED};
    int64_t started = deadline_now_us();
    if (!guest_image_load(&demo.image, options->guest)) {
        (void)fprintf(stderr, "virtasp demo: %s: %s\n", options->guest, strerror(errno));
        return BOARD_FAILED;
    }
    (void)printf("guest image: %s, %zu bytes\n", options->guest, demo.image.length);
    enum board_result result = run(&demo);
    guest_image_free(&demo.image);
    (void)demo_sum_up(started, (int)result);
    if (result == BOARD_OK && options->keep) {
        (void)printf("The guest runs on. 'virtasp stop %s' ends it.\n", options->board.directory);
    }
    return (int)result;
}
