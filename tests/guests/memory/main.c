/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory: what the C-bit does. Private and shared pages, and what is seen after the bit has changed,
 * before and after the caches are flushed.
 */
#include "tests/guests/lib/guest.h"

#define OLD 0x1111111111111111ull
#define NEW 0x2222222222222222ull
#define OPCODE_RET 0xC3u

/* The host's view: what is in memory. */
static uint64_t host_sees(const volatile uint64_t *page)
{
    return guest_call(GUEST_CALL_ATTACK, GUEST_ATTACK_READ, (uint64_t)page, 0);
}

static void private_pages(volatile uint64_t *page, volatile uint64_t *other)
{
    page[0] = OLD;
    other[0] = OLD;
    guest_flush(page, GUEST_PAGE_BYTES);
    guest_flush(other, GUEST_PAGE_BYTES);
    guest_check(page[0] == OLD && host_sees(page) != OLD,
                "a private page is ciphertext for the host");
    guest_check(host_sees(page) != host_sees(other),
                "the same text looks different at two addresses");
}

static void stale(volatile uint64_t *page)
{
    page[0] = OLD;
    guest_flush(page, GUEST_PAGE_BYTES);
    guest_set_private((uint64_t)page, false);
    const uint64_t before = page[0];
    guest_set_private((uint64_t)page, true);
    page[0] = NEW; /* In the caches, not in memory. */
    guest_set_private((uint64_t)page, false);
    guest_check(before != OLD && page[0] == before,
                "without a flush the page with C = 0 is stale: the old ciphertext");
    guest_set_private((uint64_t)page, true);
    guest_check(page[0] == NEW, "and with C = 1 it is what was written");
    guest_flush(page, GUEST_PAGE_BYTES);
    guest_set_private((uint64_t)page, false);
    guest_check(page[0] != before && page[0] != NEW, "after the flush it is the new ciphertext");
    guest_set_private((uint64_t)page, true);
}

static void shared_pages(volatile uint64_t *page)
{
    guest_set_private((uint64_t)page, false);
    page[0] = NEW;
    guest_check(host_sees(page) == NEW, "a shared page is plaintext for the host");
    guest_set_private((uint64_t)page, true);
    guest_wbinvd();
    guest_check(page[0] != NEW, "and garbage with C = 1, without any fault");
}

static void fetches(uint8_t *page)
{
    page[0] = OPCODE_RET;
    guest_flush(page, GUEST_PAGE_BYTES);
    guest_set_private((uint64_t)page, false);
    guest_check(page[0] != OPCODE_RET || page[1] != 0, "code with C = 0 reads as ciphertext");
    guest_check(!guest_try_call((uint64_t)page).raised,
                "and is executed as plaintext: fetches are always private");
    guest_set_private((uint64_t)page, true);
}

/* Code that is written where other code has run: the hypervisor is asked all the same. */
static void new_code(uint8_t *page)
{
    static const uint8_t vmmcall_ret[] = {0x0F, 0x01, 0xD9, OPCODE_RET};
    page[0] = OPCODE_RET;
    const bool first = !guest_try_call((uint64_t)page).raised;
    memcpy(page, vmmcall_ret, sizeof vmmcall_ret);
    guest_check(first && !guest_try_call((uint64_t)page).raised,
                "code that was changed is executed");
}

void guest_main(uint32_t cpu)
{
    if (cpu != 0) {
        return;
    }
    if ((guest_boot->flags & GUEST_SEV) == 0 || (guest_boot->flags & GUEST_SNP) != 0) {
        guest_die("this guest is for SEV and SEV-ES");
    }
    private_pages(guest_page(), guest_page());
    stale(guest_page());
    shared_pages(guest_page());
    fetches(guest_page());
    new_code(guest_page());
    guest_end();
}
