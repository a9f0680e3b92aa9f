/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of the board: QEMU's, or that of the firmware as a Linux process. Sockets and
 * shared files are named relative to run/, because a socket's name must be short.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/fuses.h"
#include "abi/mailbox.h"
#include "host/lib/flash_bank.h"
#include "host/lib/program.h"
#include "host/lib/runner_internal.h"

#define MIB (1024u * 1024u)
#define ENGINE_DEVICE "virtio-crypto-device"
#define ENGINE_TIMEOUT_MS 60000 /* it takes a moment, on a busy machine a longer one */

/* Memory nodes lie one after the other from 0x40000000, in this order. */
static void add_memory(struct command_line *line, uint32_t dram_mib)
{
    const struct {
        const char *name;
        uint32_t mib;
    } files[] = {
        {"mailbox", MAILBOX_FILE_BYTES / MIB},
        {"fabric", FABRIC_FILE_BYTES / MIB},
        {"dram", dram_mib},
    };
    uint32_t total = RUNNER_PRIVATE_MIB;
    command_line_add(line, "-object");
    command_line_add(line, "memory-backend-ram,id=private,size=%uM", RUNNER_PRIVATE_MIB);
    command_line_add(line, "-numa");
    command_line_add(line, "node,nodeid=0,cpus=0-1,memdev=private");
    for (unsigned i = 0; i < sizeof files / sizeof files[0]; i++) {
        command_line_add(line, "-object");
        command_line_add(line, "memory-backend-file,id=%s,share=on,mem-path=%s,size=%uM",
                         files[i].name, files[i].name, files[i].mib);
        command_line_add(line, "-numa");
        command_line_add(line, "node,nodeid=%u,memdev=%s", i + 1, files[i].name);
        total += files[i].mib;
    }
    command_line_add(line, "-m");
    command_line_add(line, "%uM", total);
}

/* A socket that listens already has only to be named. */
static void add_doorbell(struct command_line *line, int listener, const char *path)
{
    command_line_add(line, "-chardev");
    if (listener > 0) {
        command_line_add(line, "socket,id=doorbell,server=on,wait=off,fd=%d", listener);
    } else {
        command_line_add_value(line, "socket,id=doorbell,server=on,wait=off,path=", path, "");
    }
}

static void add_devices(struct command_line *line, const char *flash, const char *nv,
                        const char *fuses)
{
    static const char *const fixed[] = {
        "-serial",
        "file:uart.log",
        "-qmp",
        "unix:qmp.sock,server=on,wait=off",
        "-global",
        "virtio-mmio.force-legacy=false",
        "-object",
        "rng-random,id=entropy,filename=/dev/urandom",
        "-device",
        "virtio-rng-device,rng=entropy,bus=virtio-mmio-bus.0",
        /* A console forgets what its socket does not take; a UART would stop the board. */
        "-device",
        "virtio-serial-device,bus=virtio-mmio-bus.1",
        "-device",
        "virtconsole,chardev=doorbell",
        NULL,
    };
    command_line_add(line, "-drive");
    command_line_add_value(line, "if=pflash,format=raw,unit=0,readonly=on,file=", flash, "");
    command_line_add(line, "-drive");
    command_line_add_value(line, "if=pflash,format=raw,unit=1,file=", nv, "");
    command_line_add_all(line, fixed);
    command_line_add(line, "-fw_cfg");
    command_line_add_value(line, "name=" FUSES_FW_CFG_NAME ",file=", fuses, "");
}

/* What waits for the engine takes as long as it takes: time would not be deterministic. */
static bool wants_engine(const struct board_options *options)
{
    return !options->no_engine && !options->icount;
}

static void add_engine(struct command_line *line)
{
    command_line_add(line, "-object");
    command_line_add(line, "cryptodev-backend-builtin,id=cipher");
    command_line_add(line, "-device");
    command_line_add(line, "%s,cryptodev=cipher,bus=virtio-mmio-bus.2", ENGINE_DEVICE);
}

static void add_qemu(struct command_line *line, const struct board_options *options,
                     const char *program)
{
    command_line_add(line, "%s", program);
    command_line_add(line, "-machine");
    command_line_add(line, "virt,secure=on,gic-version=2");
    command_line_add(line, "-cpu");
    command_line_add(line, "%s", options->cpu);
    command_line_add(line, "-smp");
    command_line_add(line, "1,maxcpus=2"); /* Of one CPU, QEMU would not make its atomics atomic. */
    command_line_add(line, "-nodefaults");
    command_line_add(line, "-display");
    command_line_add(line, "none");
    if (options->icount) {
        command_line_add(line, "-icount");
        command_line_add(line, "shift=0,sleep=off");
    }
}

static void add_hosted(struct command_line *line, const struct board_options *options,
                       const char *program, const char *fuses, const char *nv, const char *doorbell)
{
    const char *const arguments[] = {
        program,    "--mailbox", "mailbox", "--fabric", "fabric", "--dram",     "dram", "--log",
        "uart.log", "--fuses",   fuses,     "--nv",     nv,       "--doorbell", NULL,
    };
    command_line_add_all(line, arguments);
    if (options->listener > 0) {
        command_line_add(line, "fd:%d", options->listener);
    } else {
        command_line_add(line, "%s", doorbell);
    }
    if (options->no_engine) {
        command_line_add(line, "--no-engine");
    }
    if (options->entropy_seed != NULL) {
        command_line_add(line, "--entropy-seed");
        command_line_add(line, "%s", options->entropy_seed);
    }
}

/* A file of the chip; the emulator's own message would be obscure.
 * @param mode  R_OK, or R_OK | W_OK */
static enum board_result find_file(struct board *board, char path[PATH_MAX], const char *given,
                                   int mode)
{
    struct stat status;
    if (realpath(given, path) == NULL || stat(path, &status) != 0) {
        return board_fail(board, BOARD_FAILED, "%s: %s%s", given, strerror(errno),
                          errno == ENOENT ? "; was the chip made with 'virtasp provision'?" : "");
    }
    if (!S_ISREG(status.st_mode)) {
        return board_fail(board, BOARD_FAILED, "%s: is not a regular file", given);
    }
    if (access(path, mode) != 0) {
        return board_fail(board, BOARD_FAILED, "%s: cannot be %s: %s", given,
                          mode == R_OK ? "read" : "read and written", strerror(errno));
    }
    return BOARD_OK;
}

static enum board_result find_chip_file(struct board *board, char path[PATH_MAX], const char *name,
                                        int mode)
{
    char given[PATH_MAX];
    return board_path(given, board->directory, name)
               ? find_file(board, path, given, mode)
               : board_fail(board, BOARD_FAILED, "%s: name too long", board->directory);
}

/* QEMU's flash takes files of just one size; the firmware judges what is in the second by itself. */
static enum board_result check_banks(struct board *board, const char *flash, const char *nv)
{
    enum board_result result = flash_bank_check_size(board, flash);
    if (result == BOARD_OK) {
        result = flash_bank_check_size(board, nv);
    }
    return result == BOARD_OK ? flash_bank_check(board, flash) : result;
}

/* The emulator runs in another directory, so a name that is relative to this one is of no use. */
static enum board_result find_program(struct board *board, const struct board_options *options,
                                      char program[PATH_MAX])
{
    const char *name = options->hosted != NULL ? options->hosted : options->qemu;
    if (name == NULL) {
        name = getenv("QEMU");
    }
    if (name == NULL || *name == '\0') {
        name = "qemu-system-arm";
    }
    return (options->hosted != NULL ? program_resolve(name, program) : program_find(name, program))
               ? BOARD_OK
               : board_fail(board, BOARD_NOT_STARTED, "%s: cannot be run: %s", name,
                            strerror(errno));
}

bool runner_has_engine(struct board *board, const struct board_options *options)
{
    static const char *const arguments[] = {"-device", ENGINE_DEVICE ",help", NULL};
    char program[PATH_MAX];
    char text[256];
    return options->hosted != NULL || !wants_engine(options) ||
           (find_program(board, options, program) == BOARD_OK &&
            program_ask(program, arguments, text, sizeof text, ENGINE_TIMEOUT_MS) &&
            strncmp(text, ENGINE_DEVICE, sizeof ENGINE_DEVICE - 1) == 0);
}

enum board_result runner_find_chip(struct board *board)
{
    char path[PATH_MAX];
    enum board_result result = find_chip_file(board, path, "fuses.bin", R_OK);
    return result == BOARD_OK ? find_chip_file(board, path, "nv.img", R_OK | W_OK) : result;
}

enum board_result runner_make_command(struct board *board, const struct board_options *options,
                                      const struct board_places *places, struct command_line *line)
{
    char flash[PATH_MAX] = "";
    char nv[PATH_MAX];
    char fuses[PATH_MAX];
    char program[PATH_MAX] = "";
    /* A socket cannot be made through a link. */
    const char *doorbell = places->doorbell.path[0] != '\0' ? places->doorbell.path : "doorbell";
    *line = (struct command_line){0};
    enum board_result result = find_chip_file(board, fuses, "fuses.bin", R_OK);
    if (result == BOARD_OK) {
        result = find_chip_file(board, nv, "nv.img", R_OK | W_OK);
    }
    if (result == BOARD_OK && options->hosted == NULL) {
        result = options->flash != NULL ? find_file(board, flash, options->flash, R_OK)
                                        : find_chip_file(board, flash, "flash.img", R_OK);
    }
    if (result == BOARD_OK && options->hosted == NULL) {
        result = check_banks(board, flash, nv);
    }
    if (result == BOARD_OK) {
        result = find_program(board, options, program);
    }
    if (result == BOARD_OK && options->hosted == NULL) {
        result = runner_check_memory(board, options, program, places->memory_mib);
    }
    if (result != BOARD_OK) {
        return result;
    }
    if (options->hosted != NULL) {
        add_hosted(line, options, program, fuses, nv, doorbell);
    } else {
        add_qemu(line, options, program);
        add_memory(line, places->memory_mib);
        add_doorbell(line, options->listener, doorbell);
        add_devices(line, flash, nv, fuses);
        if (wants_engine(options)) {
            add_engine(line);
        }
    }
    if (line->failed) {
        command_line_free(line);
        return board_fail(board, BOARD_FAILED, "the emulator's command line is too long");
    }
    return BOARD_OK;
}
