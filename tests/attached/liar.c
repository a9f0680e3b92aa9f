/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An implementation of the mailbox that is wrong on purpose: it hands commands on to a board that is
 * right, and changes an answer here and there. `virtasp conformance` must find what was changed.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/mailbox.h"
#include "host/lib/board.h"
#include "host/lib/deadline.h"

#define LOOK_US 20
#define TIMEOUT_MS 30000

static const char help[] =
    "usage: liar --board DIR --mailbox FILE [--status ID:FROM:TO] [--spoil ID:OFFSET]\n"
    "            [--spoil-buffer ID:OFFSET]\n"
    "\n"
    "    --board DIR            the running board that is asked\n"
    "    --mailbox FILE         a mailbox, which is made; x86 memory and fabric are the board's\n"
    "    --status ID:FROM:TO    answers TO where a command is answered FROM (numbers, 0x... too)\n"
    "    --spoil ID:OFFSET      changes a byte of a command's parameters when it succeeds\n"
    "    --spoil-buffer ID:OFFSET\n"
    "                           the same in the buffer whose address its parameters begin with\n"
    "\n"
    "Runs until a signal ends it.\n";

/** What is changed; ids of 0 are no command's. */
struct lies {
    unsigned status_id;
    unsigned from;
    unsigned to;
    unsigned spoilt_id;
    unsigned offset;
    unsigned spoilt_buffer_id;
    unsigned buffer_offset;
};

static void spoil(struct board *board, uint64_t paddr)
{
    uint8_t *byte = dram_pointer(&board->dram, paddr, 1);

    if (byte != NULL) {
        *byte ^= 0x01;
    }
}

static uint16_t lie(const struct lies *lies, struct board *board, uint32_t id, uint64_t paddr,
                    uint16_t status)
{
    if (id == lies->spoilt_id && status == 0) {
        spoil(board, paddr + lies->offset);
    }
    if (id == lies->spoilt_buffer_id && status == 0) {
        const uint8_t *parameters = dram_pointer(&board->dram, paddr, sizeof paddr);
        uint64_t buffer = UINT64_MAX;

        if (parameters != NULL) {
            memcpy(&buffer, parameters, sizeof buffer);
        }
        spoil(board, buffer + lies->buffer_offset);
    }
    return id == lies->status_id && status == lies->from ? (uint16_t)lies->to : status;
}

/** Answers one request. @return false when the board does not */
static bool answer(const struct lies *lies, struct board *board, struct mailbox_client *client)
{
    const uint32_t request = mailbox_read(client, MAILBOX_CMDRESP);
    const uint32_t id = request >> MAILBOX_CMDRESP_ID_SHIFT & MAILBOX_CMDRESP_ID_MASK;
    const uint64_t paddr = mailbox_read(client, MAILBOX_CMDBUF_LO) |
                           (uint64_t)mailbox_read(client, MAILBOX_CMDBUF_HI) << 32;
    uint16_t status;

    if (mailbox_command(&board->mailbox, id, paddr, &status, TIMEOUT_MS) != MAILBOX_OK) {
        return false;
    }
    status = lie(lies, board, id, paddr, status);
    if ((request & MAILBOX_CMDRESP_IOC) != 0) {
        mailbox_write(client, MAILBOX_INTSTS,
                      mailbox_read(client, MAILBOX_INTSTS) | MAILBOX_INT_COMPLETE);
    }
    mailbox_write(client, MAILBOX_CMDRESP,
                  MAILBOX_CMDRESP_RESPONSE | id << MAILBOX_CMDRESP_ID_SHIFT | status);
    return true;
}

static int serve(const struct lies *lies, const char *directory, const char *path)
{
    struct board board;
    struct shared_file file;
    struct mailbox_client client = {.doorbell = -1, .descriptor = -1};

    if (board_open(&board, directory) != BOARD_OK) {
        (void)fprintf(stderr, "liar: %s\n", board.message);
        return EXIT_FAILURE;
    }
    if (!shared_file_create(path, MAILBOX_FILE_BYTES) ||
        !shared_file_open(&file, path, MAILBOX_BAR_BYTES)) {
        perror(path);
        return EXIT_FAILURE;
    }
    client.bar = file.bytes;
    mailbox_write(&client, MAILBOX_CMDRESP, MAILBOX_CMDRESP_RESPONSE);
    mailbox_write(&client, MAILBOX_FEATURE, MAILBOX_FEATURE_SEV);
    (void)printf("ready\n");
    (void)fflush(stdout);
    for (;;) {
        const uint32_t value = mailbox_read(&client, MAILBOX_CMDRESP);

        if (value == 0 || (value & MAILBOX_CMDRESP_RESPONSE) != 0) {
            deadline_sleep_us(LOOK_US);
        } else if (!answer(lies, &board, &client)) {
            (void)fprintf(stderr, "liar: the board does not answer\n");
            return EXIT_FAILURE;
        }
    }
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"board", required_argument, NULL, 'b'},        {"mailbox", required_argument, NULL, 'm'},
        {"status", required_argument, NULL, 's'},       {"spoil", required_argument, NULL, 'p'},
        {"spoil-buffer", required_argument, NULL, 'u'}, {NULL, 0, NULL, 0},
    };
    struct lies lies = {0};
    const char *directory = NULL;
    const char *mailbox = NULL;
    bool good = true;
    int found;

    while ((found = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (found) {
        case 'b':
            directory = optarg;
            break;
        case 'm':
            mailbox = optarg;
            break;
        case 's':
            good &= sscanf(optarg, "%i:%i:%i", (int *)&lies.status_id, (int *)&lies.from,
                           (int *)&lies.to) == 3;
            break;
        case 'p':
            good &= sscanf(optarg, "%i:%i", (int *)&lies.spoilt_id, (int *)&lies.offset) == 2;
            break;
        case 'u':
            good &= sscanf(optarg, "%i:%i", (int *)&lies.spoilt_buffer_id,
                           (int *)&lies.buffer_offset) == 2;
            break;
        default:
            good = false;
        }
    }
    if (!good || directory == NULL || mailbox == NULL) {
        (void)fputs(help, stderr);
        return 2;
    }
    return serve(&lies, directory, mailbox);
}
