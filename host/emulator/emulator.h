/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An x86 machine that is switched on: its security processor's board, memory, caches, and what its
 * cores share. Virtual machines run on it (vm.h).
 */
#ifndef HOST_EMULATOR_EMULATOR_H
#define HOST_EMULATOR_EMULATOR_H

#include "host/demo/snp_host.h"
#include "host/emulator/cpu.h"
#include "host/emulator/trace.h"
#include "host/lib/runner.h"

struct emulator {
    const char *name;      /**< "A: " among several machines, else "". */
    const char *directory; /**< Of the chip. */
    bool quiet;            /**< Steps are printed only when they fail. */
    uint32_t cache_pages;  /**< At least X86_CACHE_PAGES_MIN: as large as guests' memory is best. */
    struct board board;
    struct x86_machine x86;
    struct cpu_machine cores;
    uint8_t *arena; /**< Of the caches: the plaintext inside the processor. */
    uint64_t arena_bytes;
    struct trace *trace;
    struct snp_host snp; /**< The hypervisor of SEV-SNP. */
    bool sev_on, snp_on;
};

/**
 * Starts a board and switches the machine's memory encryption on.
 *
 * @param[out] emulator  NAME, DIRECTORY, QUIET, CACHE_PAGES and TRACE are set
 * @return BOARD_OK, or what was wrong, after a message; end with emulator_power_off() anyway
 */
enum board_result emulator_power_on(struct emulator *emulator, const struct board_options *options)
    __attribute__((warn_unused_result));

/** Stops it. @return false after a message */
bool emulator_power_off(struct emulator *emulator) __attribute__((warn_unused_result));

/** Makes the platform ready for guests with SEV and SEV-ES, or with SEV-SNP. @return false after a message */
bool emulator_prepare(struct emulator *emulator, bool snp) __attribute__((warn_unused_result));

/** The other way. */
bool emulator_finish(struct emulator *emulator) __attribute__((warn_unused_result));

/** WBINVD on all cores, and DF_FLUSH. @return as sev.h */
int emulator_flush(struct emulator *emulator) __attribute__((warn_unused_result));

/** Writes memory as the hypervisor, through caches and RMP. @return false when a page is not its own */
bool emulator_write(struct emulator *emulator, uint64_t spa, const void *bytes, size_t length);

/** Reads it. */
void emulator_read(struct emulator *emulator, uint64_t spa, void *bytes, size_t length);

/**
 * Prints a step as the demonstrations do, unless quiet.
 *
 * @param started  deadline_now_us() before it; below 0: not worth telling
 * @param result   as sev.h
 * @return whether RESULT is SUCCESS; otherwise it is printed even if quiet
 */
bool emulator_step(const struct emulator *emulator, const char *name, int64_t started, int result,
                   const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
