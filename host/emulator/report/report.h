/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report: a page of HTML on one run of a guest (docs/running-guests.md, "The report"). It listens
 * to the trace and looks at memory while the guest runs, and writes everything at the end.
 *
 * No key is ever in it. Of memory it shows what DRAM holds, and the guest's view only of pages that
 * were launched, before the guest has run, and of those that it lets the host attack.
 */
#ifndef HOST_EMULATOR_REPORT_REPORT_H
#define HOST_EMULATOR_REPORT_REPORT_H

#include "host/emulator/report/chain.h"
#include "host/emulator/report/map.h"
#include "host/emulator/vm_run.h"

#define REPORT_ROWS_MAX 256u
#define REPORT_EXITS_MAX 48u
#define REPORT_ATTACKS_MAX 24u
#define REPORT_MOMENTS 3u
#define REPORT_VIEW_BYTES 256u

enum report_row_kind {
    REPORT_PHASE,   /**< Heading of what follows. */
    REPORT_COMMAND, /**< Of the firmware: as many as followed each other. */
    REPORT_GUEST,   /**< The guest runs. */
};

/** A row of the time line. Times are deadline_now_us(). */
struct report_row {
    enum report_row_kind kind;
    const char *title; /**< Of a phase. */
    uint32_t id;
    int result;
    uint32_t count;
    int64_t began, ended;
    int64_t spent; /**< In commands. */
};

/** How often the guest was left for a reason. */
struct report_exit {
    uint64_t code;
    uint64_t count;
};

/** What one page is to host and guest. */
struct report_sight {
    enum sight_page page;
    bool host_sees, guest_sees;
    bool secret; /**< The guest's view is not shown. */
    uint8_t host[VM_PAGE_BYTES];
    uint8_t guest[VM_PAGE_BYTES];
};

struct report_attack {
    struct vm_attack attack;
    struct report_sight before, after;
};

/** What report_conclude() keeps of a guest that is about to end. Its keys are not among it. */
struct report_run {
    const char *name;
    struct vm_machine machine;
    uint64_t policy;
    uint32_t asid;
    bool launched;
    enum vm_stop stop;
    uint32_t verdict;
    char problem[200]; /**< With VM_BROKEN. */
    uint64_t exits, exceptions, fills, lines_read;
    int64_t launch_us, run_us;
    struct vm_evidence evidence;
    char text[DEVICES_TEXT_BYTES]; /**< Serial output. */
    size_t text_length;
};

struct report {
    FILE *file;
    struct trace *trace;
    struct report_row rows[REPORT_ROWS_MAX];
    uint32_t row_count;
    uint32_t rows_lost;    /**< Commands that had no room. */
    int64_t looked_us;     /**< Spent on looking, which is no part of the run. */
    int64_t looked_before; /**< Of that, before the guest ran. */
    int64_t looked_at_attacks;
    struct report_exit exits[REPORT_EXITS_MAX];
    uint32_t exit_count;
    struct map maps[REPORT_MOMENTS];
    struct sight_secrets secrets;
    bool viewed; /**< The next three are set. */
    uint64_t view_gpa;
    uint8_t view_host[REPORT_VIEW_BYTES];
    uint8_t view_guest[REPORT_VIEW_BYTES];
    struct report_attack attacks[REPORT_ATTACKS_MAX];
    uint32_t attack_count;
    uint32_t attacks_lost;
    struct report_run run;
    struct chain chain;
    bool expects; /**< SEV-SNP: EXPECTED is set. */
    uint8_t expected[SNP_DIGEST_BYTES];
    bool asked; /**< SEV-SNP: the report was asked for in the guest's place. */
    bool accepted;
    struct provision_error reason; /**< Unless ACCEPTED. */
};

/**
 * Starts to listen.
 *
 * @param name  of the guest; stays the caller's
 * @param path  of the page, which is empty until report_write()
 * @return NULL without memory, or when the file cannot be written
 */
struct report *report_new(struct trace *trace, const char *name, const char *path);

/** Frees it, which may be NULL, and listens no more. */
void report_free(struct report *report);

/** A part of the run begins. @param title  a constant */
void report_phase(struct report *report, const char *title);

/** The guest begins to run, and has ended for now. */
void report_runs(struct report *report);
void report_ran(struct report *report);

/** As vm_look: CONTEXT is struct report. */
void report_look(void *context, struct vm *vm, enum vm_moment moment);

/**
 * Gathers what is known of a guest before vm_end(), and asks for what is missing: the chip's number,
 * and with SEV-SNP a report, in the guest's place.
 *
 * @param stop  why it has stopped; of no meaning unless it was LAUNCHED
 */
void report_conclude(struct report *report, struct vm *vm, bool launched, enum vm_stop stop);

/** Writes the page, once. @return false when it cannot be written */
bool report_write(struct report *report) __attribute__((warn_unused_result));

#endif
