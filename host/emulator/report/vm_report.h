/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report on a guest of the emulator: it listens to the trace and looks at memory while the guest
 * runs (host/report has the page).
 */
#ifndef HOST_EMULATOR_REPORT_VM_REPORT_H
#define HOST_EMULATOR_REPORT_VM_REPORT_H

#include "host/emulator/report/sight.h"
#include "host/emulator/vm_run.h"
#include "host/report/report.h"

struct vm_report {
    struct report page;
    struct trace *trace;
    int64_t looked_us;     /**< Spent on looking, which is no part of the run. */
    int64_t looked_before; /**< Of that, before the guest ran. */
    int64_t looked_at_attacks;
    struct sight_secrets secrets;
    bool asked; /**< SEV-SNP: the report was asked for in the guest's place. */
};

/**
 * Starts to listen.
 *
 * @param name  of the guest; stays the caller's
 * @param path  of the page, which is empty until report_write()
 * @return NULL without memory, or when the file cannot be written
 */
struct vm_report *vm_report_new(struct trace *trace, const char *name, const char *path);

/** Frees it, which may be NULL, and listens no more. */
void vm_report_free(struct vm_report *report);

/** The guest begins to run, and has ended for now. */
void vm_report_runs(struct vm_report *report);
void vm_report_ran(struct vm_report *report);

/** As vm_look: CONTEXT is struct vm_report. */
void vm_report_look(void *context, struct vm *vm, enum vm_moment moment);

/**
 * Gathers what is known of a guest before vm_end(), and asks for what is missing: the chip's number,
 * and with SEV-SNP a report, in the guest's place.
 *
 * @param stop  why it has stopped; of no meaning unless it was LAUNCHED
 */
void vm_report_conclude(struct vm_report *report, struct vm *vm, bool launched, enum vm_stop stop);

#endif
