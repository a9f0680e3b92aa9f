/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of `virtasp run --kernel` (settings.h).
 */
#include "host/linux/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/linux/attack.h"
#include "host/provision/provision.h"

bool settings_begin(struct settings *settings)
{
    settings->memory_mib = GUEST_DEFAULT_MEMORY_MIB;
    settings->guest.image.cpus = 1;
    settings->guest.image.c_bit = 51;
    settings->guest.period_ms = 100;
    settings->guest.board = board_default_options;
    settings->guest.board.directory = settings->paths.chip;
    settings->guest.rom = settings->paths.rom;
    settings->guest.firmware = settings->paths.firmware;
    return build_paths_find(&settings->paths);
}

bool settings_parse(struct settings *settings, int argc, char **argv,
                    enum provision_request *request, struct provision_error *error)
{
    struct guest_options *guest = &settings->guest;
    const struct provision_option table[] = {
        {"kernel", &guest->image.kernel, NULL, NULL},
        {"initrd", &guest->image.initrd, NULL, NULL},
        {"append", &guest->image.append, NULL, NULL},
        {"disk", &guest->disk, NULL, NULL},
        {"network", NULL, NULL, &guest->network},
        {"ssh", NULL, &guest->ssh, &settings->ssh_given},
        {"memory", NULL, &settings->memory_mib, NULL},
        {"vcpus", NULL, &guest->image.cpus, NULL},
        {"c-bit", NULL, &guest->image.c_bit, NULL},
        {"policy", NULL, &guest->policy, &guest->policy_given},
        {"secret", &guest->secret, NULL, NULL},
        {"period", NULL, &guest->period_ms, NULL},
        {"seconds", NULL, &guest->seconds, NULL},
        {"quiet", NULL, NULL, &guest->quiet},
        {"console", &guest->console, NULL, NULL},
        {"control", &guest->control, NULL, NULL},
        {"request", &settings->request, NULL, NULL},
        {"digest", NULL, NULL, &settings->digest},
        {"restore", &guest->restore, NULL, NULL},
        {"attack", &settings->attack, NULL, NULL},
        {"report", &settings->page, NULL, NULL},
        {"qemu-x86", &guest->qemu_x86, NULL, NULL},
        {"chip", &guest->board.directory, NULL, NULL},
        {"rom", &guest->rom, NULL, NULL},
        {"firmware", &guest->firmware, NULL, NULL},
        {"qemu", &guest->board.qemu, NULL, NULL},
        {"hosted", &guest->board.hosted, NULL, NULL},
    };
    return provision_parse(argc, argv, table, sizeof table / sizeof table[0], NULL, request, error);
}

/* @return NULL, or what is wrong */
static const char *find_wrong(struct settings *settings)
{
    struct guest_options *guest = &settings->guest;
    struct image_options *image = &guest->image;
    if (image->kernel == NULL) {
        return "--kernel FILE is needed";
    }
    if (settings->memory_mib < MAP_MEMORY_MIN_MIB || settings->memory_mib > MAP_MEMORY_MAX_MIB ||
        settings->memory_mib % 2 != 0) {
        return "--memory wants an even number of MiB, 256 to 4096";
    }
    if (image->cpus < 1 || image->cpus > 4) {
        return "--vcpus wants 1 to 4";
    }
    if (image->c_bit != 47 && image->c_bit != 51) {
        return "--c-bit wants 47 or 51";
    }
    if ((guest->policy & SEV_POLICY_ES) != 0) {
        return "a guest with SEV-ES cannot run this way: its CPU's registers are QEMU's";
    }
    if (guest->period_ms == 0 || guest->period_ms > 60000) {
        return "--period wants 1 to 60000 milliseconds";
    }
    if (settings->page != NULL && strcmp(settings->page, "-") == 0) {
        return "--report wants a file, not '-': standard output has the steps (./- is a file)";
    }
    if (settings->ssh_given && (guest->ssh == 0 || guest->ssh > UINT16_MAX)) {
        return "--ssh wants a port, 1 to 65535";
    }
    if (settings->attack != NULL && !attack_find(settings->attack, &guest->attack)) {
        return "--attack wants flip, replay, read or load";
    }
    return NULL;
}

/* The machine has no ACPI tables. */
static bool complete(struct settings *settings)
{
    struct image_options *image = &settings->guest.image;
    const char *text = image->append != NULL ? image->append : "console=ttyS0";
    const bool told = strstr(text, "acpi=") != NULL;
    const int length =
        snprintf(settings->append, sizeof settings->append, "%s%s", text, told ? "" : " acpi=off");
    image->append = settings->append;
    image->memory = settings->memory_mib * MAP_MIB;
    settings->guest.network = settings->guest.network || settings->ssh_given;
    if (settings->guest.qemu_x86 == NULL) {
        const char *qemu = getenv("QEMU_X86");
        settings->guest.qemu_x86 = qemu != NULL && *qemu != '\0' ? qemu : "qemu-system-x86_64";
    }
    return length >= 0 && (size_t)length < sizeof settings->append;
}

bool settings_check(struct settings *settings, struct provision_error *error)
{
    const char *wrong =
        settings->request != NULL ? "--request goes with --control alone" : find_wrong(settings);
    if (wrong == NULL && !complete(settings)) {
        wrong = "--append is too long";
    }
    if (wrong == NULL && settings->digest &&
        (settings->page != NULL || settings->guest.control != NULL)) {
        wrong = "--digest runs nothing: without --report and --control";
    }
    return wrong == NULL || provision_fail(error, "%s", wrong);
}
