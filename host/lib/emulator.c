/*
 * The command line of the board: QEMU's, or that of the firmware as a Linux process. Sockets and
 * shared files are named relative to run/, because a socket's name must be short.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/fuses.h"
#include "abi/mailbox.h"
#include "host/lib/runner_internal.h"

#define MIB (1024u * 1024u)
#define PRIVATE_MIB 16u /* node 0: the device tree, DMA rings and bounce buffers */

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
    uint32_t total = PRIVATE_MIB;
    command_line_add(line, "-object");
    command_line_add(line, "memory-backend-ram,id=private,size=%uM", PRIVATE_MIB);
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

static void add_devices(struct command_line *line, const char *flash, const char *nv,
                        const char *fuses, const char *doorbell)
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
    command_line_add(line, "-chardev");
    command_line_add_value(line, "socket,id=doorbell,server=on,wait=off,path=", doorbell, "");
    command_line_add_all(line, fixed);
    command_line_add(line, "-fw_cfg");
    command_line_add_value(line, "name=" FUSES_FW_CFG_NAME ",file=", fuses, "");
}

static void add_qemu(struct command_line *line, const struct board_options *options)
{
    const char *program = options->qemu != NULL ? options->qemu : getenv("QEMU");
    command_line_add(line, "%s", program != NULL && *program != '\0' ? program : "qemu-system-arm");
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

static void add_hosted(struct command_line *line, const char *program, const char *fuses,
                       const char *nv, const char *doorbell)
{
    const char *const arguments[] = {
        program,    "--mailbox", "mailbox", "--fabric", "fabric", "--dram",     "dram",   "--log",
        "uart.log", "--fuses",   fuses,     "--nv",     nv,       "--doorbell", doorbell, NULL,
    };
    command_line_add_all(line, arguments);
}

/* Files that must exist before anything is started; the emulator's own message would be obscure. */
static enum board_result find_file(struct board *board, char path[PATH_MAX], const char *name,
                                   const char *given)
{
    char joined[PATH_MAX];
    if (given == NULL && board_path(joined, board->directory, name)) {
        given = joined;
    }
    if (given == NULL || realpath(given, path) == NULL || access(path, R_OK) != 0) {
        return board_fail(board, BOARD_FAILED,
                          "%s: cannot be read; was the chip made with 'virtasp provision'?",
                          given != NULL ? given : name);
    }
    return BOARD_OK;
}

enum board_result runner_make_command(struct board *board, const struct board_options *options,
                                      struct command_line *line)
{
    char flash[PATH_MAX] = "";
    char nv[PATH_MAX];
    char fuses[PATH_MAX];
    char program[PATH_MAX] = "";
    char doorbell[PATH_MAX] = "doorbell";
    char link[PATH_MAX];
    *line = (struct command_line){0};
    enum board_result result = find_file(board, fuses, "fuses.bin", NULL);
    if (result == BOARD_OK) {
        result = find_file(board, nv, "nv.img", NULL);
    }
    if (result == BOARD_OK && options->hosted == NULL) {
        result = find_file(board, flash, "flash.img", options->flash);
    }
    if (result == BOARD_OK && options->hosted != NULL &&
        realpath(options->hosted, program) == NULL) {
        result = board_fail(board, BOARD_NOT_STARTED, "%s: not found", options->hosted);
    }
    if (result != BOARD_OK) {
        return result;
    }
    /* A socket cannot be made through a link. */
    if (options->doorbell != NULL && board_path(link, board->directory, "run/doorbell")) {
        ssize_t length = readlink(link, doorbell, sizeof doorbell - 1);
        doorbell[length > 0 ? length : 0] = '\0';
    }
    if (options->hosted != NULL) {
        add_hosted(line, program, fuses, nv, doorbell);
    } else {
        add_qemu(line, options);
        add_memory(line, options->memory_mib);
        add_devices(line, flash, nv, fuses, doorbell);
    }
    if (line->failed) {
        command_line_free(line);
        return board_fail(board, BOARD_FAILED, "the emulator's command line is too long");
    }
    return BOARD_OK;
}
