/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of the benchmark. Each measures commands on a running board and records what they took.
 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "host/lib/runner.h"
#include "host/lib/sev.h"
#include "tests/bench/figures.h"

#define BENCH_MIB (1024u * 1024u)
#define BENCH_ASID 100u /* the first one without SEV-ES (FABRIC_DEFAULT_OPTIONS) */

struct bench {
    struct board_options options;
    struct board board;
    struct figures figures;
    const char *build;      /**< Directory with what was built, or NULL. */
    bool quick;             /**< Few repetitions: shows that the benchmark works. */
    const char *primitives; /**< What tests/bench/primitives.sh has printed, or NULL. */
    char engine[sizeof((struct fabric_status *)NULL)->engine + 1]; /**< boot.c finds it out. */
};

/** One part. @return false when a command failed; what and why is on standard error */
typedef bool bench_part(struct bench *bench);

bench_part bench_sizes;             /**< size.c; needs no board */
bench_part bench_boot;              /**< boot.c; leaves a board running */
bench_part bench_idle;              /**< boot.c */
bench_part bench_nop;               /**< nop.c */
bench_part bench_exec;              /**< exec.c; gives the mailbox to a program meanwhile */
bench_part bench_identity;          /**< identity.c; leaves the platform initialised */
bench_part bench_launch_start;      /**< launch.c */
bench_part bench_launch_data;       /**< launch.c */
bench_part bench_migration;         /**< migration.c */
bench_part bench_ring;              /**< ring.c */
bench_part bench_snp;               /**< snp.c; leaves both platforms uninitialised */
bench_part bench_primitives;        /**< primitives.c; needs no board */
bench_part bench_memory_controller; /**< primitives.c */
bench_part bench_x86;               /**< x86.c */

/** @return how often to repeat: @p full times, or @p quick times with --quick */
unsigned bench_rounds(const struct bench *bench, unsigned full, unsigned quick);

/** @return nanoseconds of a clock that only goes forward */
int64_t bench_now_ns(void);

/** @return milliseconds since @p start_ns */
double bench_ms_since(int64_t start_ns);

/** Reads how much CPU time the board's process has used, in seconds. */
bool bench_cpu_time(const struct bench *bench, double *seconds);

/** Records the milliseconds since @p start_ns as a sample. */
void bench_add_ms(struct bench *bench, enum figure figure, int64_t start_ns);

/** Records a rate: @p bytes since @p start_ns. */
void bench_add_rate(struct bench *bench, enum figure figure, uint64_t bytes, int64_t start_ns);

/** Says that something went wrong. @return false */
bool bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** @return whether a command's result is SUCCESS; says so when it is not */
bool bench_succeeded(const char *command, int result);

/** Takes @p length bytes of x86 memory; *paddr is a multiple of a page. */
bool bench_allocate(struct bench *bench, uint64_t length, uint64_t *paddr);

/** Where @p length bytes of x86 memory are mapped, which bench_allocate() gave. */
void *bench_pointer(const struct bench *bench, uint64_t paddr, uint64_t length);

/** Flushes, then binds a guest to an ASID. */
bool bench_activate(struct bench *bench, uint32_t handle, uint32_t asid);

/** LAUNCH_MEASURE and LAUNCH_FINISH. */
bool bench_finish_launch(struct bench *bench, uint32_t handle);

/** Ends a guest, active or not. */
bool bench_end_guest(struct bench *bench, uint32_t handle);

#endif
