/*
 * virtasp load-firmware: has a running board replace its firmware (SEV API section 4.11).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/cmd/commands.h"
#include "host/cmd/report.h"
#include "host/lib/host_memory.h"
#include "host/lib/sev.h"
#include "host/provision/files.h"
#include "host/provision/image.h"

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
    "    uninitialised.\n"
    "\n"
    "    Stored data and the key of host memory stay. After a reset the board runs the firmware\n"
    "    of its flash again: to change that, use 'virtasp provision'.\n"
    "\n"
    "OPTIONS\n"
    "    --shutdown          issue SHUTDOWN first: guests and their keys are gone\n"
    "    -h, --help          show this text\n"
    "    -V, --version       print the version\n"
    "\n" REPORT_EXIT_STATUS REPORT_EXIT_RUNNING "\n"
    "EXAMPLES\n"
    "    virtasp load-firmware chip build/amd_sev_virtasp.sbin\n";

/* @return BOARD_OK when RESULT is SUCCESS */
static enum board_result judge(struct board *board, const char *command, int result)
{
    if (result == SEV_STATUS_SUCCESS) {
        return BOARD_OK;
    }
    return board_fail(board, result < 0 ? BOARD_NOT_ANSWERING : BOARD_FAILED, "%s: %s%s", command,
                      sev_result_text(result),
                      result == SEV_STATUS_INVALID_PLATFORM_STATE
                          ? "; --shutdown brings the platform into the right one"
                          : "");
}

static enum board_result print_version(struct board *board, const char *which)
{
    struct sev_platform_status status = {0};
    const enum board_result result =
        judge(board, "PLATFORM_STATUS", sev_platform_status(board, &status));
    if (result == BOARD_OK) {
        (void)printf("%s firmware   API %u.%u, build %u\n", which, status.api_major,
                     status.api_minor, status.build);
    }
    return result;
}

/* Puts BYTES where OLD was read from, or back. @return false after a message */
static bool replace(struct board *board, uint64_t paddr, const void *bytes, size_t length,
                    void *old)
{
    if ((old != NULL &&
         host_memory_read(&board->memory, paddr, old, length) != MEMORY_CONTROLLER_OK) ||
        host_memory_write(&board->memory, paddr, bytes, length) != MEMORY_CONTROLLER_OK) {
        (void)board_fail(board, BOARD_FAILED, "the board's memory cannot be accessed");
        return false;
    }
    return true;
}

/* Someone may use the memory: afterwards it holds what it held before. */
static enum board_result download(struct board *board, struct provision_bytes *file)
{
    const uint64_t paddr = dram_allocate(&board->dram, 0, file->length, DRAM_PAGE_BYTES);
    uint8_t *old = malloc(file->length);
    if (paddr == 0 || old == NULL) {
        free(old);
        return board_fail(board, BOARD_FAILED, "the board's memory is too small for the file");
    }
    struct sev_download_firmware buffer = {.fw_paddr = paddr, .fw_length = (uint32_t)file->length};
    enum board_result result = BOARD_FAILED;
    if (replace(board, paddr, file->data, file->length, old)) {
        const int status =
            sev_command(board, SEV_COMMAND_DOWNLOAD_FIRMWARE, &buffer, sizeof buffer);
        result = judge(board, "DOWNLOAD_FIRMWARE", status);
        result = replace(board, paddr, old, file->length, NULL) ? result : BOARD_FAILED;
    }
    free(old);
    return result;
}

static enum board_result load(struct board *board, struct provision_bytes *file, bool shutdown)
{
    board->timeout_ms = COMMAND_TIMEOUT_MS;
    enum board_result result = BOARD_OK;
    if (shutdown) {
        result = judge(board, "SHUTDOWN", sev_shutdown(board));
    }
    if (result == BOARD_OK) {
        result = print_version(board, "old");
    }
    if (result == BOARD_OK) {
        result = download(board, file);
    }
    return result == BOARD_OK ? print_version(board, "new") : result;
}

/* The first argument is the chip's directory; FILE is the second one. */
static const char *take_file(int *argc, char **argv)
{
    unsigned int arguments = 0;
    for (int i = 1; i < *argc; i++) {
        if (argv[i][0] != '-' && ++arguments == 2) {
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
    bool shutdown = false;
    int status = 0;
    const struct provision_option table[] = {{"shutdown", NULL, NULL, &shutdown}};
    const char *path = take_file(&argc, argv);
    if (report_parse(argc, argv, help, table, 1, &directory, &status) == REPORT_ENDED) {
        return status;
    }
    if (path == NULL) {
        (void)provision_fail(&error, "which firmware? Its file is missing");
        return provision_usage_error(argv[0], &error);
    }
    if (!provision_firmware_read(path, &file, &error)) {
        return provision_failure(argv[0], &error);
    }
    struct board board;
    enum board_result result = board_open(&board, directory);
    if (result == BOARD_OK) {
        result = load(&board, &file, shutdown);
        board_close(&board);
    }
    provision_bytes_free(&file);
    return report_board(argv[0], &board, result);
}
