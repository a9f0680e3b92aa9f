/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole life of a Linux guest: power on, launch or awakening, run, power off.
 */
#include <stdio.h>
#include <stdlib.h>

#include "host/demo/demo.h"
#include "host/demo/show.h"
#include "host/lib/deadline.h"
#include "host/lib/output_file.h"
#include "host/linux/guest_report.h"
#include "host/linux/snapshot.h"

static bool begin(struct guest *guest)
{
    const struct guest_options *options = guest->options;
    guest->started = deadline_now_us();
    guest_report_part(guest, "Power on");
    if (!guest_power_on(guest)) {
        return false;
    }
    guest_report_read_chain(guest);
    if (!controller_open(&guest->controller, &guest->board.memory,
                         guest->board.dram_file.descriptor, options->image.memory)) {
        return demo_fail("memory controller", "%s", guest->controller.message);
    }
    if (options->restore != NULL) {
        return snapshot_restore(guest, options->restore);
    }
    guest_report_part(guest, "The guest is launched");
    if (!guest_launch(guest)) {
        return false;
    }
    guest_report_part(guest, "VMRUN");
    if (!controller_enter(&guest->controller, guest->asid)) {
        return demo_fail("decrypt", "%s", guest->controller.message);
    }
    show_step("decrypt", "ok", guest->controller.last.microseconds, "%llu MiB through its key",
              (unsigned long long)(options->image.memory / MAP_MIB));
    guest_report_look(guest, GUEST_REPORT_ENTERED);
    return machine_start(guest, false);
}

int guest_live(const struct guest_options *options)
{
    struct guest *guest = guest_new(options, options->board.directory);
    if (options->console != NULL && output_is_of_chip(options->console)) {
        (void)fprintf(stderr, "virtasp run: %s: is one of a chip's own files, and stays\n",
                      options->console);
        free(guest);
        return BOARD_FAILED;
    }
    FILE *output = options->console != NULL ? fopen(options->console, "we") : stdout;
    int status = BOARD_FAILED;
    if (guest == NULL || output == NULL) {
        perror(options->console != NULL ? options->console : "memory");
        free(guest);
        return BOARD_FAILED;
    }
    guest->console_output = output;
    if (begin(guest)) {
        status = guest_run(&guest);
    }
    if (guest_is_cancelled(guest)) {
        guest_report_problem(guest, "it was interrupted");
    }
    guest_report_conclude(guest, status);
    if (!guest_end(guest) && (status == BOARD_OK || status == GUEST_TIME_UP)) {
        status = BOARD_FAILED;
    }
    if (output != stdout && fclose(output) != 0) {
        status = BOARD_FAILED;
    }
    return status;
}
