/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtasp exec: runs a program that sees a board as /dev/sev and /dev/sev-guest.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/cmd/commands.h"
#include "host/cmd/exec_options.h"
#include "host/exec/filter.h"
#include "host/exec/memory.h"
#include "host/exec/supervise.h"
#include "host/lib/fabric.h"
#include "host/lib/status.h"
#include "host/provision/arguments.h"

static const char help[] =
    "NAME\n"
    "    virtasp exec - run a program that sees the board as /dev/sev and /dev/sev-guest\n"
    "\n"
    "SYNOPSIS\n"
    "    virtasp exec DIR [OPTION...] -- PROGRAM [ARGUMENT...]\n"
    "    virtasp exec DIR [OPTION...] --measure\n"
    "\n"
    "DESCRIPTION\n"
    "    Runs PROGRAM, and all that it starts, with the devices that Linux has on a machine with\n"
    "    SEV, in memory of the board of the chip in DIR: /dev/sev as its ccp driver serves it, "
    "and\n"
    "    as in a guest of SEV-SNP, /dev/sev-guest and configfs-tsm (/sys/kernel/config/tsm). The\n"
    "    programs need not be changed or linked with anything, and nobody needs privileges.\n"
    "\n"
    "    The guest is launched on the board before PROGRAM and ended after it. The environment\n"
    "    variable VIRTASP_MEASUREMENT has its launch digest. On a chip without SEV-SNP there is\n"
    "    none, and no /dev/sev-guest.\n"
    "\n"
    "    x86 memory is used as an operating system would, from 1 MiB on. Other clients can use\n"
    "    the board's mailbox meanwhile. No process that PROGRAM starts can gain privileges (sudo\n"
    "    and the like do not work), and what it leaves running is ended.\n"
    "\n"
    "OPTIONS\n"
    "    --no-guest          launch no guest, and leave SEV-SNP as it is: /dev/sev alone\n"
    "    --image FILE        firmware of the guest, as for OVMF: its last byte is at 4 GiB - 1, "
    "and\n"
    "                        special pages are where its SNP metadata wants them (a page with a\n"
    "                        text)\n"
    "    --policy N          of the guest (0x30000); bit 17 must be set, bits 26 to 31 clear\n"
    "    --vmpl N            VMPL of the guest's operating system, 0 to 3: whose key it has (0)\n"
    "    --host-data HEX     32 bytes for HOST_DATA (zeros)\n"
    "    --id-block FILE     the owner's ID block, 96 bytes or base64\n"
    "    --id-auth FILE      its authentication, 4096 bytes or base64\n"
    "    --author-key        the latter has an author key\n"
    "    --certs FILE        table of certificates for extended reports, as a hypervisor has it\n"
    "                        (ARK, ASK and VCEK of the chip's key server)\n"
    "    --no-certs          an empty one\n"
    "    --measure           run nothing: print the guest's launch digest. Needs no board\n"
    "    -h, --help          show this text\n"
    "    -V, --version       print the version\n"
    "\n"
    "EXIT STATUS\n"
    "    that of PROGRAM (0 with --measure); 128 and the number of the signal that ended it; or\n"
    "    2    wrong usage\n"
    "    125  it could not be run: no board, no guest, or a kernel without what is needed; the\n"
    "         reason is on standard error\n"
    "    126  it cannot be executed\n"
    "    127  it cannot be found\n"
    "\n"
    "EXAMPLES\n"
    "    virtasp exec chip -- snphost commit\n"
    "    virtasp exec chip --host-data $(sha256sum <data | cut -c1-64) -- snpguest report r.bin "
    "q.bin\n";

static int fail(const struct provision_error *error)
{
    (void)fprintf(stderr, "virtasp exec: %s\n", error->text);
    return EXEC_STATUS_FAILED;
}

static int fail_board(const struct board *board)
{
    (void)fprintf(stderr, "virtasp exec: %s\n", board->message);
    return EXEC_STATUS_FAILED;
}

static void write_digest(const uint8_t digest[SNP_DIGEST_BYTES],
                         char text[2 * SNP_DIGEST_BYTES + 1])
{
    for (size_t i = 0; i < SNP_DIGEST_BYTES; i++) {
        (void)snprintf(text + 2 * i, 3, "%02x", digest[i]);
    }
}

static int measure(const struct exec_settings *settings)
{
    static const struct fabric_options machine = FABRIC_DEFAULT_OPTIONS;
    struct provision_error error = {0};
    struct exec_guest guest;
    char text[2 * SNP_DIGEST_BYTES + 1];
    const bool good =
        exec_guest_prepare(&guest, settings->directory, &settings->guest, machine.c_bit, &error);
    write_digest(guest.measurement, text);
    exec_guest_free(&guest);
    if (!good) {
        return fail(&error);
    }
    return printf("%s\n", text) > 0 && fflush(stdout) == 0 ? PROVISION_EXIT_OK : EXEC_STATUS_FAILED;
}

/* The table of certificates: what the user has, or what the chip's key server has. */
static bool find_certificates(const struct exec_settings *settings, struct sev_guest *device,
                              struct provision_error *error)
{
    struct provision_error reason = {0};
    if (settings->certs != NULL) {
        return provision_file_read(settings->certs, PSP_SEV_BLOB_MAX, false, &device->certificates,
                                   error);
    }
    device->follows = !settings->no_certs;
    if (device->follows && !exec_sev_guest_follow(device, &reason)) {
        (void)fprintf(stderr, "virtasp exec: extended reports have no certificates: %s\n",
                      reason.text);
    }
    return true;
}

static bool run_with_guest(const struct exec_settings *settings, struct exec_machine *machine,
                           int *status, struct provision_error *error)
{
    const struct fabric_config *configuration =
        fabric_configuration(machine->board.fabric_file.bytes);
    struct exec_guest guest;
    struct sev_guest device = {.guest = &guest};
    char text[2 * SNP_DIGEST_BYTES + 1];
    const struct exec_run run = {.machine = machine,
                                 .guest = &device,
                                 .vmpl = settings->guest.vmpl,
                                 .arguments = settings->program};
    bool good = exec_guest_prepare(&guest, settings->directory, &settings->guest,
                                   configuration != NULL ? configuration->c_bit : 0, error) &&
                exec_guest_launch(&guest, machine, &settings->guest, error) &&
                find_certificates(settings, &device, error);
    write_digest(guest.measurement, text);
    good = good && (setenv("VIRTASP_MEASUREMENT", text, 1) == 0 ||
                    provision_fail_errno(error, "the environment"));
    good = good && exec_supervise(&run, status, error);
    if (!exec_guest_end(&guest)) {
        (void)fprintf(stderr, "virtasp exec: the guest could not be ended\n");
    }
    provision_bytes_free(&device.certificates);
    exec_guest_free(&guest);
    return good;
}

static int run(const struct exec_settings *settings)
{
    struct provision_error error = {0};
    struct exec_machine machine = {0};
    const struct exec_run alone = {.machine = &machine, .arguments = settings->program};
    int status = EXEC_STATUS_FAILED;
    if (!exec_filter_is_possible()) {
        (void)provision_fail_errno(
            &error, errno == EBUSY ? "this is run by 'virtasp exec', or the like, already"
                                   : "system calls of programs cannot be answered here (seccomp)");
        return fail(&error);
    }
    if (!exec_memory_is_reachable()) {
        (void)provision_fail_errno(&error, "the memory of programs cannot be read here (ptrace)");
        return fail(&error);
    }
    if (exec_machine_open(&machine, settings->directory) != BOARD_OK) {
        return fail_board(&machine.board);
    }
    if (settings->wants_guest && !exec_machine_has_snp(&machine)) {
        exec_machine_close(&machine);
        (void)provision_fail(&error, "the chip in %s has no SEV-SNP, and no guest of it",
                             settings->directory);
        return fail(&error);
    }
    const bool good = !settings->no_guest && exec_machine_has_snp(&machine)
                          ? run_with_guest(settings, &machine, &status, &error)
                          : exec_supervise(&alone, &status, &error);
    exec_machine_close(&machine);
    return good ? status : fail(&error);
}

int command_exec(int argc, char **argv)
{
    struct exec_settings settings;
    struct provision_error error = {0};
    enum provision_request request;
    if (!exec_settings_read(argc, argv, &settings, &request, &error)) {
        return provision_usage_error("exec", &error);
    }
    if (request != PROVISION_RUN) {
        return provision_answer(request, help);
    }
    if (!exec_settings_load(&settings, &error)) {
        return fail(&error);
    }
    return settings.measure ? measure(&settings) : run(&settings);
}
