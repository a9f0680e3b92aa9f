/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host as an attacker: what it does to the page with the owner's secret.
 */
#include "host/linux/attack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/demo/demo.h"
#include "host/demo/show.h"
#include "host/lib/deadline.h"
#include "host/linux/guest_report.h"

#define OTHER_GUEST 1u /* added to the guest's ASID: one without a key */
#define SHOWN 32u

bool attack_find(const char *name, enum attack_kind *kind)
{
    static const struct {
        const char *name;
        enum attack_kind kind;
    } kinds[] = {{"flip", ATTACK_FLIP},
                 {"replay", ATTACK_REPLAY},
                 {"read", ATTACK_READ},
                 {"load", ATTACK_LOAD}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(name, kinds[i].name) == 0) {
            *kind = kinds[i].kind;
            return true;
        }
    }
    return false;
}

/* The line is complete: its rest is an address, or not. */
static void end_line(struct attack *attack)
{
    attack->where[attack->length] = '\0';
    const uint64_t paddr = strtoull(attack->where, NULL, 0);
    attack->paddr = paddr != 0 ? paddr / MAP_BLOCK * MAP_BLOCK : MAP_SECRET;
    attack->reading = false;
    attack->length = 0;
    attack->times++;
}

/* The word is found wherever it begins: its first character is in it once. */
bool attack_is_due(struct attack *attack, const char *text, size_t length)
{
    static const char word[] = ATTACK_WORD;
    bool due = false;
    for (size_t i = 0; i < length; i++) {
        if (attack->reading) {
            if (text[i] == '\n') {
                end_line(attack);
                due = true;
            } else if (attack->length < sizeof attack->where - 1) {
                attack->where[attack->length++] = text[i];
            }
            continue;
        }
        attack->matched = text[i] == word[attack->matched] ? attack->matched + 1
                          : text[i] == word[0]             ? 1
                                                           : 0;
        if (attack->matched == sizeof word - 1) {
            attack->matched = 0;
            attack->reading = true;
        }
    }
    return due;
}

static void hex(const uint8_t *bytes, char text[2 * SHOWN + 1])
{
    for (size_t i = 0; i < SHOWN; i++) {
        (void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    }
}

static void show_through(const struct guest *guest, uint32_t asid, const char *whose)
{
    uint8_t bytes[SHOWN];
    char text[2 * SHOWN + 1];
    const enum memory_controller_result result = memory_controller_read(
        &guest->controller.memory, asid, guest->attack.paddr, bytes, sizeof bytes);
    hex(bytes, text);
    show_step("attack: read", result == MEMORY_CONTROLLER_OK ? "noise" : "refused", -1, "%s: %s",
              whose, result == MEMORY_CONTROLLER_OK ? text : memory_controller_result_text(result));
}

static const char *title_of(const struct guest *guest)
{
    switch (guest->options->attack) {
    case ATTACK_FLIP:
        return "The host flips a bit";
    case ATTACK_REPLAY:
        return guest->attack.times == 1 ? "The host keeps a copy of the ciphertext"
                                        : "The host puts the old ciphertext back";
    default:
        return "The host reads the page";
    }
}

/* For the report: what has become of the page when the guest finds it. */
static bool tell(struct guest *guest, int64_t started)
{
    const bool noise = guest->options->attack == ATTACK_READ;
    const bool recorded = guest->options->attack == ATTACK_REPLAY && guest->attack.times == 1;
    if (guest->options->report == NULL) {
        return true;
    }
    if (!controller_pass(&guest->controller)) {
        return demo_fail("take over", "%s", guest->controller.message);
    }
    guest_report_attacked(guest,
                          recorded ? NULL
                          : noise  ? "good"
                                   : "bad",
                          recorded ? "recorded"
                          : noise  ? "noise"
                                   : "done");
    guest_report_event(guest, "attack", title_of(guest), true, started);
    return true;
}

static void attack_once(struct guest *guest, uint8_t *page)
{
    struct attack *attack = &guest->attack;
    const unsigned long long paddr = attack->paddr;
    char text[2 * SHOWN + 1];
    switch (guest->options->attack) {
    case ATTACK_FLIP:
        page[attack->paddr % MAP_PAGE] ^= 1;
        show_step("attack: flip", "done", -1,
                  "one bit of ciphertext at %#llx: 16 bytes of the guest are noise, and it is not "
                  "told",
                  paddr);
        break;
    case ATTACK_REPLAY:
        if (attack->times == 1) {
            memcpy(attack->recorded, page, MAP_PAGE);
            show_step("attack: replay", "recorded", -1, "the page at %#llx", paddr);
        } else {
            memcpy(page, attack->recorded, MAP_PAGE);
            show_step("attack: replay", "done", -1,
                      "the page at %#llx is what it was, and the guest is not told", paddr);
        }
        break;
    case ATTACK_READ:
        hex(page + attack->paddr % MAP_PAGE, text);
        show_step("attack: read", "noise", -1, "as it lies in DRAM: %s", text);
        show_through(guest, 0, "through the host's key");
        show_through(guest, guest->asid + OTHER_GUEST, "through another ASID");
        break;
    case ATTACK_LOAD:
    case ATTACK_NONE:
        break;
    }
}

void attack_loaded(const struct guest *guest, uint64_t paddr, uint64_t length, uint8_t *memory)
{
    const uint64_t entry = guest->image.entry.rip;
    if (guest->options->attack == ATTACK_LOAD && entry >= paddr && entry - paddr < length) {
        const int64_t started = deadline_now_us();
        guest_report_attack(guest, "The host flips a bit of the kernel", entry);
        memory[entry - paddr] ^= 1;
        guest_report_attacked(guest, "bad", "done, before the launch");
        guest_report_event(guest, "attack", "a bit of the kernel, before it is launched", true,
                           started);
        show_step("attack: load", "done", -1, "a bit at %#llx, before it is launched",
                  (unsigned long long)entry);
    }
}

bool attack_make(struct guest *guest)
{
    const uint64_t paddr = guest->attack.paddr;
    const int64_t started = deadline_now_us();
    const struct controller_range *range = controller_find(&guest->controller, paddr);
    if (range == NULL) {
        show_step("attack", "refused", -1, "the guest has no memory at %#llx",
                  (unsigned long long)paddr);
        return true;
    }
    if (!guest_pause(guest)) {
        return false;
    }
    guest_report_attack(guest, title_of(guest), paddr);
    attack_once(guest, range->dram + (paddr - range->place.paddr) / MAP_PAGE * MAP_PAGE);
    (void)fflush(stdout);
    return tell(guest, started) && guest_resume(guest);
}
