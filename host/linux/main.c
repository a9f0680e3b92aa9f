/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtasp-linux-guest, which `virtasp run --kernel` is: a stock Linux as SEV guest in a stock QEMU.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "host/cmd/interrupt.h"
#include "host/demo/demo.h"
#include "host/demo/show.h"
#include "host/lib/build_paths.h"
#include "host/lib/deadline.h"
#include "host/lib/output_file.h"
#include "host/linux/attack.h"
#include "host/linux/forward.h"
#include "host/linux/guest_report.h"
#include "host/linux/input_files.h"
#include "host/linux/owner_digest.h"
#include "host/linux/qemu_version.h"
#include "host/linux/request_client.h"
#include "host/linux/snapshot.h"
#include "host/provision/arguments.h"
#include "host/provision/provision.h"
#include "host/provision/ready.h"

static const char help[] =
    "NAME\n"
    "    virtasp run --kernel - run a Linux of a distribution as SEV guest\n"
    "\n"
    "SYNOPSIS\n"
    "    virtasp run --kernel VMLINUZ [OPTION...]\n"
    "    virtasp run --kernel VMLINUZ [--initrd FILE] [--append TEXT] ... --digest\n"
    "    virtasp run --control SOCKET --request LINE\n"
    "\n"
    "DESCRIPTION\n"
    "    Starts a board, lets its firmware launch an unmodified kernel for its owner, and runs it "
    "in\n"
    "    an unmodified QEMU, whose memory holds ciphertext. The console is standard input and\n"
    "    output; at a terminal all keys go to the guest, but Ctrl-A x ends it, and Ctrl-A Ctrl-A\n"
    "    sends Ctrl-A. docs/linux-guest.md says what is emulated, and what is not.\n"
    "\n"
    "    With --digest the launch digest that the guest's owner must expect is printed, which "
    "takes\n"
    "    the files alone; docs/linux-launch.md says what is in it.\n"
    "\n"
    "    A guest with --control takes requests: pause, resume, sync, status, find TEXT,\n"
    "    flip ADDRESS, debug ADDRESS, snapshot FILE, migrate CHIP, quit.\n"
    "\n"
    "OPTIONS\n"
    "    --kernel FILE       bzImage with a 64-bit entry\n"
    "    --initrd FILE       initial file system\n"
    "    --append TEXT       command line (console=ttyS0)\n"
    "    --disk FILE         raw image, as virtio disk\n"
    "    --network           virtio network, by QEMU's user mode\n"
    "    --ssh PORT          127.0.0.1:PORT leads to the guest's port 22; implies --network\n"
    "    --memory MIB        guest memory, 256 to 4096 (512)\n"
    "    --vcpus N           virtual CPUs, 1 to 4 (1)\n"
    "    --c-bit N           position of the C-bit: 47 or 51 (51)\n"
    "    --policy NUMBER     guest policy (NODBG, NOKS, and this firmware's API)\n"
    "    --secret FILE       the owner's secret, at most 512 bytes (a passphrase is made up)\n"
    "    --period MS         time between passes of the memory controller (100)\n"
    "    --console FILE      write the console's output there; there is no input\n"
    "    --control SOCKET    take requests there\n"
    "    --request LINE      send a request to a guest that runs, and print its answer\n"
    "    --digest            print the expected launch digest, and run nothing\n"
    "    --restore FILE      go on with a guest from a snapshot, with the same options\n"
    "    --attack KIND       flip, replay or read the secret's page, or another one, whenever the\n"
    "                        console shows virtasp-attack [ADDRESS]; or load: a bit of the kernel "
    "is\n"
    "                        changed before it is launched\n"
    "    --report FILE       write a page of HTML on the run: memory over time, maps of it, "
    "measurement,\n"
    "                        certificates, commands\n"
    "    --qemu-x86 PATH     the machine's QEMU, 11.1 ($QEMU_X86, else qemu-system-x86_64)\n"
    "    --chip DIR          the chip ($BUILD/chip, else build/chip or ./chip); made if it is not "
    "there\n"
    "    --rom FILE          boot ROM for the chip's flash (as built, else as installed)\n"
    "    --firmware FILE     firmware for the chip's flash (as built, else as installed)\n"
    "    --qemu PATH         the board's emulator ($QEMU, else qemu-system-arm)\n"
    "    --hosted PATH       run the firmware as this Linux process, instead of QEMU\n"
    "    -h, --help          show this text\n"
    "    -V, --version       print the version\n"
    "\n"
    "EXIT STATUS\n"
    "    0  the guest has ended or sleeps, or the request is served\n"
    "    1  failed, or ended by a signal; the reason is on standard output or standard error\n"
    "    2  wrong usage\n"
    "    6  the board has ended, or nobody takes the request\n"
    "\n"
    "EXAMPLES\n"
    "    virtasp run --kernel /boot/vmlinuz --initrd initrd.img --append console=ttyS0\n"
    "    virtasp run --kernel vmlinuz --control /tmp/guest --vcpus 2 </dev/null &\n"
    "    virtasp run --control /tmp/guest --request pause\n";

/* What the command line says besides. */
struct settings {
    struct guest_options guest;
    const char *attack;
    const char *request;
    bool digest;
    const char *page; /* Where the report goes. */
    bool ssh_given;
    uint32_t memory_mib;
    struct build_paths paths;
    char append[4096];
};

static bool find_build(struct settings *settings)
{
    settings->guest.board.directory = settings->paths.chip;
    settings->guest.rom = settings->paths.rom;
    settings->guest.firmware = settings->paths.firmware;
    return build_paths_find(&settings->paths);
}

/* @return NULL, or what is wrong */
static const char *check(struct settings *settings)
{
    struct guest_options *guest = &settings->guest;
    struct image_options *image = &guest->image;
    if (image->kernel == NULL) {
        return "--kernel FILE is needed";
    }
    if (settings->memory_mib < MAP_MEMORY_MIN_MIB || settings->memory_mib > MAP_MEMORY_MAX_MIB ||
        settings->memory_mib % 2 != 0) {
        return "--memory wants an even number of MiB, 256 to 4096";
    }
    if (image->cpus < 1 || image->cpus > 4) {
        return "--vcpus wants 1 to 4";
    }
    if (image->c_bit != 47 && image->c_bit != 51) {
        return "--c-bit wants 47 or 51";
    }
    if ((guest->policy & SEV_POLICY_ES) != 0) {
        return "a guest with SEV-ES cannot run this way: its CPU's registers are QEMU's";
    }
    if (guest->period_ms == 0 || guest->period_ms > 60000) {
        return "--period wants 1 to 60000 milliseconds";
    }
    if (settings->page != NULL && strcmp(settings->page, "-") == 0) {
        return "--report wants a file, not '-': standard output has the steps (./- is a file)";
    }
    if (settings->ssh_given && (guest->ssh == 0 || guest->ssh > UINT16_MAX)) {
        return "--ssh wants a port, 1 to 65535";
    }
    if (settings->attack != NULL && !attack_find(settings->attack, &guest->attack)) {
        return "--attack wants flip, replay, read or load";
    }
    return NULL;
}

/* The machine has no ACPI tables. */
static bool complete(struct settings *settings)
{
    struct image_options *image = &settings->guest.image;
    const char *text = image->append != NULL ? image->append : "console=ttyS0";
    const bool told = strstr(text, "acpi=") != NULL;
    const int length =
        snprintf(settings->append, sizeof settings->append, "%s%s", text, told ? "" : " acpi=off");
    image->append = settings->append;
    image->memory = settings->memory_mib * MAP_MIB;
    settings->guest.network = settings->guest.network || settings->ssh_given;
    if (settings->guest.qemu_x86 == NULL) {
        const char *qemu = getenv("QEMU_X86");
        settings->guest.qemu_x86 = qemu != NULL && *qemu != '\0' ? qemu : "qemu-system-x86_64";
    }
    return length >= 0 && (size_t)length < sizeof settings->append;
}

static bool make_chip(const struct settings *settings, struct provision_error *error)
{
    const struct provision_ready chip = {.directory = settings->guest.board.directory,
                                         .rom = settings->guest.rom,
                                         .firmware = settings->guest.firmware,
                                         .hosted = settings->guest.board.hosted != NULL};
    return provision_make_ready(&chip, error);
}

static bool begin(struct guest *guest)
{
    const struct guest_options *options = guest->options;
    guest->started = deadline_now_us();
    guest_report_part(guest, "Power on");
    if (!guest_power_on(guest)) {
        return false;
    }
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

static int run(const struct guest_options *options)
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
    guest_report_conclude(guest, status);
    if (!guest_end(guest) && status == BOARD_OK) {
        status = BOARD_FAILED;
    }
    if (output != stdout && fclose(output) != 0) {
        status = BOARD_FAILED;
    }
    return status;
}

static bool print_digest(const struct image_options *image, struct provision_error *error)
{
    const struct owner_wish wish = owner_wish_of(image);
    uint8_t digest[SEV_LAUNCH_DIGEST_BYTES];
    char hex[2 * sizeof digest + 1];
    if (!owner_digest(&wish, digest, error)) {
        return false;
    }
    provision_hex(digest, sizeof digest, hex);
    return printf("%s\n", hex) > 0;
}

/* What is no kernel, or does not fit, makes no chip. A restored guest has been launched already. */
static bool can_launch(const struct guest_options *options, struct provision_error *error)
{
    struct image image;
    if (options->restore != NULL) {
        return true;
    }
    const bool fits =
        image_make(&image, &options->image) || provision_fail(error, "%s", image.message);
    image_free(&image);
    return fits;
}

/* Secrets of the owner and keys of guests are no matter for a core file. */
static void forbid_cores(void)
{
    const struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
}

/* Also behind an option that wants a value, as in `run --kernel --help`. */
static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "--help") == 0) {
            return true;
        }
    }
    return false;
}

int main(int argc, char **argv)
{
    static struct settings settings = {
        .memory_mib = GUEST_DEFAULT_MEMORY_MIB,
        .guest = {.image = {.cpus = 1, .c_bit = 51}, .period_ms = 100}};
    struct guest_options *guest = &settings.guest;
    struct provision_error error = {0};
    enum provision_request request;
    char name[] = "run --kernel";
    guest->board = board_default_options;
    const bool built = find_build(&settings);
    const struct provision_option table[] = {
        {"kernel", &guest->image.kernel, NULL, NULL},
        {"initrd", &guest->image.initrd, NULL, NULL},
        {"append", &guest->image.append, NULL, NULL},
        {"disk", &guest->disk, NULL, NULL},
        {"network", NULL, NULL, &guest->network},
        {"ssh", NULL, &guest->ssh, &settings.ssh_given},
        {"memory", NULL, &settings.memory_mib, NULL},
        {"vcpus", NULL, &guest->image.cpus, NULL},
        {"c-bit", NULL, &guest->image.c_bit, NULL},
        {"policy", NULL, &guest->policy, &guest->policy_given},
        {"secret", &guest->secret, NULL, NULL},
        {"period", NULL, &guest->period_ms, NULL},
        {"console", &guest->console, NULL, NULL},
        {"control", &guest->control, NULL, NULL},
        {"request", &settings.request, NULL, NULL},
        {"digest", NULL, NULL, &settings.digest},
        {"restore", &guest->restore, NULL, NULL},
        {"attack", &settings.attack, NULL, NULL},
        {"report", &settings.page, NULL, NULL},
        {"qemu-x86", &guest->qemu_x86, NULL, NULL},
        {"chip", &guest->board.directory, NULL, NULL},
        {"rom", &guest->rom, NULL, NULL},
        {"firmware", &guest->firmware, NULL, NULL},
        {"qemu", &guest->board.qemu, NULL, NULL},
        {"hosted", &guest->board.hosted, NULL, NULL},
    };
    argv[0] = name;
    forbid_cores();
    if (asks_for_help(argc, argv)) {
        return provision_answer(PROVISION_HELP, help);
    }
    if (!built) {
        (void)provision_fail(&error, "$BUILD is too long");
        return provision_failure(argv[0], &error);
    }
    if (!provision_parse(argc, argv, table, sizeof table / sizeof table[0], NULL, &request,
                         &error)) {
        return provision_usage_error(argv[0], &error);
    }
    if (request != PROVISION_RUN) {
        return provision_answer(request, help);
    }
    if (settings.request != NULL && guest->control != NULL && guest->image.kernel == NULL) {
        return request_send(guest->control, settings.request);
    }
    const char *wrong =
        settings.request != NULL ? "--request goes with --control alone" : check(&settings);
    if (wrong != NULL || !complete(&settings)) {
        (void)provision_fail(&error, "%s", wrong != NULL ? wrong : "--append is too long");
        return provision_usage_error(argv[0], &error);
    }
    if (settings.digest && (settings.page != NULL || guest->control != NULL)) {
        (void)provision_fail(&error, "--digest runs nothing: without --report and --control");
        return provision_usage_error(argv[0], &error);
    }
    if (settings.digest) {
        return print_digest(&guest->image, &error) ? BOARD_OK : provision_failure(argv[0], &error);
    }
    if ((guest->ssh != 0 && !forward_is_free((uint16_t)guest->ssh, &error)) ||
        !qemu_version_suits(guest->qemu_x86, &error) || !input_files_check(guest, &error) ||
        !guest_report_open(guest, settings.page, &error)) {
        return provision_failure(argv[0], &error);
    }
    guest->board.cancel = interrupt_catch();
    (void)signal(SIGPIPE, SIG_IGN);
    const int status = can_launch(guest, &error) && make_chip(&settings, &error)
                           ? run(guest)
                           : provision_failure(argv[0], &error);
    if (*guest->board.cancel != 0 && status != BOARD_OK) {
        (void)fprintf(stderr, "virtasp run: interrupted: %s\n",
                      strsignal((int)*guest->board.cancel));
    }
    return guest_report_close(guest->report, settings.page, status);
}
