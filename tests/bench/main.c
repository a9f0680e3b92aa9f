/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The benchmark: sizes of the images, and how long commands take as x86 software sees them. See the
 * text of --help.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"

static const char help[] =
    "usage: bench --chip DIR [OPTION...]\n"
    "       bench --pairs OTHER THIS [OTHER THIS]...\n"
    "\n"
    "Measures a board and prints a table. Or compares two builds, of which each was measured as "
    "often\n"
    "as the other and in turns, by the files that --json has written.\n"
    "\n"
    "    --chip DIR      a chip made by `virtasp provision`; its stored data is overwritten\n"
    "    --cpu MODEL     CPU of the emulated board (max)\n"
    "    --no-engine     without the cipher engine\n"
    "    --hosted FILE   measure the firmware as a Linux process, with its sanitizers, instead\n"
    "    --build DIR     where the images were built: their sizes are measured, too\n"
    "    --json FILE     also write the figures to FILE\n"
    "    --before FILE   also print what has changed since FILE was written by --json\n"
    "    --primitives FILE   the figures that tests/bench/primitives.sh printed\n"
    "    --quick         few repetitions: shows that everything works\n"
    "\n"
    "Exit status: 0 everything was measured, 1 a command failed, 2 wrong usage.\n";

#define VERSION_BYTES 160

struct settings {
    const char *json;
    const char *before;
    bool pairs;
};

static bool parse(int argc, char **argv, struct bench *bench, struct settings *settings)
{
    static const struct option options[] = {
        {"chip", required_argument, NULL, 'd'},
        {"cpu", required_argument, NULL, 'c'},
        {"hosted", required_argument, NULL, 'h'},
        {"build", required_argument, NULL, 'b'},
        {"json", required_argument, NULL, 'j'},
        {"before", required_argument, NULL, 'o'},
        {"primitives", required_argument, NULL, 'p'},
        {"pairs", no_argument, NULL, 's'},
        {"quick", no_argument, NULL, 'q'},
        {"no-engine", no_argument, NULL, 'e'},
        {NULL, 0, NULL, 0},
    };
    int found;
    while ((found = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (found) {
        case 'd':
            bench->options.directory = optarg;
            break;
        case 'c':
            bench->options.cpu = optarg;
            break;
        case 'h':
            bench->options.hosted = optarg;
            break;
        case 'b':
            bench->build = optarg;
            break;
        case 'j':
            settings->json = optarg;
            break;
        case 'o':
            settings->before = optarg;
            break;
        case 'p':
            bench->primitives = optarg;
            break;
        case 's':
            settings->pairs = true;
            break;
        case 'e':
            bench->options.no_engine = true;
            break;
        case 'q':
            bench->quick = true;
            break;
        default:
            return false;
        }
    }
    const int files = argc - optind;
    return settings->pairs ? files >= 2 && files % 2 == 0 && files <= 2 * (int)FIGURES_PAIRS_MAX
                           : bench->options.directory != NULL && files == 0;
}

static bool run_parts(struct bench *bench)
{
    static bench_part *const parts[] = {
        bench_nop,         bench_exec,      bench_identity, bench_launch_start,
        bench_launch_data, bench_migration, bench_ring,     bench_memory_controller,
        bench_x86,         bench_snp,       bench_idle,
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (!parts[i](bench)) {
            return false;
        }
    }
    return true;
}

/* Measures everything; no board is left behind. */
static bool run(struct bench *bench)
{
    if (!bench_sizes(bench) || !bench_primitives(bench)) {
        return false;
    }
    bool done = bench_boot(bench) && run_parts(bench);
    if (bench->board.mailbox_file.bytes != NULL && board_stop(&bench->board) != BOARD_OK) {
        done = bench_fail("%s", bench->board.message);
    }
    return done;
}

/* The emulator's own words: figures of different versions differ by a lot. */
static void read_version(const struct bench *bench, char version[VERSION_BYTES])
{
    char command[PATH_MAX];
    const char *qemu = getenv("QEMU");
    version[0] = '\0';
    if (bench->options.hosted != NULL) {
        return;
    }
    (void)snprintf(command, sizeof command, "'%s' --version",
                   qemu != NULL && *qemu != '\0' ? qemu : "qemu-system-arm");
    FILE *pipe = popen(command, "r");
    if (pipe != NULL) {
        if (fgets(version, VERSION_BYTES, pipe) == NULL) {
            version[0] = '\0';
        }
        (void)pclose(pipe);
    }
    version[strcspn(version, "\n")] = '\0';
}

static bool write_json(struct bench *bench, const struct figures_context *context, const char *path)
{
    FILE *file = fopen(path, "w");
    bool done = file != NULL && figures_write_json(&bench->figures, context, file);
    done = (file == NULL || fclose(file) == 0) && done;
    return done || bench_fail("%s: %s", path, strerror(errno));
}

static int compare_pairs(unsigned count, char **paths)
{
    static struct figures_run runs[2 * FIGURES_PAIRS_MAX];
    for (unsigned i = 0; i < count; i++) {
        if (!figures_read_json(&runs[i], paths[i])) {
            (void)bench_fail("%s: cannot be read, or has no figures", paths[i]);
            return EXIT_FAILURE;
        }
    }
    figures_print_pairs(runs, count / 2);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    static struct bench bench = {.board = BOARD_CLOSED};
    struct settings settings = {0};
    char version[VERSION_BYTES];
    bench.options = board_default_options;
    if (!parse(argc, argv, &bench, &settings)) {
        (void)fputs(help, stderr);
        return 2;
    }
    if (settings.pairs) {
        return compare_pairs((unsigned)(argc - optind), argv + optind);
    }
    read_version(&bench, version);
    struct figures_run before;
    const bool compares = settings.before != NULL && figures_read_json(&before, settings.before);
    const struct figures_context context = {
        .cpu = bench.options.hosted != NULL ? "hosted" : bench.options.cpu,
        .qemu_version = version,
        .engine = bench.engine,
        .bars = bench.options.hosted == NULL && !bench.options.no_engine &&
                strcmp(bench.options.cpu, "max") == 0,
    };
    bool done = run(&bench);
    figures_print(&bench.figures, &context);
    if (compares) {
        figures_print_change(&before, &bench.figures);
    }
    if (settings.json != NULL) {
        done = write_json(&bench, &context, settings.json) && done;
    }
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
