/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtasp demo: the demonstrations, by name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/cmd/commands.h"
#include "host/cmd/interrupt.h"
#include "host/cmd/report.h"
#include "host/demo/demo.h"
#include "host/lib/board_path.h"
#include "host/lib/build_paths.h"
#include "host/provision/factory_options.h"
#include "host/provision/ready.h"

static const char help[] =
    "NAME\n"
    "    virtasp demo - show what the firmware does, step by step\n"
    "\n"
    "SYNOPSIS\n"
    "    virtasp demo [launch] [OPTION...]\n"
    "    virtasp demo migrate [OPTION...]\n"
    "    virtasp demo snapshot [OPTION...]\n"
    "    virtasp demo snp [OPTION...]\n"
    "    virtasp demo snp-migrate [OPTION...]\n"
    "\n"
    "DESCRIPTION\n"
    "    Starts a board, making the chip first if there is none, and launches a guest on it: as "
    "the\n"
    "    hypervisor, which drives the firmware, and as the guest's owner, who verifies "
    "certificates\n"
    "    and measurement with OpenSSL and sends a secret. Then shows that memory holds "
    "ciphertext,\n"
    "    which only the guest's key reads. Each line is a step with its outcome and duration. On "
    "a\n"
    "    chip with SEV-SNP, snp follows, unless --keep is given.\n"
    "\n"
    "    migrate: two machines, whose chips have one vendor. Two guests, one with SEV-ES, move "
    "from\n"
    "    the first to the second; then an attacker flips bits of all that crosses the wire.\n"
    "\n"
    "    snapshot: a guest is sent to its own platform's key, into a file; the board is "
    "restarted,\n"
    "    and the guest received from the file.\n"
    "\n"
    "    snp: a guest with SEV-SNP is launched, asks for a report, which its owner verifies up to "
    "the\n"
    "    root, derives keys, has a page swapped out and in, and is attacked in its memory, its "
    "swapped\n"
    "    pages, its messages and its context.\n"
    "\n"
    "    snp-migrate: a guest with SEV-SNP moves from one machine to another: migration agents "
    "carry\n"
    "    its context, the hosts its swapped pages.\n"
    "\n"
    "    SIGINT, SIGTERM and SIGHUP end it after the step that runs; its boards end with it, and\n"
    "    it fails (1).\n"
    "\n"
    "OPTIONS\n"
    "    --guest FILE        what to launch ($GUEST, else Debian's OVMF; with SEV-SNP one with "
    "SNP\n"
    "                        metadata, if there is one)\n"
    "    --chip DIR          the chip ($BUILD/chip, else build/chip, or ./chip where there is no\n"
    "                        build/board)\n"
    "    --chip-b DIR        migrate, snp-migrate: the second chip ($BUILD/chip-b, else "
    "build/chip-b)\n"
    "    --packet BYTES      migrate, snapshot: size of a packet, at most 16384 (16384)\n"
    "    --snapshot FILE     snapshot: the file (guest.snapshot in the chip's directory)\n"
    "    --rom FILE          boot ROM for the chip's flash ($BUILD/board/rom.bin, or the one that\n"
    "                        is installed)\n"
    "    --firmware FILE     firmware for the chip's flash ($BUILD/board/firmware.bin, likewise)\n"
    "    --memory MIB        x86 memory (256)\n"
    "    --tsme              encrypt all of memory with the host's key, guests' excepted\n"
    "    --cpu MODEL         CPU of the board (max)\n"
    "    --qemu PATH         the emulator ($QEMU, else qemu-system-arm)\n"
    "    --hosted PATH       run the firmware as this Linux process, instead of QEMU\n"
    "    --keep              launch: leave board and guest running\n"
    "    -h, --help          show this text\n"
    "    -V, --version       print the version\n"
    "\n" REPORT_EXIT_STATUS REPORT_EXIT_START "\n"
    "EXAMPLES\n"
    "    virtasp demo\n"
    "    virtasp demo migrate --packet 4096\n"
    "    virtasp demo --guest bzImage --chip chip --keep\n";

static const struct {
    const char *name;
    int (*run)(const struct demo_options *options);
    bool two_chips;
} demos[] = {
    {"launch", demo_launch, false},          {"migrate", demo_migrate, true},
    {"snapshot", demo_snapshot, false},      {"snp", demo_snp, false},
    {"snp-migrate", demo_snp_migrate, true},
};

#define DEMOS (sizeof demos / sizeof demos[0])

static const char *const guests[] = {
    "/usr/share/OVMF/OVMF_CODE_4M.fd",
    "/usr/share/OVMF/OVMF_CODE.fd",
    NULL,
};

/* Those first that have SNP metadata in some release of Debian. */
static const char *const snp_guests[] = {
    "/usr/share/ovmf/OVMF.amdsev.fd",
    "/usr/share/ovmf/OVMF.fd",
    "/usr/share/OVMF/OVMF_CODE_4M.fd",
    NULL,
};

/* @return the first of some files that is there; the last when there is none */
static const char *find_guest(const char *const *files)
{
    while (files[1] != NULL && access(files[0], R_OK) != 0) {
        files++;
    }
    return files[0];
}

/* What the user wants to launch, by option or variable, is launched in either way. */
static void choose_guests(struct demo_options *options)
{
    const char *variable = getenv("GUEST");
    if (options->guest == NULL && variable != NULL && *variable != '\0') {
        options->guest = variable;
    }
    options->snp_guest = options->guest != NULL ? options->guest : find_guest(snp_guests);
    options->guest = options->guest != NULL ? options->guest : find_guest(guests);
}

/* The second chip has the first one's vendor: both trust the same root. */
static bool make_chips(const struct demo_options *options, bool two_chips, const char *rom,
                       const char *firmware, struct provision_error *error)
{
    char vendor[PATH_MAX];
    struct provision_ready chip = {.directory = options->board.directory,
                                   .rom = rom,
                                   .firmware = firmware,
                                   .hosted = options->board.hosted != NULL};
    bool good = provision_make_ready(&chip, error);
    if (good && two_chips) {
        chip.directory = options->second_chip;
        chip.vendor = vendor;
        good = (board_path(vendor, options->board.directory, PROVISION_VENDOR_DIRECTORY) ||
                provision_fail(error, "%s: its name is too long", options->board.directory)) &&
               provision_make_ready(&chip, error);
    }
    return good;
}

/* @return index of the demonstration of that name, the first without a name, or how many there are */
static size_t find_demo(const char *name)
{
    size_t i = 0;
    while (i < DEMOS && name != NULL && strcmp(name, demos[i].name) != 0) {
        i++;
    }
    return i;
}

int command_demo(int argc, char **argv)
{
    struct build_paths paths;
    struct demo_options options = {.board = board_default_options,
                                   .second_chip = paths.second_chip,
                                   .packet_bytes = SEV_PACKET_MAX};
    struct provision_error error = {0};
    const char *name = NULL;
    const char *rom = paths.rom;
    const char *firmware = paths.firmware;
    enum provision_request request;
    bool tsme = false;
    bool memory_given = false;
    options.board.directory = paths.chip;
    const struct provision_option table[] = {
        {"guest", &options.guest, NULL, NULL},
        {"chip", &options.board.directory, NULL, NULL},
        {"chip-b", &options.second_chip, NULL, NULL},
        {"packet", NULL, &options.packet_bytes, NULL},
        {"snapshot", &options.snapshot, NULL, NULL},
        {"rom", &rom, NULL, NULL},
        {"firmware", &firmware, NULL, NULL},
        {"memory", NULL, &options.board.memory_mib, &memory_given},
        {"tsme", NULL, NULL, &tsme},
        {"cpu", &options.board.cpu, NULL, NULL},
        {"qemu", &options.board.qemu, NULL, NULL},
        {"hosted", &options.board.hosted, NULL, NULL},
        {"keep", NULL, NULL, &options.keep},
    };
    if (!build_paths_find(&paths)) {
        (void)provision_fail(&error, "$BUILD is too long");
        return provision_failure(argv[0], &error);
    }
    if (!provision_parse(argc, argv, table, sizeof table / sizeof table[0], &name, &request,
                         &error)) {
        return provision_usage_error(argv[0], &error);
    }
    if (request != PROVISION_RUN) {
        return provision_answer(request, help);
    }
    if (memory_given && options.board.memory_mib == 0) {
        (void)provision_fail(&error, "--memory wants an even number of MiB, 4 or more");
        return provision_usage_error(argv[0], &error);
    }
    options.board.fabric_options.flags |= tsme ? FABRIC_FLAG_TSME : 0;
    const size_t demo = find_demo(name);
    if (demo == DEMOS) {
        (void)provision_fail(&error, "there is no demonstration '%s'", name);
        return provision_usage_error(argv[0], &error);
    }
    if (options.packet_bytes == 0 || options.packet_bytes > SEV_PACKET_MAX ||
        options.packet_bytes % SEV_BLOCK_BYTES != 0) {
        (void)provision_fail(&error, "a packet has a multiple of 16 bytes, at most 16384");
        return provision_usage_error(argv[0], &error);
    }
    choose_guests(&options);
    options.board.cancel = interrupt_catch();
    if (!make_chips(&options, demos[demo].two_chips, rom, firmware, &error)) {
        return provision_failure(argv[0], &error);
    }
    return demos[demo].run(&options);
}
