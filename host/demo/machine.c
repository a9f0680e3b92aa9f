/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One of several machines of a demonstration.
 */
#include "host/demo/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/demo/demo.h"
#include "host/demo/show.h"
#include "host/lib/deadline.h"
#include "host/provision/factory.h"
#include "host/provision/files.h"
#include "host/provision/provision.h"

/* Reads a file of the key distribution service that has at most MAXIMUM bytes; @return its length */
static size_t fetch(const char *directory, const char *name, void *buffer, size_t maximum,
                    char reason[BOARD_MESSAGE_BYTES])
{
    char path[PATH_MAX];
    struct provision_bytes bytes = {0};
    struct provision_error error = {0};
    size_t length = 0;
    if (!board_path(path, directory, name)) {
        (void)snprintf(reason, BOARD_MESSAGE_BYTES, "%s: name too long", name);
    } else if (!provision_file_read(path, maximum, false, &bytes, &error)) {
        (void)snprintf(reason, BOARD_MESSAGE_BYTES, "%.*s", BOARD_MESSAGE_BYTES - 1, error.text);
    } else {
        length = bytes.length;
        memcpy(buffer, bytes.data, length);
    }
    provision_bytes_free(&bytes);
    return length;
}

bool machine_identify(struct board *board, const char *directory, struct sev_target *identity,
                      char reason[BOARD_MESSAGE_BYTES])
{
    char id[2 * SEV_CHIP_ID_BYTES + 1];
    char name[sizeof id + sizeof PROVISION_KDS_CEK_DIRECTORY + 1];
    uint8_t chip_id[SEV_CHIP_ID_BYTES];
    struct sev_certificate cek;
    int result = sev_export_certificates(board, &identity->pdh, &identity->chain);
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_read_chip_id(board, chip_id);
    }
    if (result != SEV_STATUS_SUCCESS) {
        (void)snprintf(reason, BOARD_MESSAGE_BYTES, "%s", sev_result_text(result));
        return false;
    }
    provision_hex(chip_id, sizeof chip_id, id);
    (void)snprintf(name, sizeof name, PROVISION_KDS_CEK_DIRECTORY "/%s", id);
    if (fetch(directory, name, &cek, sizeof cek, reason) != sizeof cek ||
        memcmp(&cek, &identity->chain.cek, SEV_CERTIFICATE_SIGNED_BYTES) != 0) {
        (void)snprintf(reason + strlen(reason), BOARD_MESSAGE_BYTES - strlen(reason),
                       "; there is no certificate of this chip's CEK");
        return false;
    }
    identity->chain.cek = cek;
    identity->amd_length = (uint32_t)fetch(directory, PROVISION_KDS_DIRECTORY "/ask_ark.cert",
                                           identity->amd, sizeof identity->amd, reason);
    return identity->amd_length != 0;
}

bool machine_power_on(struct machine *machine, const struct board_options *options)
{
    struct board_options own = *options;
    own.directory = machine->directory;
    own.daemon = false;
    int64_t started = deadline_now_us();
    machine->start = board_start(&machine->board, &own);
    if (machine->start != BOARD_OK) {
        return demo_fail("start board", "%s: %s", machine->name, machine->board.message);
    }
    machine->board.mailbox.cancel = own.cancel;
    show_step("start board", "ok", deadline_now_us() - started, "%s: %s", machine->name,
              machine->directory);
    return true;
}

bool machine_prepare(struct machine *machine)
{
    char reason[BOARD_MESSAGE_BYTES] = "";
    int64_t started = deadline_now_us();
    int result = tenant_init_platform(&machine->board, true);
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_platform_status(&machine->board, &machine->status);
    }
    if (!demo_command("INIT, DF_FLUSH", started, result, "%s: API %u.%u, SEV-ES is on",
                      machine->name, machine->status.api_major, machine->status.api_minor)) {
        return false;
    }
    started = deadline_now_us();
    if (!machine_identify(&machine->board, machine->directory, &machine->identity, reason)) {
        return demo_fail("PDH_CERT_EXPORT", "%s: %s", machine->name, reason);
    }
    show_step("PDH_CERT_EXPORT", "SUCCESS", deadline_now_us() - started,
              "%s: PDH, PEK, OCA, and the CEK as the ASK signed it", machine->name);
    return true;
}

bool machine_power_off(struct machine *machine)
{
    if (machine->board.mailbox_file.bytes == NULL) {
        return true;
    }
    int64_t started = deadline_now_us();
    if (board_stop(&machine->board) != BOARD_OK) {
        return demo_fail("power off", "%s: %s", machine->name, machine->board.message);
    }
    show_step("power off", "ok", deadline_now_us() - started, "%s", machine->name);
    return true;
}

int machine_end(struct machine *machine, int result)
{
    const bool off = machine_power_off(machine);
    if (machine->start != BOARD_OK) {
        return (int)machine->start;
    }
    return off ? result : BOARD_FAILED;
}
