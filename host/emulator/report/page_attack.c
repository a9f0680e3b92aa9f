/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What attacks of the host on the guest's memory have changed.
 */
#include "host/emulator/report/page.h"

#include <inttypes.h>
#include <string.h>

#define EXCERPT_BYTES 32u

static const char *name_of(uint64_t what)
{
    static const char *const names[] = {
        [GUEST_ATTACK_WRITE] = "The host flips a bit",
        [GUEST_ATTACK_SAVE] = "The host keeps a copy of the ciphertext",
        [GUEST_ATTACK_REPLAY] = "The host puts the old ciphertext back",
        [GUEST_ATTACK_REMAP] = "The host maps another page there",
        [GUEST_ATTACK_UNMAP] = "The host maps the page itself again",
        [GUEST_ATTACK_TAKE] = "The host takes the page, and gives it again",
        [GUEST_ATTACK_READ] = "The host reads the page",
        [GUEST_ATTACK_LOOK] = "The host looks for 8 bytes in all of memory",
    };
    return what != 0 && what < sizeof names / sizeof names[0] ? names[what] : "Unknown attack";
}

static bool changed(const struct report_attack *attack)
{
    return attack->before.page != attack->after.page ||
           memcmp(attack->before.host, attack->after.host, VM_PAGE_BYTES) != 0 ||
           memcmp(attack->before.guest, attack->after.guest, VM_PAGE_BYTES) != 0;
}

/* The host has its way, and the guest cannot use the page without an exception. */
static bool noticed(const struct report_attack *attack)
{
    return attack->after.page == SIGHT_NOT_VALIDATED || attack->after.page == SIGHT_REFUSED;
}

/* Of an attack that answers 0, or that it was refused. */
static const char *outcome(const struct report_attack *attack)
{
    return attack->attack.answer != 0 ? "<span class=\"good\">refused</span>"
           : noticed(attack)          ? "<span class=\"good\">noticed</span>"
           : changed(attack)          ? "<span class=\"bad\">done</span>"
                                      : "<span>done</span>";
}

static void write_outcome(FILE *file, const struct report_attack *attack)
{
    switch (attack->attack.what) {
    case GUEST_ATTACK_READ: /* It answers what is there, whatever that is. */
        return;
    case GUEST_ATTACK_LOOK:
        html_markup(file, attack->attack.answer == 0 ? "<span class=\"good\">not found</span>"
                                                     : "<span class=\"bad\">found</span>");
        return;
    case GUEST_ATTACK_UNMAP: /* No attack, but the end of one. It answers a count. */
        html_markup(file, attack->attack.answer != UINT64_MAX ? "<span>done</span>"
                                                              : "<span>failed</span>");
        return;
    default:
        html_markup(file, outcome(attack));
    }
}

static const char *refusal(const struct report_attack *attack)
{
    const struct report_sight *sight = attack->after.guest_sees ? &attack->before : &attack->after;
    if (sight->secret) {
        return "not shown: the page is for keys and secrets";
    }
    return sight->page == SIGHT_NOT_VALIDATED ? "#VC: the page is not validated"
           : sight->page == SIGHT_REFUSED     ? "#NPF: the RMP says that the page is another one"
                                              : "there is no memory";
}

/* @return the number of bytes that differ, and where the first is */
static uint32_t compare(const uint8_t *before, const uint8_t *after, uint32_t *first)
{
    uint32_t count = 0;
    for (uint32_t i = VM_PAGE_BYTES; i > 0; i--) {
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

static void write_change(FILE *file, const struct vm_attack *attack, const struct change *change)
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
    html_print(file, "%" PRIu32 " of %u bytes changed", count, VM_PAGE_BYTES);
    html_markup(file, "</figcaption>");
    first -= first % EXCERPT_BYTES;
    html_markup(file, "<p>before</p>");
    page_dump(file, attack->gpa - attack->gpa % VM_PAGE_BYTES + first, change->before + first,
              change->after + first, EXCERPT_BYTES);
    html_markup(file, "<p>after</p>");
    page_dump(file, attack->gpa - attack->gpa % VM_PAGE_BYTES + first, change->after + first,
              change->before + first, EXCERPT_BYTES);
    html_markup(file, "</figure>\n");
}

static void write_changes(FILE *file, const struct report_attack *attack)
{
    html_markup(file, "\n<div class=\"pair\">\n");
    write_change(file, &attack->attack,
                 &(struct change){.viewer = "The host",
                                  .seen_before = attack->before.host_sees,
                                  .seen_after = attack->after.host_sees,
                                  .before = attack->before.host,
                                  .after = attack->after.host,
                                  .refusal = "there is no memory"});
    write_change(file, &attack->attack,
                 &(struct change){.viewer = "The guest",
                                  .seen_before = attack->before.guest_sees,
                                  .seen_after = attack->after.guest_sees,
                                  .before = attack->before.guest,
                                  .after = attack->after.guest,
                                  .refusal = refusal(attack)});
    html_markup(file, "</div>");
}

static void write_attack(FILE *file, const struct report_attack *attack)
{
    html_markup(file, "<li><h3>");
    html_markup(file, name_of(attack->attack.what));
    html_markup(file, "</h3> ");
    write_outcome(file, attack);
    if (attack->attack.what != GUEST_ATTACK_LOOK) {
        html_markup(file, " <span class=\"place\">page <code>");
        html_print(file, "%" PRIx64 "h", attack->attack.gpa - attack->attack.gpa % VM_PAGE_BYTES);
        html_markup(file, "</code></span>");
        if (changed(attack)) {
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
