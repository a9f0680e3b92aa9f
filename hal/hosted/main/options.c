/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of virtasp-sp, and its manual.
 */
#include "hal/hosted/main/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/sev_state.h"

#define EXIT_USAGE 2

static const char manual[] =
    "NAME\n"
    "    virtasp-sp - the security processor as a Linux process\n"
    "\n"
    "SYNOPSIS\n"
    "    virtasp-sp --mailbox FILE --fabric FILE --dram FILE --doorbell SOCKET\n"
    "               --fuses FILE --nv FILE [--log FILE] [--no-engine]\n"
    "               [--entropy-seed N]\n"
    "\n"
    "DESCRIPTION\n"
    "    Runs the firmware, built with sanitizers, in place of the emulated board. The x86 side\n"
    "    sees no difference: it shares the same files and speaks to the same socket. A fault that\n"
    "    a sanitizer or a guard of the board finds ends the process with a message.\n"
    "\n"
    "OPTIONS\n"
    "    --mailbox FILE     the mailbox registers, 2 MiB; made when it does not exist\n"
    "    --fabric FILE      the on-die wires, 2 MiB; made when it does not exist\n"
    "    --dram FILE        x86 memory; its size, a multiple of 4 KiB, is the machine's\n"
    "    --doorbell SOCKET  unix stream socket to listen on, for one client at a time; a socket\n"
    "                       that nobody listens to is replaced. fd:N takes over descriptor N, a\n"
    "                       socket that listens already.\n"
    "    --fuses FILE       the chip, as `virtasp provision` makes it; never written\n"
    "    --nv FILE          image of the flash bank with persistent data, 1 MiB or more; made,\n"
    "                       erased and of 64 MiB, when it does not exist. Locked while in use.\n"
    "    --log FILE         where the log goes; it is emptied first. Default: standard error.\n"
    "    --no-engine        without the model of the cipher engine\n"
    "    --entropy-seed N   entropy that follows from a number, so that everything can be\n"
    "                       repeated, by others too: for test vectors, never for secrets. The log\n"
    "                       says so.\n"
    "    -h, --help         this text\n"
    "    -V, --version      the API that the firmware implements\n"
    "\n"
    "SIGNALS\n"
    "    SIGTERM, SIGINT    power off once the command that runs is complete; a second one ends\n"
    "                       the process at once\n"
    "    SIGHUP             reset at once: the process begins anew, and its client must, too\n"
    "\n"
    "EXIT STATUS\n"
    "    0  powered off\n"
    "    1  a file or the socket cannot be used, or a sanitizer found a fault\n"
    "    2  the command line is wrong\n"
    "    A guard of the board ends the process by SIGABRT.\n";

/** Options that name a file; the struct's member is found by its offset. */
static const struct {
    const char *name;
    size_t member;
    bool optional;
} file_options[] = {
    {"mailbox", offsetof(struct hosted_files, mailbox), false},
    {"fabric", offsetof(struct hosted_files, fabric), false},
    {"dram", offsetof(struct hosted_files, dram), false},
    {"doorbell", offsetof(struct hosted_files, doorbell), false},
    {"fuses", offsetof(struct hosted_files, fuses), false},
    {"nv", offsetof(struct hosted_files, nv), false},
    {"log", offsetof(struct hosted_files, log), true},
};

#define FILE_OPTIONS (sizeof(file_options) / sizeof(file_options[0]))
#define OPTION_FILE 0x100 /**< getopt_long() returns this plus the index of a file option. */

static _Noreturn void usage_error(const char *what, const char *name)
{
    (void)fprintf(stderr, "virtasp-sp: %s%s; try --help\n", what, name);
    exit(EXIT_USAGE);
}

/** A number of 64 bits, decimal, or hexadecimal after 0x; never one that begins with a sign. */
static void seed_entropy(const char *text)
{
    char *end = NULL;
    errno = 0;
    const uint64_t seed = strtoull(text, &end, 0);

    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0) {
        usage_error("not a number: ", text);
    }
    hosted_entropy_seeded(seed);
}

static const char **member(struct hosted_files *files, size_t option)
{
    return (const char **)(void *)((char *)files + file_options[option].member);
}

bool options_parse(int argc, char **argv, struct hosted_files *files)
{
    struct option options[FILE_OPTIONS + 5] = {{0}};
    bool seeded = false;
    int found;

    memset(files, 0, sizeof(*files));
    for (size_t i = 0; i < FILE_OPTIONS; i++) {
        options[i] =
            (struct option){file_options[i].name, required_argument, NULL, OPTION_FILE + (int)i};
    }
    options[FILE_OPTIONS] = (struct option){"help", no_argument, NULL, 'h'};
    options[FILE_OPTIONS + 1] = (struct option){"version", no_argument, NULL, 'V'};
    options[FILE_OPTIONS + 2] = (struct option){"no-engine", no_argument, NULL, 'E'};
    options[FILE_OPTIONS + 3] = (struct option){"entropy-seed", required_argument, NULL, 'S'};

    while ((found = getopt_long(argc, argv, "hV", options, NULL)) != -1) {
        if (found == 'h') {
            (void)fputs(manual, stdout);
            exit(EXIT_SUCCESS);
        }
        if (found == 'V') {
            (void)printf("virtasp-sp: SEV API %u.%u, build %u\n", SNP_API_MAJOR, SNP_API_MINOR,
                         SEV_BUILD);
            exit(EXIT_SUCCESS);
        }
        if (found == 'E') {
            hosted_cipher_remove();
            continue;
        }
        if (found == 'S') {
            seed_entropy(optarg);
            seeded = true;
            continue;
        }
        if (found < OPTION_FILE) {
            exit(EXIT_USAGE); /* getopt_long() has said why. */
        }
        *member(files, (size_t)(found - OPTION_FILE)) = optarg;
    }
    if (optind != argc) {
        usage_error("unexpected ", argv[optind]);
    }
    for (size_t i = 0; i < FILE_OPTIONS; i++) {
        if (!file_options[i].optional && *member(files, i) == NULL) {
            usage_error("missing --", file_options[i].name);
        }
    }
    return seeded;
}
