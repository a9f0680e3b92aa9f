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
#include "host/cmd/loading.h"
#include "host/cmd/report.h"
#include "host/cmd/staging.h"
#include "host/provision/files.h"
#include "host/provision/image.h"

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
    "    --commit            by SNP_DOWNLOAD_FIRMWARE_EX, with COMMIT: nothing older than FILE is\n"
    "                        accepted or serves from then on, for ever. The chip's flash is no\n"
    "                        exception: when its firmware is older than FILE, the chip starts no\n"
    "                        more until 'virtasp provision' has put the newer firmware into it.\n"
    "                        Not on rome\n"
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
    struct load_order order = {.paddr = STAGING_ANYWHERE};
    int status = 0;
    const struct provision_option table[] = {
        {"at", &at, NULL, NULL},
        {"commit", NULL, NULL, &order.commit},
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
        result = load_firmware(&board, &file, &order);
        board_close(&board);
    }
    provision_bytes_free(&file);
    return report_board(argv[0], &board, result);
}
