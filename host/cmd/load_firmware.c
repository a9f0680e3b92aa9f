/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtasp load-firmware: has a running board replace its firmware (SEV API section 4.11).
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/cmd/commands.h"
#include "host/cmd/interrupt.h"
#include "host/cmd/report.h"
#include "host/cmd/staging.h"
#include "host/lib/host_memory.h"
#include "host/lib/hosted_process.h"
#include "host/lib/run_lock.h"
#include "host/lib/snp.h"
#include "host/lib/status.h"
#include "host/provision/files.h"
#include "host/provision/image.h"
#include "host/x86/rmp.h"

/* The new firmware tests itself before it answers. */
#define COMMAND_TIMEOUT_MS 60000

static const char help[] =
    "NAME\n"
    "    virtasp load-firmware - replace the firmware of a running board\n"
    "\n"
    "SYNOPSIS\n"
    "    virtasp load-firmware DIR FILE [OPTION...]\n"
    "\n"
    "DESCRIPTION\n"
    "    Gives FILE, made by 'virtasp sign --sbin' or '--image-only', to the running board of\n"
    "    the chip in DIR by DOWNLOAD_FIRMWARE, as Linux does, and prints which firmware ran\n"
    "    before and which runs now. The chip must trust the file's vendor, and the file's\n"
    "    security version must not be below the running firmware's. The platform must be\n"
    "    uninitialised, SEV-SNP's too, and no reverse map table in force.\n"
    "\n"
    "    Stored data and the key of host memory stay. After a reset the board runs the firmware\n"
    "    of its flash again: to change that, use 'virtasp provision'.\n"
    "\n"
    "    The file has to be in x86 memory while the firmware looks at it. That memory holds again\n"
    "    what it held before when the command ends, also by a signal. Nobody must write it\n"
    "    meanwhile: with an operating system that runs, say with --at which memory it lends.\n"
    "\n"
    "OPTIONS\n"
    "    --at PADDR          borrow x86 memory from here on: 4 KiB and the size of FILE (the\n"
    "                        highest that holds nothing but zeros)\n"
    "    --force             also while another program, such as an emulator, holds the mailbox;\n"
    "                        it must give no command meanwhile\n"
    "    --shutdown          issue SHUTDOWN first, and SNP_SHUTDOWN_EX where SEV-SNP is on: "
    "guests\n"
    "                        and their keys are gone. Not before FILE has been checked as the\n"
    "                        board will\n"
    "    -h, --help          show this text\n"
    "    -V, --version       print the version\n"
    "\n" REPORT_EXIT_STATUS REPORT_EXIT_RUNNING "\n"
    "EXAMPLES\n"
    "    virtasp load-firmware chip build/amd_sev_virtasp.sbin\n";

/* What to do about a status, in words. */
static const char *advice(int result)
{
    switch (result) {
    case SEV_STATUS_INVALID_PLATFORM_STATE:
    case SEV_STATUS_SHUTDOWN_REQUIRED:
        return "; --shutdown brings the platform into the right one";
    case SEV_STATUS_BAD_SIGNATURE:
        return "; the file was changed, or signed by another vendor than the chip's, whose keys "
               "are "
               "in its vendor/";
    case SEV_STATUS_BAD_SVN:
        return "; the file's security version is below the running firmware's";
    case SEV_STATUS_UNSUPPORTED:
        return "; virtasp-sp, the firmware as a Linux process, cannot replace itself, and no board "
               "takes a file of another format";
    case SEV_STATUS_WBINVD_REQUIRED:
        return "; every core must have executed WBINVD, and the fabric say so";
    default:
        return "";
    }
}

/* @return BOARD_OK when RESULT is SUCCESS */
static enum board_result judge(struct board *board, const char *command, int result)
{
    if (result == SEV_STATUS_SUCCESS) {
        return BOARD_OK;
    }
    return board_fail(board, result < 0 ? BOARD_NOT_ANSWERING : BOARD_FAILED, "%s: %s%s", command,
                      sev_result_text(result), advice(result));
}

/* The firmware says it without a command, so that none writes into memory that is given back. */
static enum board_result read_version(struct board *board, struct fabric_status *block)
{
    return board->fabric_file.bytes != NULL &&
                   status_copy(board->fabric_file.bytes, STATUS_TIMEOUT_MS, block) == STATUS_SERVING
               ? BOARD_OK
               : board_fail(board, BOARD_NOT_ANSWERING,
                            "the fabric does not say which firmware runs");
}

static enum board_result print_version(struct board *board, const char *which)
{
    struct fabric_status block = {0};
    enum board_result result = read_version(board, &block);
    if (result == BOARD_OK) {
        (void)printf("%s firmware   API %u.%u, security version %u, build %u\n", which,
                     block.api_major, block.api_minor, block.security_version, block.build);
    }
    return result;
}

/* How the firmware is to be loaded. */
struct order {
    const char *directory; /* the chip's */
    const char *path;      /* the file's */
    uint64_t paddr;        /* of x86 memory to borrow, or STAGING_ANYWHERE */
    bool shutdown;
    bool force;
};

/* The command's buffer has the first page, the file what follows. */
static enum board_result download(struct board *board, const struct provision_bytes *file,
                                  const struct staging *staging)
{
    struct sev_download_firmware buffer = {
        .fw_paddr = staging->paddr + DRAM_PAGE_BYTES,
        .fw_length = (uint32_t)file->length,
    };
    const enum memory_controller_result written =
        host_memory_write(&board->memory, buffer.fw_paddr, file->data, file->length);
    if (written != MEMORY_CONTROLLER_OK) {
        return board_fail(board, BOARD_FAILED, "x86 memory: %s",
                          memory_controller_result_text(written));
    }
    return judge(board, "DOWNLOAD_FIRMWARE",
                 sev_command(board, SEV_COMMAND_DOWNLOAD_FIRMWARE, &buffer, sizeof buffer));
}

/* Ends SEV-SNP where it is on, or its table still in force: that covers address 0. */
static enum board_result shut_snp_down(struct board *board)
{
    struct snp_shutdown_ex parameters = {.length = sizeof parameters, .flags = SNP_SHUTDOWN_X86};
    struct fabric_status block;
    struct x86_rmp rmp;
    struct x86_rmp_page first;
    enum board_result result = read_version(board, &block);
    x86_rmp_attach(&rmp, board->fabric_file.bytes, &board->dram);
    if (result != BOARD_OK || (x86_rmp_look_up(&rmp, 0, &first) && !first.covered)) {
        return result;
    }
    if (block.snp_state == SNP_PLATFORM_INIT) {
        result = judge(board, "SNP_DF_FLUSH", snp_df_flush(board));
    }
    return result == BOARD_OK ? judge(board, "SNP_SHUTDOWN_EX", snp_shutdown_ex(board, &parameters))
                              : result;
}

static enum board_result load_from(struct board *board, const struct provision_bytes *file,
                                   const struct staging *staging, bool shutdown)
{
    enum board_result result = BOARD_OK;
    board->command_paddr = staging->paddr;
    if (shutdown) {
        result = judge(board, "SHUTDOWN", sev_shutdown(board));
    }
    if (shutdown && result == BOARD_OK) {
        result = shut_snp_down(board);
    }
    if (result == BOARD_OK) {
        result = print_version(board, "old");
    }
    if (result == BOARD_OK) {
        result = download(board, file, staging);
    }
    return result == BOARD_OK ? print_version(board, "new") : result;
}

/* SHUTDOWN takes the guests away: not for a file that is refused after it. */
static enum board_result check_before_shutdown(struct board *board,
                                               const struct provision_bytes *file,
                                               const struct order *order)
{
    struct fabric_status block = {0};
    struct provision_error why = {0};
    if (board_is_hosted(run_lock_holder(order->directory))) {
        return board_fail(
            board, BOARD_FAILED,
            "%s runs virtasp-sp, the firmware as a Linux process, which cannot replace "
            "itself: no SHUTDOWN was issued",
            order->directory);
    }
    enum board_result result = read_version(board, &block);
    if (result == BOARD_OK &&
        !provision_firmware_check(order->directory, file, block.security_version, &why)) {
        result = board_fail(board, BOARD_FAILED, "%s: %.300s: no SHUTDOWN was issued", order->path,
                            why.text);
    }
    return result;
}

/* Whatever becomes of it, signals included, x86 memory then holds what it held before. */
static enum board_result load(struct board *board, const struct provision_bytes *file,
                              const struct order *order)
{
    struct staging staging;
    board->timeout_ms = COMMAND_TIMEOUT_MS;
    board->mailbox.cancel = interrupt_catch();
    enum board_result result =
        order->shutdown ? check_before_shutdown(board, file, order) : BOARD_OK;
    if (result == BOARD_OK) {
        result = staging_borrow(board, order->paddr, DRAM_PAGE_BYTES + file->length, &staging);
    }
    if (result == BOARD_OK) {
        result = load_from(board, file, &staging, order->shutdown);
        staging_return(&staging);
    }
    return result;
}

static bool parse_paddr(const char *text, uint64_t *paddr, struct provision_error *error)
{
    const int base = strncmp(text, "0x", 2) == 0 || strncmp(text, "0X", 2) == 0 ? 16 : 10;
    char *end = NULL;
    errno = 0;
    *paddr = strtoull(text, &end, base);
    return (isdigit((unsigned char)text[0]) && *end == '\0' && errno == 0 &&
            *paddr % DRAM_PAGE_BYTES == 0) ||
           provision_fail(error, "--at wants an address that is a multiple of 4096, not '%s'",
                          text);
}

/* The first argument is the chip's directory; FILE is the second one. */
static const char *take_file(int *argc, char **argv)
{
    unsigned int arguments = 0;
    for (int i = 1; i < *argc; i++) {
        if (strcmp(argv[i], "--at") == 0) {
            i++; /* its value */
        } else if (argv[i][0] != '-' && ++arguments == 2) {
            const char *file = argv[i];
            memmove(&argv[i], &argv[i + 1], (size_t)(*argc - i) * sizeof argv[0]);
            (*argc)--;
            return file;
        }
    }
    return NULL;
}

int command_load_firmware(int argc, char **argv)
{
    struct provision_bytes file = {0};
    struct provision_error error = {0};
    const char *directory;
    const char *at = NULL;
    struct order order = {.paddr = STAGING_ANYWHERE};
    int status = 0;
    const struct provision_option table[] = {
        {"at", &at, NULL, NULL},
        {"shutdown", NULL, NULL, &order.shutdown},
        {"force", NULL, NULL, &order.force},
    };
    const char *path = take_file(&argc, argv);
    if (report_parse(argc, argv, help, table, sizeof table / sizeof table[0], &directory,
                     &status) == REPORT_ENDED) {
        return status;
    }
    if (path == NULL) {
        (void)provision_fail(&error, "which firmware? Its file is missing");
        return provision_usage_error(argv[0], &error);
    }
    order.directory = directory;
    order.path = path;
    if (at != NULL && !parse_paddr(at, &order.paddr, &error)) {
        return provision_usage_error(argv[0], &error);
    }
    if (!provision_firmware_read(path, &file, &error)) {
        return provision_failure(argv[0], &error);
    }
    struct board board;
    const struct board_use use = {.shared = order.force};
    enum board_result result = board_open_to_use(&board, directory, &use);
    if (result == BOARD_OK) {
        result = load(&board, &file, &order);
        board_close(&board);
    }
    provision_bytes_free(&file);
    return report_board(argv[0], &board, result);
}
