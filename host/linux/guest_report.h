/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report on a Linux guest (--report): it listens to the board and looks at memory while the guest
 * runs; host/report has the page. Without a report nothing of it does anything.
 */
#ifndef HOST_LINUX_GUEST_REPORT_H
#define HOST_LINUX_GUEST_REPORT_H

#include "host/linux/guest.h"
#include "host/provision/error.h"
#include "host/report/report.h"

/** As moments of the page. */
enum guest_report_moment {
    GUEST_REPORT_LOADED,  /**< All is in place, and nothing encrypted yet. */
    GUEST_REPORT_ENTERED, /**< The guest is about to run. */
    GUEST_REPORT_ENDED,
};

struct guest_report {
    struct report page;
    const struct controller *controller; /**< Whose totals the next ones are. */
    struct controller_pass counted;      /**< Of it, so far. */
    uint64_t written, taken_over;        /**< In all, of all controllers. */
    uint64_t calls, conversions;         /**< Of machines that it has left. */
    uint64_t *filled;                    /**< A bit per page that is known to hold something. */
    size_t filled_words;
    int64_t sampled_us;   /**< When memory was counted last, */
    int64_t sampling_us;  /**< and how long that took. */
    int64_t launching_us; /**< When launch began; 0: it was not launched here. */
    int64_t running_us;   /**< When it began to run. */
    int64_t ran_us;       /**< When it had run. */
    uint64_t passes;
    bool attested;
    bool injected;
    const char *ending;  /**< What the guest's end was; NULL: its own. */
    const char *problem; /**< Why the guest cannot go on; NULL: nothing. */
    struct report_attack *attack;
};

/**
 * Opens the page, if one is asked for, before anything is started. What the guest is made of, and its
 * console, must not be lost.
 *
 * @param[in,out] options  gets the report
 * @param path             of the page; NULL: none
 * @return false, with an ERROR, when it cannot be written
 */
bool guest_report_open(struct guest_options *options, const char *path,
                       struct provision_error *error) __attribute__((warn_unused_result));

/** Writes and frees it. @param status  exit status so far @return exit status */
int guest_report_close(struct guest_report *report, const char *path, int status);

/** A part of the run begins: prints its heading, and notes it. @param title  a constant */
void guest_report_part(const struct guest *guest, const char *title);

/** Listens to the board, which has just been started. */
void guest_report_listen(struct guest *guest);

/** Reads the certificates of the platform that it is on now. */
void guest_report_read_chain(struct guest *guest);

/** Looks at all of memory. */
void guest_report_look(struct guest *guest, enum guest_report_moment moment);

/** What the owner expects, and has got. */
void guest_report_measured(struct guest *guest, const struct owner_expectation *expectation,
                           const struct sev_measurement *measurement);

/** The owner's secret is in, or it has accepted the attestation report. */
void guest_report_injected(struct guest *guest);
void guest_report_attested(struct guest *guest);

/** The guest begins to run, or has run. @param now  deadline_now_us() */
void guest_report_runs(struct guest *guest, int64_t now);
void guest_report_ran(struct guest *guest, int64_t now);

/** A pass of the memory controller: now and then memory is counted. */
void guest_report_pass(struct guest *guest);

/** It has moved away from a machine that is about to end. */
void guest_report_left(const struct guest *guest);

/** Console output. */
void guest_report_text(const struct guest *guest, const char *text, size_t length);

/** Something happens to the guest, or is refused. @param name  a constant @param detail  may be empty */
void guest_report_event(const struct guest *guest, const char *name, const char *detail, bool good,
                        int64_t started);

/** The host attacks a page, or has attacked it: the guest stands still. @param title  a constant */
void guest_report_attack(const struct guest *guest, const char *title, uint64_t paddr);
void guest_report_attacked(const struct guest *guest, const char *mark, const char *outcome);

/** How a guest that was well has ended. @param ending  a constant, a sentence without its full stop */
void guest_report_ending(const struct guest *guest, const char *ending);

/** Why it cannot go on, or has not come to run. @param problem  a constant */
void guest_report_problem(const struct guest *guest, const char *problem);

/** Gathers the rest, of a guest that does not run any more, before its board is left. */
void guest_report_conclude(struct guest *guest, int status);

#endif
