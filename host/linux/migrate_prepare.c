/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a guest is to move: another board and another QEMU.
 */
#include "host/lib/deadline.h"
#include "host/linux/migrate_internal.h"
#include "host/provision/factory_options.h"
#include "host/provision/provision.h"
#include "host/provision/ready.h"

/* Both boards' chips trust the same vendor. */
bool migrate_make_chip(const struct guest *guest, const char *chip, struct travel_outcome *outcome)
{
    char vendor[PATH_MAX];
    struct provision_error error = {0};
    const struct provision_ready ready = {.directory = chip,
                                          .vendor = vendor,
                                          .rom = guest->options->rom,
                                          .firmware = guest->options->firmware,
                                          .hosted = guest->options->board.hosted != NULL,
                                          .quiet = guest->options->quiet};
    return (board_path(vendor, guest->chip, PROVISION_VENDOR_DIRECTORY) &&
            provision_make_ready(&ready, &error)) ||
           travel_fail(outcome, "%s: %s", chip, error.text);
}

bool migrate_prepare(struct move *move, struct travel_outcome *outcome)
{
    struct guest *from = move->from;
    struct guest *to = move->to;
    struct sev_session session;
    uint32_t policy = 0;
    const int64_t started = deadline_now_us();
    if (!guest_power_on(to) ||
        !controller_open(&to->controller, &to->board.memory, to->board.dram_file.descriptor,
                         to->options->image.memory)) {
        return travel_fail(outcome, "the other board does not start");
    }
    to->image.entry = from->image.entry;
    if (!machine_start(to, true)) {
        return travel_fail(outcome, "the other machine does not start");
    }
    progress_step(move->progress, "ready", deadline_now_us() - started,
                  "the other board, and the other machine");
    int result = sev_start_send(&from->board, from->handle, &to->identity, &session, &policy);
    if (result != SEV_STATUS_SUCCESS) {
        return travel_fail(outcome, "SEND_START: %s", sev_result_text(result));
    }
    result = sev_start_receive(&to->board, policy, &from->identity.pdh, &session, &to->handle);
    if (result != SEV_STATUS_SUCCESS) {
        return travel_fail(outcome, "RECEIVE_START: %s", sev_result_text(result));
    }
    to->launched = true;
    to->policy = policy;
    struct sev_activate activate = {.handle = to->handle, .asid = to->asid};
    result = sev_activate(&to->board, &activate);
    return result == SEV_STATUS_SUCCESS ||
           travel_fail(outcome, "ACTIVATE: %s", sev_result_text(result));
}
