/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hypervisor's part in the launch of a Linux guest: the board, its commands, and the guest's end.
 */
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/demo/demo.h"
#include "host/demo/machine.h"
#include "host/demo/show.h"
#include "host/lib/deadline.h"
#include "host/lib/fabric.h"
#include "host/linux/attack.h"
#include "host/linux/guest_report.h"

#define FAREWELL_MS 10000 /* for a command, once this program is to end */
#define HOST_MIB 256u     /* for the host's own buffers, behind the guest's memory */

/*
 * The machine's memory: the guest's, then the host's. The fabric has half of it below 4 GiB, at most
 * 2 GiB: as much as QEMU is told to have there of the guest's.
 */
static uint32_t machine_mib(uint64_t guest_bytes)
{
    const uint32_t mib = (uint32_t)(guest_bytes / MAP_MIB);
    const uint32_t least = (uint32_t)(2 * MAP_LOW_MAX / MAP_MIB);
    if (guest_bytes <= MAP_LOW_MAX) {
        return 2 * mib;
    }
    return mib + HOST_MIB > least ? mib + HOST_MIB : least;
}

/* Keeps what commands point to out of the guest's memory. */
static bool place_buffers(struct guest *guest)
{
    struct dram *dram = &guest->board.dram;
    const uint64_t memory = guest->options->image.memory;
    const uint64_t high = memory - map_low_bytes(memory);
    if (high != 0 && dram_allocate(dram, 1, high, 0) == 0) {
        return false;
    }
    guest->board.command_paddr = dram_allocate(dram, 1, DRAM_PAGE_BYTES, 0);
    guest->board.scratch_paddr = dram_allocate(dram, 1, BOARD_SCRATCH_BYTES, 0);
    return guest->board.command_paddr != 0 && guest->board.scratch_paddr != 0;
}

static bool flush(struct guest *guest)
{
    fabric_report_wbinvd_all(guest->board.fabric_file.bytes);
    const int64_t started = deadline_now_us();
    const int result = sev_df_flush(&guest->board);
    return demo_command("DF_FLUSH", started, result, "after WBINVD on all cores");
}

bool guest_power_on(struct guest *guest)
{
    char reason[BOARD_MESSAGE_BYTES] = "";
    struct board_options options = guest->options->board;
    struct sev_init init = {0};
    options.directory = guest->chip;
    options.daemon = false;
    options.memory_mib = machine_mib(guest->options->image.memory);
    options.fabric_options.c_bit = guest->options->image.c_bit;
    int64_t started = deadline_now_us();
    if (board_start(&guest->board, &options) != BOARD_OK) {
        return demo_fail("start board", "%s", guest->board.message);
    }
    guest->board.mailbox.cancel = options.cancel;
    guest_report_listen(guest);
    show_step("start board", "ok", deadline_now_us() - started, "%s", options.directory);
    if (!place_buffers(guest)) {
        return demo_fail("memory", "the board has too little");
    }
    started = deadline_now_us();
    int result = sev_init(&guest->board, &init);
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_platform_status(&guest->board, &guest->status);
    }
    if (!demo_command("INIT", started, result, "API %u.%u build %u", guest->status.api_major,
                      guest->status.api_minor, guest->status.build) ||
        !flush(guest)) {
        return false;
    }
    const struct fabric_config *machine = fabric_configuration(guest->board.fabric_file.bytes);
    guest->asid = machine != NULL ? machine->min_sev_asid : 1;
    if (!machine_identify(&guest->board, options.directory, &guest->identity, reason)) {
        return demo_fail("PDH_CERT_EXPORT", "%s", reason);
    }
    return true;
}

/* All of it, as plaintext. */
static bool load(struct guest *guest)
{
    for (size_t i = 0; i < guest->image.count; i++) {
        const struct image_piece *piece = &guest->image.pieces[i];
        uint8_t *memory = dram_pointer(&guest->board.dram, piece->paddr, piece->length);
        if (memory == NULL) {
            return demo_fail("load", "%s: no memory at %#llx", piece->name,
                             (unsigned long long)piece->paddr);
        }
        memcpy(memory, piece->bytes, piece->length);
        attack_loaded(guest, piece->paddr, piece->length, memory);
    }
    guest_report_look(guest, GUEST_REPORT_LOADED);
    return true;
}

static bool launch_piece(struct guest *guest, const struct image_piece *piece)
{
    const int64_t started = deadline_now_us();
    const int result = sev_launch_memory(&guest->board, guest->handle, piece->paddr, piece->length);
    return demo_command("LAUNCH_UPDATE_DATA", started, result, "%9llu bytes at %#10llx: %s",
                        (unsigned long long)piece->length, (unsigned long long)piece->paddr,
                        piece->name);
}

static bool launch_start(struct guest *guest)
{
    struct sev_certificate certificate;
    struct sev_session session;
    if (!owner_part_begin(guest, &certificate, &session)) {
        return false;
    }
    int64_t started = deadline_now_us();
    int result =
        sev_start_launch(&guest->board, guest->policy, &certificate, &session, &guest->handle);
    if (!demo_command("LAUNCH_START", started, result, "guest %u, policy %08x", guest->handle,
                      guest->policy)) {
        return false;
    }
    guest->launched = true;
    struct sev_activate activate = {.handle = guest->handle, .asid = guest->asid};
    started = deadline_now_us();
    result = sev_activate(&guest->board, &activate);
    return demo_command("ACTIVATE", started, result, "ASID %u", guest->asid);
}

bool guest_launch(struct guest *guest)
{
    struct sev_measurement measurement;
    if (!image_make(&guest->image, &guest->options->image)) {
        return demo_fail("load", "%s", guest->image.message);
    }
    if (!launch_start(guest) || !load(guest)) {
        return false;
    }
    for (size_t i = 0; i < guest->image.count; i++) {
        if (!launch_piece(guest, &guest->image.pieces[i])) {
            return false;
        }
    }
    int64_t started = deadline_now_us();
    int result = sev_measure_launch(&guest->board, guest->handle, &measurement);
    if (!demo_command("LAUNCH_MEASURE", started, result, "%02x%02x%02x%02x...",
                      measurement.measure[0], measurement.measure[1], measurement.measure[2],
                      measurement.measure[3]) ||
        !owner_part_measured(guest, &measurement)) {
        return false;
    }
    struct sev_handle finish = {.handle = guest->handle};
    started = deadline_now_us();
    result = sev_launch_finish(&guest->board, &finish);
    return demo_command("LAUNCH_FINISH", started, result, "the guest may run") &&
           owner_part_attest(guest);
}

/* A board that has ended needs no farewell. */
static bool end_guest(struct guest *guest)
{
    struct sev_handle handle = {.handle = guest->handle};
    int64_t started = deadline_now_us();
    int result = sev_deactivate(&guest->board, &handle);
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_decommission(&guest->board, &handle);
    }
    guest->launched = false;
    return demo_command("DECOMMISSION", started, result, "the guest is gone, its key forgotten") &&
           flush(guest);
}

bool guest_power_off(struct guest *guest)
{
    if (guest->board.mailbox_file.bytes == NULL) {
        return true;
    }
    guest->board.mailbox.cancel = NULL;
    if (guest_is_cancelled(guest)) {
        guest->board.timeout_ms = FAREWELL_MS;
    }
    const bool alive = !board_wait_end(&guest->board, 0);
    bool done = !guest->launched || (alive && end_guest(guest));
    const int64_t started = deadline_now_us();
    if (board_stop(&guest->board) != BOARD_OK) {
        return demo_fail("power off", "%s", guest->board.message);
    }
    if (alive) {
        show_step("power off", "ok", deadline_now_us() - started, "%s", "");
    }
    return done;
}

struct guest *guest_new(const struct guest_options *options, const char *chip)
{
    struct guest *guest = calloc(1, sizeof *guest);
    if (guest != NULL) {
        guest->options = options;
        guest->board = (struct board)BOARD_CLOSED;
        guest->controller = (struct controller)CONTROLLER_CLOSED;
        guest->monitor.socket = -1;
        guest->monitor.cancel = options->board.cancel;
        guest->console = -1;
        guest->console_input = -1;
        (void)snprintf(guest->chip, sizeof guest->chip, "%s", chip);
    }
    return guest;
}

bool guest_end(struct guest *guest)
{
    machine_kill(guest);
    const bool done = guest_power_off(guest);
    controller_close(&guest->controller);
    owner_close(&guest->owner);
    image_free(&guest->image);
    OPENSSL_cleanse(guest->secret,
                    sizeof guest->secret); /* its owner may have refused to give it */
    free(guest);
    return done;
}
