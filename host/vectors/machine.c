/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chip that follows from a seed (machine.h): its files, and its board from start to stop.
 */
#include "host/vectors/machine.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "host/lib/runner.h"
#include "host/provision/factory_options.h"
#include "host/vectors/guests.h"

#define MEMORY_MIB 64u

static bool write_file(const struct vectors_machine *machine, const char *name, const void *bytes,
                       size_t length, struct provision_error *error)
{
    const struct provision_extent extent = {.data = bytes, .length = length};
    struct provision_path path = {0};
    return provision_path_join(machine->directory, name, &path, error) &&
           provision_file_write(path.text, &extent, 1, length, PROVISION_MODE_SECRET, error);
}

/* No image is loaded, so that no key must have signed one: the hash of the firmware's root is 0. */
static bool write_fuses(const struct vectors_machine *machine, struct provision_error *error)
{
    static const uint8_t no_root[IMAGE_HASH_BYTES];
    struct fuses fuses;
    const bool ok = provision_make_fuses(machine->server->chip_secret, no_root, machine->ark_hash,
                                         0, (uint32_t)machine->server->product->id,
                                         machine->report_version, &fuses, error) &&
                    write_file(machine, PROVISION_FUSES_FILE, &fuses, sizeof fuses, error);
    OPENSSL_cleanse(&fuses, sizeof fuses);
    return ok;
}

static bool write_storage(const struct vectors_machine *machine, struct provision_error *error)
{
    uint8_t *blank = malloc(PROVISION_BLANK_BYTES);
    if (blank == NULL) {
        return provision_fail(error, "no memory for a flash bank");
    }
    memset(blank, PROVISION_BLANK_BYTE, PROVISION_BLANK_BYTES);
    const bool ok =
        write_file(machine, PROVISION_STORAGE_FILE, blank, PROVISION_BLANK_BYTES, error);
    free(blank);
    return ok;
}

bool vectors_machine_reports(const struct vectors_machine *machine,
                             struct snp_report reports[VECTORS_REPORTS],
                             struct provision_error *error)
{
    struct board_options options = board_default_options;
    struct board board = BOARD_CLOSED;
    options.directory = machine->directory;
    options.memory_mib = MEMORY_MIB;
    options.hosted = machine->hosted;
    options.entropy_seed = machine->entropy_seed;
    options.cancel = machine->cancel;
    if (!write_fuses(machine, error) || !write_storage(machine, error)) {
        return false;
    }
    if (board_start(&board, &options) != BOARD_OK) {
        return provision_fail(error, "the firmware does not start: %s", board.message);
    }
    board.mailbox.cancel = machine->cancel;
    const bool made = vectors_guests_report(machine, &board, reports, error);
    return (board_stop(&board) == BOARD_OK ||
            (made && provision_fail(error, "the firmware does not stop: %s", board.message))) &&
           made;
}
