/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What 'virtasp status' and 'virtasp info' both print of a board.
 */
#include "host/cmd/board_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/cmd/json.h"
#include "host/lib/sev.h"
#include "host/lib/snp.h"

static const struct {
    const char *label;
    const char *name;
} shared[BOARD_VIEW_FILES] = {
    {"mailbox", "run/mailbox"},   {"fabric", "run/fabric"},    {"dram", "run/dram"},
    {"doorbell", "run/doorbell"}, {"control", "run/qmp.sock"},
};

size_t board_view_files(const char *directory, struct board_view_file files[BOARD_VIEW_FILES])
{
    size_t count = 0;
    for (size_t i = 0; i < BOARD_VIEW_FILES; i++) {
        char path[PATH_MAX];
        if (board_path(path, directory, shared[i].name) &&
            realpath(path, files[count].path) != NULL) {
            files[count++].label = shared[i].label;
        }
    }
    return count;
}

void board_view_print_files(const char *directory, const char *indentation)
{
    struct board_view_file files[BOARD_VIEW_FILES];
    const size_t count = board_view_files(directory, files);
    (void)printf("%s\"files\": {", indentation);
    for (size_t i = 0; i < count; i++) {
        (void)printf("%s\n%s  \"%s\": ", i == 0 ? "" : ",", indentation, files[i].label);
        json_string(files[i].path);
    }
    (void)printf("\n%s}\n", indentation);
}

void board_view_print_platform(const struct fabric_status *block, const char *indentation)
{
    (void)printf("%s\"platform\": {\"state\": \"%s\", \"owner\": \"%s\", \"es\": %s, "
                 "\"guests\": %u},\n",
                 indentation, sev_platform_state_name(block->sev_state), board_view_owner(block),
                 (block->flags & FABRIC_STATUS_ES) != 0 ? "true" : "false", block->sev_guests);
}

bool board_view_has_snp(const struct fabric_status *block)
{
    const uint32_t id = SNP_COMMAND_PLATFORM_STATUS;
    return (block->ids[id / 32] >> (id % 32) & 1) != 0;
}

/* TCB versions are texts: a number of JSON need not keep 64 bits. */
void board_view_print_snp(const struct fabric_status *block, const char *indentation)
{
    if (!board_view_has_snp(block)) {
        (void)printf("%s\"snp\": null,\n", indentation);
        return;
    }
    (void)printf(
        "%s\"snp\": {\"state\": \"%s\", \"guests\": %u, \"tcb\": {\"current\": \"%016llx\", "
        "\"committed\": \"%016llx\", \"reported\": \"%016llx\"}},\n",
        indentation, snp_platform_state_name(block->snp_state), block->snp_guests,
        (unsigned long long)block->tcb_current, (unsigned long long)block->tcb_committed,
        (unsigned long long)block->tcb_reported);
}

void board_view_print_chip(const struct fabric_status *block, const char *indentation)
{
    char engine[sizeof block->engine + 1];
    board_view_engine(block, engine);
    (void)printf("%s\"engine\": ", indentation);
    json_string(engine);
    (void)printf(",\n%s\"chip_id\": ", indentation);
    json_hex(block->chip_id, sizeof block->chip_id);
    (void)printf(",\n");
}

void board_view_engine(const struct fabric_status *block, char text[sizeof block->engine + 1])
{
    memcpy(text, block->engine, sizeof block->engine);
    text[sizeof block->engine] = '\0';
}

const char *board_view_owner(const struct fabric_status *block)
{
    return (block->flags & FABRIC_STATUS_EXTERNAL_OWNER) != 0 ? "external" : "self";
}
