/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attacks of the host on the guest's memory, for the report.
 */
#include <stdlib.h>

#include "host/emulator/report/vm_report_internal.h"

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

/* The host has its way, and the guest cannot use the page without an exception. */
static bool noticed(const struct report_attack *attack)
{
    return attack->after.page == PAGE_KIND_NOT_VALIDATED || attack->after.page == PAGE_KIND_REFUSED;
}

static void set_outcome(struct report_attack *attack, const char *mark, const char *outcome)
{
    attack->mark = mark;
    attack->outcome = outcome;
}

/* By what the guest gets for its hypercall: 0, or that it was refused, but for those that answer otherwise. */
static void judge(struct report_attack *attack, const struct vm_attack *what)
{
    switch (what->what) {
    case GUEST_ATTACK_READ: /* It answers what is there, whatever that is. */
        return;
    case GUEST_ATTACK_LOOK:
        set_outcome(attack, what->answer == 0 ? "good" : "bad",
                    what->answer == 0 ? "not found" : "found");
        return;
    case GUEST_ATTACK_UNMAP: /* No attack, but the end of one. It answers a count. */
        set_outcome(attack, NULL, what->answer != UINT64_MAX ? "done" : "failed");
        return;
    default:
        break;
    }
    if (what->answer != 0) {
        set_outcome(attack, "good", "refused");
    } else if (noticed(attack)) {
        set_outcome(attack, "good", "noticed");
    } else {
        set_outcome(attack, report_attack_changed(attack) ? "bad" : NULL, "done");
    }
}

static void look_at(const struct vm_report *report, struct report_sight *result, struct vm *vm,
                    uint64_t gpa)
{
    struct sight *sight = malloc(sizeof *sight);
    if (sight == NULL) {
        return;
    }
    sight_begin(sight, vm, true);
    result->page = sight_page_of(sight, gpa);
    result->host_sees = result->page != PAGE_KIND_NONE && sight_of_host(sight, gpa, result->host);
    result->secret = sight_is_secret(&report->secrets, vm, gpa);
    result->guest_sees = !result->secret && sight_of_guest(sight, gpa, result->page, result->guest);
    free(sight);
}

/* GUEST_ATTACK_LOOK is about a value, not about a page, and that value is the guest's secret. */
void vm_report_attacked(struct vm_report *report, struct vm *vm, bool after)
{
    struct report *page = &report->page;
    const bool has_page = vm->attack.what != GUEST_ATTACK_LOOK;
    if (!after) {
        struct report_attack *attack = report_attack(page);
        if (attack != NULL) {
            attack->title = name_of(vm->attack.what);
            attack->has_page = has_page;
            attack->gpa = has_page ? vm->attack.gpa : 0;
        }
        if (attack != NULL && has_page) {
            look_at(report, &attack->before, vm, vm->attack.gpa);
        }
    } else if (page->attacks_lost == 0) {
        struct report_attack *attack = &page->attacks[page->attack_count - 1];
        if (has_page) {
            look_at(report, &attack->after, vm, vm->attack.gpa);
        }
        judge(attack, &vm->attack);
    }
}
