/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of the page that page.html names.
 */
#ifndef HOST_REPORT_PAGE_H
#define HOST_REPORT_PAGE_H

#include "host/report/html.h"
#include "host/report/report.h"

/** Writes a part. */
typedef void page_part(const struct report *report, FILE *file);

/* page_head.c */
page_part page_name, page_verdict, page_verdict_class, page_protection, page_facts, page_serial;
/* page_memory.c */
page_part page_square, page_maps, page_view, page_history;
/* page_attack.c */
page_part page_attacks;
/* page_trust.c */
page_part page_measurement, page_chains;
/* page_time.c */
page_part page_timeline, page_exits;

/** Writes bytes as rows of address, hexadecimal and text, marking those that differ from OTHER. */
void page_dump(FILE *file, uint64_t gpa, const uint8_t *bytes, const uint8_t *other, size_t length);

/** @return whether the guest's memory is encrypted at all */
static inline bool page_is_encrypted(const struct report *report)
{
    return report->protection != NULL;
}

#endif
