/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a page of HTML on one run of a guest shows (docs/running-guests.md, "The report"). Whoever runs
 * the guest fills it in while it runs; report_write() writes everything at the end.
 *
 * No key is ever in it. Of memory it shows what DRAM holds, and the guest's view only of what was
 * launched, before the guest has run, and of pages that are attacked.
 */
#ifndef HOST_REPORT_REPORT_H
#define HOST_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "host/report/chain.h"
#include "host/report/history.h"
#include "host/report/pixel_map.h"

#define REPORT_ROWS_MAX 256u
#define REPORT_EXITS_MAX 48u
#define REPORT_ATTACKS_MAX 24u
#define REPORT_FACTS_MAX 20u
#define REPORT_VALUES_MAX 6u
#define REPORT_VALUE_BYTES 64u
#define REPORT_MOMENTS 3u
#define REPORT_CHIPS_MAX 8u
#define REPORT_VIEW_BYTES 256u
#define REPORT_TEXT_BYTES 0x10000u
#define REPORT_PAGE_BYTES PIXEL_MAP_PAGE_BYTES

enum report_row_kind {
    REPORT_PHASE,   /**< Heading of what follows. */
    REPORT_COMMAND, /**< Of the firmware: as many as followed each other, or took turns with
                         another one. */
    REPORT_GUEST,   /**< The guest runs. */
    REPORT_EVENT,   /**< Something else, in words. */
};

/** A row of the time line. Times are deadline_now_us(). */
struct report_row {
    enum report_row_kind kind;
    const char *title; /**< Of a phase. */
    char text[24];     /**< Of an event. */
    char detail[160];  /**< What more there is to say of it; may be empty. */
    uint32_t id;
    int result; /**< Of a command; of an event, 0 if it went well. */
    uint32_t count;
    int64_t began, ended;
    int64_t spent; /**< In commands. */
};

/** How often the guest was left for a reason. */
struct report_exit {
    const char *name;
    uint64_t code;
    uint64_t count;
};

/** What one page is to host and guest. */
struct report_sight {
    enum page_kind page;
    bool host_sees, guest_sees;
    bool secret; /**< The guest's view is not shown. */
    uint8_t host[REPORT_PAGE_BYTES];
    uint8_t guest[REPORT_PAGE_BYTES];
};

struct report_attack {
    const char *title;   /**< What the host does. */
    const char *outcome; /**< In a word; NULL: there is none. */
    const char *mark;    /**< Of that word: "good", "bad", or NULL. */
    bool has_page;       /**< The rest is set. */
    uint64_t gpa;
    struct report_sight before, after;
};

/** A number of the run, as text. */
struct report_fact {
    const char *name;
    char value[40];
};

/** Bytes that were measured or expected. */
struct report_value {
    const char *name;
    uint8_t bytes[REPORT_VALUE_BYTES];
    size_t length;
};

/** Why the owner trusts the guest. */
struct report_measurement {
    bool good;
    char verdict[160];
    const char *aside; /**< May be NULL. */
    struct report_value values[REPORT_VALUES_MAX];
    uint32_t count;
};

struct report {
    FILE *file;
    const char *name;       /**< Of the guest. */
    const char *protection; /**< "SEV-SNP"; NULL: its memory is not encrypted. */
    bool good;
    char verdict[232];
    struct report_fact facts[REPORT_FACTS_MAX];
    uint32_t fact_count;
    struct report_row rows[REPORT_ROWS_MAX];
    uint32_t row_count;
    uint32_t rows_lost; /**< Commands that had no room. */
    struct report_exit exits[REPORT_EXITS_MAX];
    uint32_t exit_count;
    struct history history;
    struct pixel_map maps[REPORT_MOMENTS];
    bool viewed; /**< The next four are set. */
    const char *view_what;
    uint64_t view_gpa;
    uint8_t view_host[REPORT_VIEW_BYTES];
    uint8_t view_guest[REPORT_VIEW_BYTES];
    struct report_attack attacks[REPORT_ATTACKS_MAX];
    uint32_t attack_count;
    uint32_t attacks_lost;
    struct report_measurement measurement;
    struct chain chains[REPORT_CHIPS_MAX]; /**< Of the chips that it has been on, in turn. */
    uint32_t chain_count;
    uint32_t chains_lost;         /**< They had no room. */
    char text[REPORT_TEXT_BYTES]; /**< What it printed last; not terminated. */
    size_t text_length;
    uint64_t text_lost; /**< Characters before that. */
};

/**
 * Opens the page, which is empty until report_write().
 *
 * @param[out] report  all zeros
 * @param name  of the guest; stays the caller's
 * @return false, with errno set, when the file cannot be written
 */
bool report_open(struct report *report, const char *name, const char *path)
    __attribute__((warn_unused_result));

/** @return whether two names are those of one file, which would be lost. @param other  may be NULL */
bool report_is_same_file(const char *name, const char *other);

/** Frees what it holds; the file that was not written is closed. */
void report_close(struct report *report);

/** A part of the run begins. @param title  a constant */
void report_phase(struct report *report, const char *title);

/** A command of the firmware has ended. @param started  deadline_now_us() before it */
void report_command(struct report *report, uint32_t id, int result, int64_t started,
                    int64_t microseconds);

/** Something else has happened. @param text, detail  shortened if they are long */
void report_event(struct report *report, const char *text, const char *detail, bool good,
                  int64_t started, int64_t microseconds);

/** The guest begins to run. */
void report_guest_runs(struct report *report);

/** It has ended for now. @param looked  microseconds that were not the guest's */
void report_guest_ran(struct report *report, int64_t looked);

/** The guest was left. @param name  of the reason, a constant */
void report_exit(struct report *report, uint64_t code, const char *name);

/** Adds a number. @param name  a constant */
void report_fact(struct report *report, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** The same for a duration. */
void report_time(struct report *report, const char *name, int64_t microseconds);

/** Adds bytes to the measurement. @param length  at most REPORT_VALUE_BYTES */
void report_value(struct report *report, const char *name, const uint8_t *bytes, size_t length);

/** Sets what the page says of guest or measurement. */
void report_verdict(struct report *report, bool good, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void report_measured(struct report *report, bool good, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Of an SEV launch: whether the measurement FOUND is the one that the owner expects, and all of it. */
void report_launch(struct report *report, const uint8_t expected[SEV_MAC_BYTES],
                   const struct sev_measurement *found,
                   const uint8_t digest[SEV_LAUNCH_DIGEST_BYTES], const char *digest_name);

/** Adds the certificates of a chip, unless it has been there before. */
void report_chain(struct report *report, const struct chain *chain);

/** @return deadline_now_us() when the first part of the run began: all times of the page count from there */
int64_t report_origin(const struct report *report);

/** Keeps what the guest prints, as long as there is room the oldest last. */
void report_text(struct report *report, const char *text, size_t length);

/** @return room for an attack, or NULL: it is counted only */
struct report_attack *report_attack(struct report *report);

/** @return whether a page is not as it was before the attack, for host or guest */
bool report_attack_changed(const struct report_attack *attack);

/** Writes the page, once. @return false when it cannot be written */
bool report_write(struct report *report) __attribute__((warn_unused_result));

#endif
