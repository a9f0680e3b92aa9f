/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtasp info: versions, commands and limits as JSON, for programs that use a board.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "abi/mailbox.h"
#include "abi/sev_command_id.h"
#include "abi/sev_data.h"
#include "abi/sev_state.h"
#include "abi/snp_command_id.h"
#include "host/cmd/board_view.h"
#include "host/cmd/commands.h"
#include "host/cmd/report.h"
#include "host/lib/fabric.h"

static const char help[] =
    "NAME\n"
    "    virtasp info - print versions, commands and limits as JSON\n"
    "\n"
    "SYNOPSIS\n"
    "    virtasp info DIR\n"
    "    virtasp info --offline\n"
    "\n"
    "DESCRIPTION\n"
    "    Prints what the running board of the chip in DIR can do, and how its machine is\n"
    "    described. All of it stands in the fabric: no command is issued, it works whoever holds\n"
    "    the mailbox, and nothing on the board changes.\n"
    "\n"
    "OPTIONS\n"
    "    --offline           print versions, commands and limits that this program was built\n"
    "                        for; no board is needed\n"
    "    -h, --help          show this text\n"
    "    -V, --version       print the version\n"
    "\n" REPORT_EXIT_STATUS REPORT_EXIT_LOOK "\n"
    "EXAMPLES\n"
    "    virtasp info chip | jq .limits\n"
    "    virtasp info --offline | jq '.commands[].name'\n";

static const struct {
    const char *name;
    uint32_t id;
} commands[] = {
#define INFO_COMMAND(name, id) {#name, id},
    SEV_COMMAND_LIST(INFO_COMMAND)
#undef INFO_COMMAND
#define INFO_COMMAND(name, id) {"SNP_" #name, id},
        SNP_COMMAND_LIST(INFO_COMMAND)
#undef INFO_COMMAND
};

static void print_versions(uint32_t major, uint32_t minor, uint32_t build)
{
    (void)printf("{\n  \"virtasp\": \"" VIRTASP_VERSION "\",\n");
    (void)printf("  \"api\": {\"major\": %u, \"minor\": %u, \"build\": %u},\n", major, minor,
                 build);
}

/* Prints the commands that the firmware serves, or for NULL all that are known here. */
static void print_commands(const struct fabric_status *block)
{
    const char *separator = "";
    (void)printf("  \"commands\": [");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const uint32_t id = commands[i].id;
        if (block == NULL || (block->ids[id / 32] >> (id % 32) & 1) != 0) {
            (void)printf("%s\n    {\"id\": %u, \"name\": \"%s\"}", separator, id, commands[i].name);
            separator = ",";
        }
    }
    (void)printf("\n  ],\n");
}

static void print_limits(const struct fabric_config *configuration)
{
    (void)printf("  \"limits\": {\n");
    if (configuration->magic != 0) {
        (void)printf("    \"sockets\": %u,\n    \"cores\": %u,\n    \"max_asid\": %u,\n"
                     "    \"min_sev_asid\": %u,\n    \"c_bit\": %u,\n    \"memory\": [",
                     configuration->sockets, configuration->cores, configuration->max_asid,
                     configuration->min_sev_asid, configuration->c_bit);
        for (uint32_t i = 0; i < configuration->range_count && i < FABRIC_RANGES_MAX; i++) {
            (void)printf("%s\n      {\"base\": %llu, \"length\": %llu}", i == 0 ? "" : ",",
                         (unsigned long long)configuration->ranges[i].base,
                         (unsigned long long)configuration->ranges[i].length);
        }
        (void)printf("\n    ],\n");
    }
    (void)printf("    \"packet_bytes\": %u\n  },\n", SEV_PACKET_MAX);
}

static void print_offline_limits(void)
{
    static const struct {
        const char *name;
        uint32_t value;
    } limits[] = {
        {"cores", FABRIC_CORES_MAX},
        {"max_asid", FABRIC_SLOTS_MAX - 1},
        {"memory_ranges", FABRIC_RANGES_MAX},
        {"trusted_memory_regions", FABRIC_TMR_MAX},
        {"tmr_bytes", SEV_TMR_BYTES},
        {"nv_bytes", SEV_NV_BYTES},
        {"ring_entries", SEV_RING_ENTRIES},
        {"packet_bytes", SEV_PACKET_MAX},
        {"mailbox_file_bytes", MAILBOX_FILE_BYTES},
        {"fabric_file_bytes", FABRIC_FILE_BYTES},
    };
    (void)printf("  \"fabric_version\": %u,\n  \"limits\": {", FABRIC_VERSION);
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        (void)printf("%s\n    \"%s\": %u", i == 0 ? "" : ",", limits[i].name, limits[i].value);
    }
    (void)printf("\n  }\n}\n");
}

/* Reads the boot ROM's version, a register that nobody writes but the ROM. */
static bool read_boot_rom_version(const char *directory, uint32_t *version)
{
    char path[PATH_MAX];
    const int descriptor =
        board_path(path, directory, "run/mailbox") ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    const bool done = descriptor >= 0 && pread(descriptor, version, sizeof *version,
                                               MAILBOX_BOOTLOADER) == (ssize_t)sizeof *version;
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    return done;
}

static void print_info(const char *directory, const struct status_view *view)
{
    const struct fabric_status *block = &view->block;
    uint32_t boot_rom;
    print_versions(block->api_major, block->api_minor, block->build);
    if (read_boot_rom_version(directory, &boot_rom)) {
        (void)printf("  \"boot_rom\": %u,\n", boot_rom);
    }
    (void)printf("  \"security_version\": %u,\n", block->security_version);
    board_view_print_platform(block, "  ");
    board_view_print_snp(block, "  ");
    board_view_print_chip(block, "  ");
    print_commands(block);
    print_limits(&view->configuration);
    board_view_print_files(directory, "  ");
    (void)printf("}\n");
}

int command_info(int argc, char **argv)
{
    const char *directory;
    bool offline = false;
    int exit_status = 0;
    const struct provision_option table[] = {{"offline", NULL, NULL, &offline}};
    if (report_parse_optional(argc, argv, help, table, 1, &offline, &directory, &exit_status) ==
        REPORT_ENDED) {
        return exit_status;
    }
    if (offline) {
        print_versions(SNP_API_MAJOR, SNP_API_MINOR, SEV_BUILD);
        print_commands(NULL);
        print_offline_limits();
        return report_board(argv[0], NULL, BOARD_OK);
    }
    struct board board;
    struct status_view view;
    const enum board_result result = status_look(&board, directory, &view);
    if (result == BOARD_OK) {
        print_info(directory, &view);
    }
    return report_board(argv[0], &board, result);
}
