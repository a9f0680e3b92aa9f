/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Linux guest wakes up from a file.
 */
#include <stdio.h>
#include <string.h>

#include "host/demo/demo.h"
#include "host/lib/deadline.h"
#include "host/lib/snapshot.h"
#include "host/linux/beside.h"
#include "host/linux/guest_report.h"
#include "host/linux/snapshot.h"
#include "host/linux/snapshot_internal.h"
#include "host/provision/provision.h"

/* RECEIVE_START, ACTIVATE, all packets, RECEIVE_FINISH. */
static int receive(struct guest *guest, struct snapshot *snapshot)
{
    struct sev_sent_packet packet;
    uint64_t offset = 0;
    int result = sev_start_receive(&guest->board, snapshot->header.policy, &snapshot->header.pdh,
                                   &snapshot->header.session, &guest->handle);
    if (result != SEV_STATUS_SUCCESS) {
        return result;
    }
    guest->launched = true;
    guest->policy = snapshot->header.policy;
    struct sev_activate activate = {.handle = guest->handle, .asid = guest->asid};
    struct sev_handle finish = {.handle = guest->handle};
    result = sev_activate(&guest->board, &activate);
    for (uint32_t i = 0; i < snapshot->header.packets && result == SEV_STATUS_SUCCESS; i++) {
        result = MAILBOX_ERROR;
        if (snapshot_read(snapshot, &packet, &offset) &&
            controller_holds(&guest->controller, snapshot_paddr(offset), packet.length)) {
            result = sev_receive(&guest->board, guest->handle, snapshot_paddr(offset), &packet);
        }
    }
    return result == SEV_STATUS_SUCCESS ? sev_receive_finish(&guest->board, &finish) : result;
}

static bool load_machine(struct guest *guest, const char *path)
{
    FILE *file = beside_open(path, &beside_machine);
    const bool done =
        file != NULL && machine_start(guest, true) && travel_load_machine(guest, fileno(file));
    if (file != NULL) {
        (void)fclose(file);
    }
    return done || demo_fail("restore", "%s.machine: it is not the state of such a machine", path);
}

/* Before the firmware has anything to do with it. */
static bool suits_machine(const struct guest *guest, const struct sev_session *session,
                          const char *path)
{
    struct travel_outcome outcome = {.text = ""};
    FILE *file = snapshot_open_shared(guest, session, path, &outcome);
    if (file == NULL) {
        return demo_fail("restore", "%s.shared: %s", path, outcome.text);
    }
    (void)fclose(file);
    return true;
}

#define SHOWN_ID_BYTES 8u /* of a chip's; they are random */

static bool is_for_chip(struct guest *guest, const struct snapshot_header *header)
{
    uint8_t id[SEV_CHIP_ID_BYTES];
    char made_for[2 * SHOWN_ID_BYTES + 1];
    char here[2 * SHOWN_ID_BYTES + 1];
    const int result = sev_read_chip_id(&guest->board, id);
    if (result != SEV_STATUS_SUCCESS) {
        return demo_fail("restore", "GET_ID: %s", sev_result_text(result));
    }
    provision_hex(header->chip_id, SHOWN_ID_BYTES, made_for);
    provision_hex(id, SHOWN_ID_BYTES, here);
    return memcmp(id, header->chip_id, sizeof id) == 0 ||
           demo_fail("restore", "it was made for chip %s..., this is %s...", made_for, here);
}

bool snapshot_restore(struct guest *guest, const char *path)
{
    struct snapshot snapshot;
    const int64_t started = deadline_now_us();
    guest_report_part(guest, "A guest wakes up");
    if (!snapshot_open(&snapshot, path)) {
        snapshot_close(&snapshot);
        return demo_fail("restore", "%s", snapshot.message);
    }
    if (snapshot.header.image_bytes != guest->options->image.memory) {
        snapshot_close(&snapshot);
        return demo_fail("restore", "it has %llu MiB of memory: --memory must say so",
                         (unsigned long long)(snapshot.header.image_bytes / MAP_MIB));
    }
    const struct sev_session *session = &snapshot.header.session;
    if (!suits_machine(guest, session, path) || !is_for_chip(guest, &snapshot.header)) {
        snapshot_close(&snapshot);
        return false;
    }
    const uint32_t packets = snapshot.header.packets;
    const int result = receive(guest, &snapshot);
    snapshot_close(&snapshot);
    if (!demo_command("RECEIVE", started, result, "guest %u: %u packets", guest->handle, packets)) {
        return false;
    }
    struct travel_outcome outcome = {.text = ""};
    if (!snapshot_read_shared(guest, session, path, &outcome)) {
        return demo_fail("restore", "%s.shared: %s", path, outcome.text);
    }
    if (!controller_enter(&guest->controller, guest->asid)) {
        return demo_fail("decrypt", "%s", guest->controller.message);
    }
    guest_report_look(guest, GUEST_REPORT_ENTERED);
    return load_machine(guest, path);
}
