/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtasp-emulator: `virtasp run` starts it. A program of its own, so that virtasp needs no Unicorn.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/cmd/interrupt.h"
#include "host/demo/show.h"
#include "host/emulator/guest_names.h"
#include "host/emulator/host_program.h"
#include "host/emulator/settings.h"
#include "host/emulator/vm_run.h"
#include "host/lib/build_paths.h"
#include "host/lib/deadline.h"
#include "host/lib/output_file.h"
#include "host/provision/arguments.h"
#include "host/provision/files.h"
#include "host/provision/ready.h"

#define SPARE_MIB 64u /* For tables, the RMP, and what commands point to. */

/* Guest memory is in one piece, and there are two, below and above the hole of 4 GiB. */
static uint32_t machine_mib(const struct vm_options *options)
{
    const uint64_t needed = 2 * ((options->memory_bytes >> 20) + SPARE_MIB);
    return needed > BOARD_DEFAULT_MEMORY_MIB ? (uint32_t)needed : BOARD_DEFAULT_MEMORY_MIB;
}

static bool make_chip(const struct settings *settings, struct provision_error *error)
{
    const struct provision_ready chip = {.directory = settings->board.directory,
                                         .rom = settings->rom,
                                         .firmware = settings->firmware,
                                         .hosted = settings->board.hosted != NULL,
                                         .quiet = settings->quiet};
    return provision_make_ready(&chip, error);
}

static bool run_program(struct emulator *emulator, const struct vm_options *options,
                        const struct settings *settings)
{
    struct host_program *program = calloc(1, sizeof *program);
    bool good = program != NULL && host_program_load(program, emulator, options->path,
                                                     options->memory_bytes, settings->full);
    if (good) {
        program->devices.prefix = options->prefix;
        good = host_program_run(program, settings->seconds);
        show_step("program", good ? "ok" : SHOW_FAILED, -1, "%s",
                  program->problem != NULL ? program->problem : "");
    }
    if (program != NULL) {
        host_program_end(program);
    }
    free(program);
    return good;
}

static bool run_one(struct emulator *emulator, const struct vm_options *options,
                    const struct settings *settings)
{
    if (settings->program) {
        main_heading(settings, "The program runs");
        return run_program(emulator, options, settings);
    }
    if ((options->flags & GUEST_SEV) != 0 &&
        !emulator_prepare(emulator, (options->flags & GUEST_SNP) != 0)) {
        return false;
    }
    main_heading(settings, "Launch");
    return main_run_guest(emulator, options, settings);
}

static bool is_standard_output(const char *name)
{
    return name != NULL && strcmp(name, "-") == 0;
}

/* @return the name of what cannot be written, or must not, or NULL */
static const char *open_outputs(struct settings *settings, struct vm_options *options,
                                struct trace *trace)
{
    if (settings->page != NULL) {
        if (report_is_same_file(settings->page, options->path)) {
            return settings->page;
        }
        settings->report = vm_report_new(trace, options->name, settings->page);
        options->look = vm_report_look;
        options->look_context = settings->report;
        if (settings->report == NULL) {
            return settings->page;
        }
    }
    if (settings->trace != NULL && (report_is_same_file(settings->trace, options->path) ||
                                    report_is_same_file(settings->trace, settings->page))) {
        return settings->trace;
    }
    return trace_open(trace, settings->trace) ? NULL : settings->trace;
}

static int run(struct settings *settings, struct vm_options *options)
{
    struct trace trace = {0};
    struct emulator emulator = {.name = "",
                                .directory = settings->board.directory,
                                .quiet = settings->quiet,
                                .board = BOARD_CLOSED,
                                .cache_pages = X86_CACHE_PAGES_DEFAULT +
                                               (uint32_t)(options->memory_bytes / VM_PAGE_BYTES),
                                .trace = &trace};
    const char *refused = open_outputs(settings, options, &trace);
    if (refused != NULL) {
        (void)fprintf(stderr, "virtasp run: %s: cannot be written\n", refused);
        vm_report_free(settings->report);
        return BOARD_FAILED;
    }
    main_heading(settings, "Power on");
    enum board_result result = emulator_power_on(&emulator, &settings->board);
    if (result == BOARD_OK) {
        bool good = run_one(&emulator, options, settings);
        good = emulator_finish(&emulator) && good;
        result = good ? BOARD_OK : BOARD_FAILED;
    }
    if (!emulator_power_off(&emulator)) {
        result = BOARD_FAILED;
    }
    if (!trace_close(&trace)) {
        (void)fprintf(stderr, "virtasp run: %s: cannot be written\n", settings->trace);
        result = BOARD_FAILED;
    }
    if (settings->report != NULL && !report_write(&settings->report->page)) {
        (void)fprintf(stderr, "virtasp run: %s: cannot be written\n", settings->page);
        result = BOARD_FAILED;
    }
    vm_report_free(settings->report);
    return (int)result;
}

/* What is not of a report's or trace's kind stays. */
static bool check_outputs(const struct settings *settings, struct provision_error *error)
{
    const struct {
        const char *path;
        const struct output_kind *kind;
    } outputs[] = {{settings->page, &output_page}, {settings->trace, &output_trace}};
    for (size_t i = 0; i < sizeof outputs / sizeof outputs[0]; i++) {
        const char *path = outputs[i].path;
        const char *refusal = path != NULL ? output_text_refusal(path, outputs[i].kind) : NULL;
        if (refusal != NULL) {
            return provision_fail(error, "%s: %s", path, refusal);
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    struct build_paths paths;
    char guest[PATH_MAX];
    struct settings settings = {.board = board_default_options, .seconds = 60};
    struct provision_error error = {0};
    enum provision_request request;
    struct guest_header header;
    struct settings_numbers numbers;
    const struct provision_option table[] = {
        {"policy", &settings.policy, NULL, NULL},
        {"vcpus", &settings.vcpus, NULL, NULL},
        {"memory", &settings.memory, NULL, NULL},
        {"plain", NULL, NULL, &settings.plain},
        {"es", NULL, NULL, &settings.es},
        {"snp", NULL, NULL, &settings.snp},
        {"c-bit", &settings.c_bit, NULL, NULL},
        {"trace", &settings.trace, NULL, NULL},
        {"report", &settings.page, NULL, NULL},
        {"seconds", NULL, &settings.seconds, NULL},
        {"quiet", NULL, NULL, &settings.quiet},
        {"tsme", NULL, NULL, &settings.tsme},
        {"full", NULL, NULL, &settings.full},
        {"chip", &settings.board.directory, NULL, NULL},
        {"rom", &settings.rom, NULL, NULL},
        {"firmware", &settings.firmware, NULL, NULL},
        {"cpu", &settings.board.cpu, NULL, NULL},
        {"qemu", &settings.board.qemu, NULL, NULL},
        {"hosted", &settings.board.hosted, NULL, NULL},
    };
    if (!provision_parse(argc, argv, table, sizeof table / sizeof table[0], &settings.guest,
                         &request, &error)) {
        return provision_usage_error("run", &error);
    }
    if (request != PROVISION_RUN || settings.guest == NULL) {
        (void)provision_fail(&error, "a guest is needed");
        return provision_usage_error("run", &error);
    }
    if (!build_paths_find(&paths)) {
        (void)provision_fail(&error, "$BUILD is too long");
        return provision_failure("run", &error);
    }
    if (!guest_names_find(settings.guest, guest, &error) ||
        !vm_image_header(guest, &header, &error)) {
        return provision_failure("run", &error);
    }
    if (!settings_numbers(&settings, &header, &numbers, &error)) {
        return provision_usage_error("run", &error);
    }
    settings.rom = settings.rom != NULL ? settings.rom : paths.rom;
    settings.firmware = settings.firmware != NULL ? settings.firmware : paths.firmware;
    settings.board.directory =
        settings.board.directory != NULL ? settings.board.directory : paths.chip;
    struct vm_options options = {
        .path = guest,
        .name = settings.guest,
        .vcpus = numbers.vcpus,
        .memory_bytes = (uint64_t)numbers.memory_mib << 20,
        .flags = numbers.flags,
        .secret = (header.flags & GUEST_NEEDS_SECRET) != 0,
        .policy = numbers.policy,
        .prefix = "    | ",
    };
    settings.board.memory_mib = machine_mib(&options);
    settings.program = (header.flags & GUEST_IS_HOST) != 0;
    if (!check_outputs(&settings, &error)) {
        return provision_failure("run", &error);
    }
    if (settings.program && settings.page != NULL) {
        (void)provision_fail(&error, "--report: %s is no guest", settings.guest);
        return provision_usage_error("run", &error);
    }
    if (is_standard_output(settings.page) || is_standard_output(settings.trace)) {
        (void)provision_fail(&error,
                             "--report and --trace want a file, not '-': standard output has "
                             "the steps, and what the guest prints (./- is a file)");
        return provision_usage_error("run", &error);
    }
    settings.board.fabric_options.c_bit = numbers.c_bit;
    settings.board.fabric_options.flags |= settings.tsme ? FABRIC_FLAG_TSME : 0;
    settings.board.cancel = interrupt_catch();
    if (!make_chip(&settings, &error)) {
        return provision_failure("run", &error);
    }
    return run(&settings, &options);
}
