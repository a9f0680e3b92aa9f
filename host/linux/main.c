/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtasp-linux-guest, which `virtasp run --kernel` is: a stock Linux as SEV guest in a stock QEMU.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "host/cmd/interrupt.h"
#include "host/demo/show.h"
#include "host/linux/forward.h"
#include "host/linux/guest_report.h"
#include "host/linux/help.h"
#include "host/linux/input_files.h"
#include "host/linux/owner_digest.h"
#include "host/linux/qemu_version.h"
#include "host/linux/request_client.h"
#include "host/linux/settings.h"
#include "host/provision/provision.h"
#include "host/provision/ready.h"

static bool make_chip(const struct settings *settings, struct provision_error *error)
{
    const struct provision_ready chip = {.directory = settings->guest.board.directory,
                                         .rom = settings->guest.rom,
                                         .firmware = settings->guest.firmware,
                                         .hosted = settings->guest.board.hosted != NULL,
                                         .quiet = settings->guest.quiet};
    return provision_make_ready(&chip, error);
}

static bool print_digest(const struct image_options *image, struct provision_error *error)
{
    const struct owner_wish wish = owner_wish_of(image);
    uint8_t digest[SEV_LAUNCH_DIGEST_BYTES];
    char hex[2 * sizeof digest + 1];
    if (!owner_digest(&wish, digest, error)) {
        return false;
    }
    provision_hex(digest, sizeof digest, hex);
    return printf("%s\n", hex) > 0;
}

/* What is no kernel, or does not fit, makes no chip. A restored guest has been launched already. */
static bool can_launch(const struct guest_options *options, struct provision_error *error)
{
    struct image image;
    if (options->restore != NULL) {
        return true;
    }
    const bool fits =
        image_make(&image, &options->image) || provision_fail(error, "%s", image.message);
    image_free(&image);
    return fits;
}

/* Secrets of the owner and keys of guests are no matter for a core file. */
static void forbid_cores(void)
{
    const struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
}

/* Also behind an option that wants a value, as in `run --kernel --help`. */
static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "--help") == 0) {
            return true;
        }
    }
    return false;
}

int main(int argc, char **argv)
{
    static struct settings settings;
    struct guest_options *guest = &settings.guest;
    struct provision_error error = {0};
    enum provision_request request;
    char name[] = "run --kernel";
    const bool built = settings_begin(&settings);
    argv[0] = name;
    forbid_cores();
    if (asks_for_help(argc, argv)) {
        return provision_answer(PROVISION_HELP, linux_help);
    }
    if (!built) {
        (void)provision_fail(&error, "$BUILD is too long");
        return provision_failure(argv[0], &error);
    }
    if (!settings_parse(&settings, argc, argv, &request, &error)) {
        return provision_usage_error(argv[0], &error);
    }
    if (request != PROVISION_RUN) {
        return provision_answer(request, linux_help);
    }
    if (settings.request != NULL && guest->control != NULL && guest->image.kernel == NULL) {
        return request_send(guest->control, settings.request);
    }
    if (!settings_check(&settings, &error)) {
        return provision_usage_error(argv[0], &error);
    }
    if (guest->quiet) {
        show_only_failures();
    }
    if (settings.digest) {
        return print_digest(&guest->image, &error) ? BOARD_OK : provision_failure(argv[0], &error);
    }
    if ((guest->ssh != 0 && !forward_is_free((uint16_t)guest->ssh, &error)) ||
        !qemu_version_suits(guest->qemu_x86, &error) || !input_files_check(guest, &error) ||
        !guest_report_open(guest, settings.page, &error)) {
        return provision_failure(argv[0], &error);
    }
    guest->board.cancel = interrupt_catch();
    show_without_waiting(guest->board.cancel);
    (void)signal(SIGPIPE, SIG_IGN);
    const int status = can_launch(guest, &error) && make_chip(&settings, &error)
                           ? guest_live(guest)
                           : provision_failure(argv[0], &error);
    if (*guest->board.cancel != 0 && status != BOARD_OK && show_may_write(stderr)) {
        (void)fprintf(stderr, "virtasp run: interrupted: %s\n",
                      strsignal((int)*guest->board.cancel));
    }
    return guest_report_close(guest->report, settings.page, status);
}
