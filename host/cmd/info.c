/*
 * virtasp info: versions, commands and limits as JSON, for programs that use a board.
 */
#include <stdio.h>

#include "abi/mailbox.h"
#include "host/cmd/commands.h"
#include "host/cmd/report.h"
#include "host/lib/fabric.h"
#include "host/lib/sev.h"

#define COMMAND_TIMEOUT_MS 10000
#define NO_DRAM_PADDR 0x000FFFFFFFFFF000ull /* the highest page; no board has DRAM there */

static const char help[] =
    "NAME\n"
    "    virtasp info - print versions, commands and limits as JSON\n"
    "\n"
    "SYNOPSIS\n"
    "    virtasp info DIR\n"
    "\n"
    "DESCRIPTION\n"
    "    Prints what the running board of the chip in DIR can do. A command is listed when the\n"
    "    firmware knows it: those with a command buffer are asked for with a buffer outside of\n"
    "    memory, which has no effect; those without one are part of every firmware.\n"
    "\n"
    "OPTIONS\n"
    "    --help              show this text\n"
    "\n" REPORT_EXIT_STATUS "\n"
    "EXAMPLES\n"
    "    virtasp info chip | jq .limits\n";

static const struct {
    const char *name;
    uint32_t id;
} commands[] = {
#define INFO_COMMAND(name, id) {#name, id},
    SEV_COMMAND_LIST(INFO_COMMAND)
#undef INFO_COMMAND
};

static bool is_plain(uint32_t id)
{
    static const uint32_t plain[] = {
#define INFO_PLAIN(function, command) SEV_COMMAND_##command,
        SEV_PLAIN_COMMANDS(INFO_PLAIN)
#undef INFO_PLAIN
    };
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (plain[i] == id) {
            return true;
        }
    }
    return false;
}

/* Asking for a command without a buffer would execute it.
 * @return whether the firmware knows the command; below 0 when there is no answer */
static int knows(struct board *board, uint32_t id)
{
    uint16_t status = 0;
    if (is_plain(id)) {
        return 1;
    }
    enum mailbox_result result =
        mailbox_command(&board->mailbox, id, NO_DRAM_PADDR, &status, board->timeout_ms);
    if (result != MAILBOX_OK) {
        return result;
    }
    return status != SEV_STATUS_INVALID_COMMAND && status != SEV_STATUS_UNSUPPORTED;
}

static enum board_result print_commands(struct board *board)
{
    const char *separator = "";
    (void)printf("  \"commands\": [");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        int known = knows(board, commands[i].id);
        if (known < 0) {
            return board_fail(board, BOARD_NOT_ANSWERING, "%s: %s", commands[i].name,
                              sev_result_text(known));
        }
        if (known > 0) {
            (void)printf("%s\n    {\"id\": %u, \"name\": \"%s\"}", separator, commands[i].id,
                         commands[i].name);
            separator = ",";
        }
    }
    (void)printf("\n  ],\n");
    return BOARD_OK;
}

static void print_limits(const struct board *board)
{
    const uint8_t *fabric = board->fabric_file.bytes;
    const struct fabric_config *configuration =
        fabric != NULL ? fabric_configuration(fabric) : NULL;
    (void)printf("  \"limits\": {\n");
    if (configuration != NULL) {
        (void)printf("    \"sockets\": %u,\n    \"cores\": %u,\n    \"max_asid\": %u,\n"
                     "    \"min_sev_asid\": %u,\n    \"c_bit\": %u,\n",
                     configuration->sockets, configuration->cores, configuration->max_asid,
                     configuration->min_sev_asid, configuration->c_bit);
    }
    (void)printf("    \"packet_bytes\": %u,\n    \"memory\": [", SEV_PACKET_MAX);
    for (uint32_t i = 0; i < board->dram.range_count; i++) {
        (void)printf("%s\n      {\"base\": %llu, \"length\": %llu}", i == 0 ? "" : ",",
                     (unsigned long long)board->dram.ranges[i].base,
                     (unsigned long long)board->dram.ranges[i].length);
    }
    (void)printf("\n    ]\n  }\n");
}

static enum board_result print_info(struct board *board)
{
    struct sev_platform_status status = {0};
    board->timeout_ms = COMMAND_TIMEOUT_MS;
    int result = sev_platform_status(board, &status);
    if (result != SEV_STATUS_SUCCESS) {
        return board_fail(board, result < 0 ? BOARD_NOT_ANSWERING : BOARD_FAILED,
                          "PLATFORM_STATUS: %s", sev_result_text(result));
    }
    (void)printf("{\n  \"virtasp\": \"" VIRTASP_VERSION "\",\n");
    (void)printf("  \"api\": {\"major\": %u, \"minor\": %u, \"build\": %u},\n", status.api_major,
                 status.api_minor, status.build);
    (void)printf("  \"boot_rom\": %u,\n", mailbox_read(&board->mailbox, MAILBOX_BOOTLOADER));
    (void)printf("  \"platform\": {\"state\": \"%s\", \"owner\": \"%s\", \"es\": %s, "
                 "\"guests\": %u},\n",
                 sev_platform_state_name(status.state),
                 (status.owner & SEV_STATUS_OWNER_EXTERNAL) != 0 ? "external" : "self",
                 (status.config & SEV_STATUS_CONFIG_ES) != 0 ? "true" : "false",
                 status.guest_count);
    enum board_result commands_result = print_commands(board);
    if (commands_result == BOARD_OK) {
        print_limits(board);
        (void)printf("}\n");
    }
    return commands_result;
}

int command_info(int argc, char **argv)
{
    const char *directory;
    int exit_status = 0;
    if (report_parse(argc, argv, help, NULL, 0, &directory, &exit_status) == REPORT_ENDED) {
        return exit_status;
    }
    struct board board;
    enum board_result result = board_open(&board, directory);
    if (result == BOARD_OK) {
        result = print_info(&board);
        board_close(&board);
    }
    return report_board(argv[0], &board, result);
}
