/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much memory QEMU's board can have: its CPU must be able to address it all.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/fabric.h"
#include "abi/mailbox.h"
#include "host/lib/program.h"
#include "host/lib/runner_internal.h"

#define MIB (1024u * 1024u)
#define VERSION_TIMEOUT_MS 60000
#define SHARED_MIB ((MAILBOX_FILE_BYTES + FABRIC_FILE_BYTES) / MIB)

/* The board's memory begins at 1 GiB; with 32 bits of address, 3 GiB are left. */
#define LIMIT_32_MIB (3072u - RUNNER_PRIVATE_MIB - SHARED_MIB)
/* With 40 bits; the board's devices need the upper half. */
#define LIMIT_40_MIB (512u * 1024 - 1024u - RUNNER_PRIVATE_MIB - SHARED_MIB)

/* The CPU model "max" of these versions of QEMU addresses 32 bits; others address 40. */
#define FIRST_WIDE_VERSION 8u

static bool is_narrow(const char *program, const char *cpu, unsigned long *version)
{
    static const char label[] = "QEMU emulator version ";
    static const char *const arguments[] = {"--version", NULL};
    char text[256];
    char *end = NULL;
    *version = 0;
    if (strcmp(cpu, "max") != 0 ||
        !program_ask(program, arguments, text, sizeof text, VERSION_TIMEOUT_MS) ||
        strncmp(text, label, sizeof label - 1) != 0) {
        return false;
    }
    *version = strtoul(text + sizeof label - 1, &end, 10);
    return *end == '.' && *version < FIRST_WIDE_VERSION;
}

enum board_result runner_check_memory(struct board *board, const struct board_options *options,
                                      const char *program, uint32_t memory_mib)
{
    unsigned long version;
    /* The lowest limit that applies is the one to name. */
    if (memory_mib > LIMIT_32_MIB && is_narrow(program, options->cpu, &version)) {
        return board_fail(board, BOARD_BAD_USAGE,
                          "with the CPU model max, QEMU %lu has room for %u MiB of memory, not for "
                          "%u: --cpu cortex-a15 or a newer QEMU has room for %u",
                          version, LIMIT_32_MIB, memory_mib, LIMIT_40_MIB);
    }
    if (memory_mib > LIMIT_40_MIB) {
        return board_fail(board, BOARD_BAD_USAGE,
                          "QEMU's board has room for %u MiB of memory, not for %u", LIMIT_40_MIB,
                          memory_mib);
    }
    return BOARD_OK;
}
