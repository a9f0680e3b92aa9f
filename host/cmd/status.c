/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtasp status: whether a board is running, and what its firmware tells about itself.
 */
#include <stdio.h>

#include "host/cmd/board_view.h"
#include "host/cmd/commands.h"
#include "host/cmd/json.h"
#include "host/cmd/report.h"
#include "host/lib/sev.h"
#include "host/lib/snp.h"

static const char help[] =
    "NAME\n"
    "    virtasp status - say whether a board is running and in which state\n"
    "\n"
    "SYNOPSIS\n"
    "    virtasp status DIR [--json]\n"
    "\n"
    "DESCRIPTION\n"
    "    Prints what the firmware of the chip in DIR says of itself in the fabric. That needs no\n"
    "    command: it works whoever holds the mailbox, and changes nothing on the board.\n"
    "    \"platform\" and \"guests\" are those of SEV and SEV-ES; SEV-SNP has a state and guests "
    "of\n"
    "    its own, and three TCB versions, in hexadecimal, most significant byte first.\n"
    "\n"
    "OPTIONS\n"
    "    --json              print a JSON object; \"running\" is null when the chip may not be\n"
    "                        looked at, and \"snp\" on a chip without SEV-SNP\n"
    "    -h, --help          show this text\n"
    "    -V, --version       print the version\n"
    "\n" REPORT_EXIT_STATUS REPORT_EXIT_LOOK "\n"
    "EXAMPLES\n"
    "    virtasp status chip\n"
    "    virtasp status chip --json | jq .platform.state\n";

static void print_process(pid_t process)
{
    if (process > 0) {
        (void)printf("running     process %ld\n", (long)process);
    } else {
        (void)printf("running     yes\n");
    }
}

static void print_snp(const struct fabric_status *block)
{
    if (!board_view_has_snp(block)) {
        (void)printf("SEV-SNP     none: the chip has SEV and SEV-ES only\n");
        return;
    }
    (void)printf("SEV-SNP     %s\nSNP guests  %u\nTCB         %016llx; committed %016llx, reported "
                 "%016llx\n",
                 snp_platform_state_name(block->snp_state), block->snp_guests,
                 (unsigned long long)block->tcb_current, (unsigned long long)block->tcb_committed,
                 (unsigned long long)block->tcb_reported);
}

static void print_commands(const struct fabric_status *block)
{
    (void)printf("commands    %llu", (unsigned long long)block->commands);
    if (block->commands != 0) {
        (void)printf(", the last of them %s (%03Xh): %s", sev_command_name(block->last_command),
                     block->last_command, sev_result_text((int)block->last_status));
    }
    (void)printf("\nmode        %s\n",
                 (block->flags & FABRIC_STATUS_RING) != 0 ? "ring buffer" : "mailbox");
}

static void print_text(const char *directory, const struct status_view *view, bool serving)
{
    const struct fabric_status *block = &view->block;
    struct board_view_file files[BOARD_VIEW_FILES];
    char engine[sizeof block->engine + 1];
    print_process(view->process);
    (void)printf("firmware    API %u.%u, build %u, security version %u%s\n", block->api_major,
                 block->api_minor, block->build, block->security_version,
                 serving ? "" : "; serves no commands: it has stopped, or is just starting");
    (void)printf("starts      %u\n", block->boot_count);
    (void)printf("platform    %s\n", sev_platform_state_name(block->sev_state));
    (void)printf("owner       %s\n", board_view_owner(block));
    (void)printf("SEV-ES      %s\n", (block->flags & FABRIC_STATUS_ES) != 0 ? "on" : "off");
    (void)printf("guests      %u\n", block->sev_guests);
    print_snp(block);
    print_commands(block);
    board_view_engine(block, engine);
    (void)printf("encryption  %s\nchip        ", engine);
    for (size_t i = 0; i < sizeof block->chip_id; i++) {
        (void)printf("%02x", block->chip_id[i]);
    }
    (void)printf("\n");
    const size_t count = board_view_files(directory, files);
    for (size_t i = 0; i < count; i++) {
        (void)printf("%-12s%s\n", files[i].label, files[i].path);
    }
}

static void print_json(const char *directory, const struct status_view *view, bool serving)
{
    const struct fabric_status *block = &view->block;
    (void)printf("{\n  \"running\": true,\n");
    if (view->process > 0) {
        (void)printf("  \"process\": %ld,\n", (long)view->process);
    }
    (void)printf("  \"serving\": %s,\n", serving ? "true" : "false");
    (void)printf("  \"api\": {\"major\": %u, \"minor\": %u, \"build\": %u},\n", block->api_major,
                 block->api_minor, block->build);
    (void)printf("  \"security_version\": %u,\n  \"starts\": %u,\n", block->security_version,
                 block->boot_count);
    board_view_print_platform(block, "  ");
    board_view_print_snp(block, "  ");
    (void)printf("  \"commands\": {\"served\": %llu", (unsigned long long)block->commands);
    if (block->commands != 0) {
        (void)printf(", \"last\": {\"id\": %u, \"name\": \"%s\", \"status\": %u}",
                     block->last_command, sev_command_name(block->last_command),
                     block->last_status);
    }
    (void)printf("},\n  \"ring_buffer\": %s,\n",
                 (block->flags & FABRIC_STATUS_RING) != 0 ? "true" : "false");
    board_view_print_chip(block, "  ");
    board_view_print_files(directory, "  ");
    (void)printf("}\n");
}

int command_status(int argc, char **argv)
{
    const char *directory;
    bool json = false;
    int exit_status = 0;
    const struct provision_option table[] = {{"json", NULL, NULL, &json}};
    if (report_parse(argc, argv, help, table, 1, &directory, &exit_status) == REPORT_ENDED) {
        return exit_status;
    }
    struct board board;
    struct status_view view;
    const enum board_result result = status_look(&board, directory, &view);
    if (result == BOARD_OK || result == BOARD_STOPPED) {
        (json ? print_json : print_text)(directory, &view, result == BOARD_OK);
    } else if (json) {
        /* What may not be looked at is not known. */
        (void)printf("{\n  \"running\": %s\n}\n", view.process != 0        ? "true"
                                                  : result == BOARD_FAILED ? "null"
                                                                           : "false");
    }
    return report_board(argv[0], &board, result);
}
