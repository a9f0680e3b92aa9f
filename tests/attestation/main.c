/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes attestation reports, and judges them with the independent verifier (tests/snp).
 *
 * `make` starts a chip's board, launches a guest, and writes into a directory that exists:
 *
 *     report.bin       asked for by the guest, signed by the VCEK
 *     vlek-report.bin  the same, signed by the VLEK, if --vlek gives its hashstick
 *     host-report.bin  asked for by the host, signed by the VCEK
 *     measurement      of what was launched, in hexadecimal, computed without the firmware
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509.h>

#include "host/lib/runner.h"
#include "tests/attestation/guest.h"
#include "tests/snp/chain.h"

static const char help[] =
    "usage: attestation make [--hosted FIRMWARE] [--vlek FILE] CHIP DIRECTORY\n"
    "       attestation judge LINE REPORT ARK ASK LEAF\n"
    "\n"
    "Exit status: 0 done and sound, 1 not, 2 wrong usage.\n";

struct settings {
    const char *chip;
    const char *directory;
    const char *hosted; /**< The firmware as a Linux process; NULL = QEMU. */
    const char *vlek;   /**< As the key server gives it, or NULL. */
};

static bool write_file(const char *directory, const char *name, const void *bytes, size_t length)
{
    char path[PATH_MAX];
    FILE *file = board_path(path, directory, name) ? fopen(path, "wb") : NULL;
    bool done = file != NULL && fwrite(bytes, 1, length, file) == length;

    if (file != NULL) {
        done = fclose(file) == 0 && done;
    }
    if (!done) {
        (void)fprintf(stderr, "%s/%s: %s\n", directory, name, strerror(errno));
    }
    return done;
}

/** Reads a file of exactly that size. */
static bool read_file(const char *path, uint8_t *bytes, size_t length)
{
    FILE *file = fopen(path, "rb");
    const bool done = file != NULL && fread(bytes, 1, length, file) == length && fgetc(file) == EOF;

    if (file != NULL) {
        (void)fclose(file);
    }
    if (!done) {
        (void)fprintf(stderr, "%s: not %zu bytes that can be read\n", path, length);
    }
    return done;
}

static bool write_measurement(const struct attested_guest *guest, const char *directory)
{
    char text[2 * WITNESS_DIGEST_BYTES + 2];
    size_t used = 0;

    for (size_t i = 0; i < WITNESS_DIGEST_BYTES; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%02x", guest->launch.digest[i]);
    }
    text[used++] = '\n';
    return write_file(directory, "measurement", text, used);
}

/** Loads a VLEK, and has a report signed by it. */
static bool make_vlek_report(struct attested_guest *guest, const struct settings *settings,
                             const uint8_t data[64])
{
    uint8_t wrapped[GUEST_WRAPPED_VLEK_BYTES];
    uint8_t report[WITNESS_REPORT_BYTES];

    return read_file(settings->vlek, wrapped, sizeof wrapped) && guest_load_vlek(guest, wrapped) &&
           guest_ask_report(guest, WITNESS_SIGNED_BY_VLEK, data, report) &&
           write_file(settings->directory, "vlek-report.bin", report, sizeof report);
}

static bool make_reports(struct board *board, const struct settings *settings)
{
    static const uint8_t data[64] = "what the guest was asked to put into REPORT_DATA";
    uint8_t report[WITNESS_REPORT_BYTES];
    struct attested_guest guest;

    return guest_launch(&guest, board) && write_measurement(&guest, settings->directory) &&
           guest_ask_report(&guest, WITNESS_SIGNED_BY_VCEK, data, report) &&
           write_file(settings->directory, "report.bin", report, sizeof report) &&
           guest_ask_host_report(&guest, report) &&
           write_file(settings->directory, "host-report.bin", report, sizeof report) &&
           (settings->vlek == NULL || make_vlek_report(&guest, settings, data));
}

static bool make(const struct settings *settings)
{
    struct board_options options = board_default_options;
    struct board board = BOARD_CLOSED;

    options.directory = settings->chip;
    options.memory_mib = 64;
    options.hosted = settings->hosted;
    if (board_start(&board, &options) != BOARD_OK) {
        (void)fprintf(stderr, "%s\n", board.message);
        return false;
    }
    const bool made = make_reports(&board, settings);
    const bool stopped = board_stop(&board) == BOARD_OK;

    if (made && stopped) {
        (void)printf("made report.bin, host-report.bin and measurement%s in %s\n",
                     settings->vlek != NULL ? ", and vlek-report.bin," : "", settings->directory);
    }
    return made && stopped;
}

static bool judge(const char *line, const char *path, char **certificates)
{
    const struct witness_product *product = witness_product_named(line);
    const struct witness_chain chain = {witness_certificate_load(certificates[0]),
                                        witness_certificate_load(certificates[1]),
                                        witness_certificate_load(certificates[2])};
    uint8_t bytes[WITNESS_REPORT_BYTES];
    struct witness_report report = {0};
    const char *fault = "a certificate is missing, or there is no such product";

    if (product != NULL && chain.ark != NULL && chain.ask != NULL && chain.leaf != NULL &&
        read_file(path, bytes, sizeof bytes)) {
        fault = witness_attest(bytes, &chain, product, time(NULL), &report);
    }
    if (fault != NULL) {
        (void)fprintf(stderr, "%s: %s\n", path, fault);
    } else {
        (void)printf("version %u, VMPL %#x, signed by a %s\n", report.version, report.vmpl,
                     witness_report_signing_key(&report) == WITNESS_SIGNED_BY_VCEK ? "VCEK"
                                                                                   : "VLEK");
    }
    X509_free(chain.ark);
    X509_free(chain.ask);
    X509_free(chain.leaf);
    return fault == NULL;
}

/** @return whether the command line is one of `make` */
static bool parse(int argc, char **argv, struct settings *settings)
{
    static const struct option options[] = {{"hosted", required_argument, NULL, 'h'},
                                            {"vlek", required_argument, NULL, 'v'},
                                            {NULL, 0, NULL, 0}};
    int found;

    while ((found = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (found == '?') {
            return false;
        }
        *(found == 'h' ? &settings->hosted : &settings->vlek) = optarg;
    }
    if (argc - optind != 3 || strcmp(argv[optind], "make") != 0) {
        return false;
    }
    settings->chip = argv[optind + 1];
    settings->directory = argv[optind + 2];
    return true;
}

int main(int argc, char **argv)
{
    struct settings settings = {0};

    if (argc == 7 && strcmp(argv[1], "judge") == 0) {
        return judge(argv[2], argv[3], argv + 4) ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    if (!parse(argc, argv, &settings)) {
        (void)fputs(help, stderr);
        return 2;
    }
    return make(&settings) ? EXIT_SUCCESS : EXIT_FAILURE;
}
