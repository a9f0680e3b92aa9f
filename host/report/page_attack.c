/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What attacks of the host on the guest's memory have changed.
 */
#include "host/report/page.h"

#include <inttypes.h>
#include <string.h>

#define EXCERPT_BYTES 32u

static const char *refusal(const struct report_attack *attack)
{
    const struct report_sight *sight = attack->after.guest_sees ? &attack->before : &attack->after;
    if (sight->secret) {
        return "not shown: the page is for keys and secrets";
    }
    return sight->page == PAGE_KIND_NOT_VALIDATED ? "#VC: the page is not validated"
           : sight->page == PAGE_KIND_REFUSED ? "#NPF: the RMP says that the page is another one"
                                              : "there is no memory";
}

/* @return the number of bytes that differ, and where the first is */
static uint32_t compare(const uint8_t *before, const uint8_t *after, uint32_t *first)
{
    uint32_t count = 0;
    for (uint32_t i = REPORT_PAGE_BYTES; i > 0; i--) {
        if (before[i - 1] != after[i - 1]) {
            count++;
            *first = i - 1;
        }
    }
    return count;
}

/* One viewer's page, before and after. */
struct change {
    const char *viewer;
    bool seen_before, seen_after;
    const uint8_t *before, *after;
    const char *refusal; /**< Why it is not seen after. */
};

static void write_change(FILE *file, uint64_t page, const struct change *change)
{
    uint32_t first = 0;
    html_markup(file, "<figure><figcaption>");
    html_markup(file, change->viewer);
    html_markup(file, ": ");
    if (!change->seen_before || !change->seen_after) {
        html_markup(file, change->refusal);
        html_markup(file, "</figcaption></figure>\n");
        return;
    }
    const uint32_t count = compare(change->before, change->after, &first);
    if (count == 0) {
        html_markup(file, "no byte has changed</figcaption></figure>\n");
        return;
    }
    html_print(file, "%" PRIu32 " of %u bytes changed", count, REPORT_PAGE_BYTES);
    html_markup(file, "</figcaption>");
    first -= first % EXCERPT_BYTES;
    html_markup(file, "<p>before</p>");
    page_dump(file, page + first, change->before + first, change->after + first, EXCERPT_BYTES);
    html_markup(file, "<p>after</p>");
    page_dump(file, page + first, change->after + first, change->before + first, EXCERPT_BYTES);
    html_markup(file, "</figure>\n");
}

static uint64_t page_of(const struct report_attack *attack)
{
    return attack->gpa - attack->gpa % REPORT_PAGE_BYTES;
}

static void write_changes(FILE *file, const struct report_attack *attack)
{
    html_markup(file, "\n<div class=\"pair\">\n");
    write_change(file, page_of(attack),
                 &(struct change){.viewer = "The host",
                                  .seen_before = attack->before.host_sees,
                                  .seen_after = attack->after.host_sees,
                                  .before = attack->before.host,
                                  .after = attack->after.host,
                                  .refusal = "there is no memory"});
    write_change(file, page_of(attack),
                 &(struct change){.viewer = "The guest",
                                  .seen_before = attack->before.guest_sees,
                                  .seen_after = attack->after.guest_sees,
                                  .before = attack->before.guest,
                                  .after = attack->after.guest,
                                  .refusal = refusal(attack)});
    html_markup(file, "</div>");
}

static void write_outcome(FILE *file, const struct report_attack *attack)
{
    if (attack->outcome != NULL) {
        html_markup(file, attack->mark != NULL ? "<span class=\"" : "<span");
        html_markup(file, attack->mark != NULL ? attack->mark : "");
        html_markup(file, attack->mark != NULL ? "\">" : ">");
        html_markup(file, attack->outcome);
        html_markup(file, "</span>");
    }
}

static void write_attack(FILE *file, const struct report_attack *attack)
{
    html_markup(file, "<li><h3>");
    html_markup(file, attack->title);
    html_markup(file, "</h3> ");
    write_outcome(file, attack);
    if (attack->has_page) {
        html_markup(file, " <span class=\"place\">page <code>");
        html_print(file, "%" PRIx64 "h", page_of(attack));
        html_markup(file, "</code></span>");
        if (report_attack_changed(attack)) {
            write_changes(file, attack);
        } else {
            html_markup(file, "\n<p>Nothing has changed, for host or guest.</p>");
        }
    }
    html_markup(file, "</li>\n");
}

void page_attacks(const struct report *report, FILE *file)
{
    for (uint32_t i = 0; i < report->attack_count; i++) {
        write_attack(file, &report->attacks[i]);
    }
    if (report->attacks_lost != 0) {
        html_markup(file, "<li>");
        html_print(file, "%" PRIu32 " more attacks are not shown.", report->attacks_lost);
        html_markup(file, "</li>\n");
    }
}
