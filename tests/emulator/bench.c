/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Measures the reference emulator with the guest tests/guests/work: a line "KEY FIGURE" for each of
 * make bench's figures (tests/bench/figures_meaning.c).
 *
 * usage: emulator-bench CHIP SECOND-CHIP GUESTS-DIRECTORY [VIRTASP-SP]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/demo/machine.h"
#include "host/emulator/vm_move.h"
#include "host/emulator/vm_run.h"
#include "host/lib/deadline.h"

#define MIB 0x100000ull
#define SECONDS 120u
#define LOOP_INSTRUCTIONS (40000000.0 * 6) /* As tests/guests/work has it. */
#define LAUNCH_MIB 16u
#define MOVED_MIB 64u
#define MACHINE_MIB 256u

static struct trace no_trace;

struct bench {
    char guest[PATH_MAX];
    const char *hosted;
    struct emulator *machines[2];
};

static bool fail(const char *what)
{
    (void)fprintf(stderr, "emulator-bench: %s\n", what);
    return false;
}

static bool power_on(struct bench *bench, unsigned number, const char *chip)
{
    struct board_options options = board_default_options;
    struct emulator *emulator = calloc(1, sizeof *emulator);
    options.hosted = bench->hosted;
    options.memory_mib = MACHINE_MIB;
    bench->machines[number] = emulator;
    if (emulator == NULL) {
        return fail("no memory");
    }
    *emulator = (struct emulator){.name = "",
                                  .directory = chip,
                                  .quiet = true,
                                  .cache_pages = X86_CACHE_PAGES_DEFAULT +
                                                 MOVED_MIB * (uint32_t)(MIB / VM_PAGE_BYTES),
                                  .board = BOARD_CLOSED,
                                  .trace = &no_trace};
    return emulator_power_on(emulator, &options) == BOARD_OK && emulator_prepare(emulator, false);
}

static struct vm *launch(struct bench *bench, uint32_t flags, uint32_t mib)
{
    const struct vm_options options = {.path = bench->guest,
                                       .name = "work",
                                       .vcpus = 1,
                                       .memory_bytes = mib * MIB,
                                       .flags = flags,
                                       .policy = (flags & GUEST_SEV) != 0 ? 1 : VM_ANY_POLICY};
    struct vm *vm = calloc(1, sizeof *vm);
    if (vm != NULL && !vm_launch(vm, bench->machines[0], &options)) {
        if (!vm_end(vm)) {
            (void)fail("what was launched of a guest cannot be ended");
        }
        free(vm);
        vm = NULL;
    }
    return vm;
}

static bool to_pause(struct vm *vm)
{
    return vm_run(vm, SECONDS) == VM_PAUSED ||
           fail(vm->problem != NULL ? vm->problem : "the guest does not pause");
}

/* @return millions of instructions per second; 0: it failed */
static double speed(struct bench *bench, uint32_t flags, double *launch_ms)
{
    const int64_t begun = deadline_now_us();
    struct vm *vm = launch(bench, flags, LAUNCH_MIB);
    double rate = 0;
    if (vm == NULL) {
        return 0;
    }
    bool good = to_pause(vm);
    *launch_ms = (double)(deadline_now_us() - begun) / 1000;
    const int64_t started = deadline_now_us();
    good = good && to_pause(vm);
    if (good) {
        rate = LOOP_INSTRUCTIONS / (double)(deadline_now_us() - started);
    }
    good = vm_end(vm) && good;
    free(vm);
    return good ? rate : 0;
}

/* What a guest is not running for while it moves: the pages that it has changed since they were sent. */
static bool downtime(struct bench *bench, double *best_ms)
{
    char reason[BOARD_MESSAGE_BYTES] = "";
    static struct sev_target target;
    struct vm_stream stream;
    struct vm *from = launch(bench, GUEST_SEV, MOVED_MIB);
    struct vm *to = calloc(1, sizeof *to);
    if (from == NULL || to == NULL || !to_pause(from) || !to_pause(from) ||
        !machine_identify(&bench->machines[1]->board, bench->machines[1]->directory, &target,
                          reason) ||
        vm_send_start(from, &target, &stream) != SEV_STATUS_SUCCESS ||
        vm_receive_start(to, bench->machines[1], &stream, 0) != SEV_STATUS_SUCCESS ||
        vm_send_pages(from, &stream, false) != SEV_STATUS_SUCCESS ||
        vm_receive_packets(to, &stream, 0) != SEV_STATUS_SUCCESS || !to_pause(from)) {
        return fail("a guest cannot be moved");
    }
    const size_t before = stream.count;
    const int64_t started = deadline_now_us();
    if (vm_send_pages(from, &stream, true) != SEV_STATUS_SUCCESS ||
        vm_send_finish(from, &stream) != SEV_STATUS_SUCCESS ||
        vm_receive_packets(to, &stream, before) != SEV_STATUS_SUCCESS ||
        vm_receive_finish(to, &stream) != SEV_STATUS_SUCCESS) {
        return fail("a guest cannot be moved");
    }
    const int64_t took = deadline_now_us() - started;
    const double ms = (double)took / 1000;
    *best_ms = *best_ms <= 0 || ms < *best_ms ? ms : *best_ms;
    const bool good = to_pause(to) && vm_run(to, SECONDS) == VM_ENDED;
    vm_stream_free(&stream);
    const bool ended = vm_end(from) && vm_end(to);
    free(from);
    free(to);
    return good && ended;
}

static bool measure(struct bench *bench)
{
    double launch_ms = 0;
    double plain = 0;
    double encrypted = 0;
    /* The best of three each, in turns: other work only takes away. */
    for (unsigned i = 0; i < 3; i++) {
        double unused;
        double ms = 0;
        const double one = speed(bench, 0, &unused);
        const double other = speed(bench, GUEST_SEV, &ms);
        if (one <= 0 || other <= 0) {
            return fail("a guest does not run");
        }
        plain = one > plain ? one : plain;
        encrypted = other > encrypted ? other : encrypted;
        launch_ms = i == 0 || ms < launch_ms ? ms : launch_ms;
    }
    (void)printf("emulator_mips %.0f\n", encrypted);
    (void)printf("emulator_encrypted_ratio %.3f\n", encrypted / plain);
    (void)printf("emulator_launch_16mib_ms %.1f\n", launch_ms);
    double downtime_ms = 0;
    for (unsigned i = 0; i < 2; i++) {
        if (!downtime(bench, &downtime_ms)) {
            return false;
        }
    }
    (void)printf("emulator_downtime_64mib_ms %.1f\n", downtime_ms);
    return true;
}

static bool power_off(struct bench *bench)
{
    bool good = true;
    for (unsigned i = 0; i < 2; i++) {
        if (bench->machines[i] != NULL) {
            good = emulator_finish(bench->machines[i]) && good;
            good = emulator_power_off(bench->machines[i]) && good;
            free(bench->machines[i]);
        }
    }
    return good;
}

int main(int argc, char **argv)
{
    struct bench bench = {.hosted = argc > 4 ? argv[4] : NULL};
    if (argc < 4) {
        (void)fputs("usage: emulator-bench CHIP SECOND-CHIP GUESTS-DIRECTORY [VIRTASP-SP]\n",
                    stderr);
        return 2;
    }
    if (!board_path(bench.guest, argv[3], "work.bin")) {
        return 1;
    }
    const bool good =
        power_on(&bench, 0, argv[1]) && power_on(&bench, 1, argv[2]) && measure(&bench);
    return power_off(&bench) && good && fflush(stdout) == 0 ? 0 : 1;
}
