/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tamper: the host attacks the guest's memory. With SEV and SEV-ES it cannot read, but it can destroy,
 * replay and remap; with SEV-SNP the processor stops all of that.
 */
#include "tests/guests/lib/guest.h"
#include "tests/guests/lib/snp.h"

#define FIRST 0x0123456789ABCDEFull
#define SECOND 0xFEDCBA9876543210ull
#define WORDS_OF_BLOCK 2u
#define WORDS (GUEST_PAGE_BYTES / 8u)
#define VECTOR_VC 29u
#define NOT_VALIDATED 0x404u

static uint64_t attack(enum guest_attack what, const volatile void *page,
                       const volatile void *other)
{
    return guest_call(GUEST_CALL_ATTACK, what, (uint64_t)page, (uint64_t)other);
}

static void fill(volatile uint64_t *page, uint64_t value)
{
    for (uint32_t i = 0; i < WORDS; i++) {
        page[i] = value;
    }
    guest_flush(page, GUEST_PAGE_BYTES);
}

static uint32_t count(const volatile uint64_t *page, uint64_t value)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < WORDS; i++) {
        found += page[i] == value ? 1 : 0;
    }
    return found;
}

static void without_snp(volatile uint64_t *page, volatile uint64_t *other)
{
    fill(page, FIRST);
    guest_check(attack(GUEST_ATTACK_WRITE, page, NULL) == 0, "the host flips a bit of ciphertext");
    guest_check(page[0] != FIRST && page[1] != FIRST &&
                    count(page, FIRST) == WORDS - WORDS_OF_BLOCK,
                "it destroys 16 bytes, and no others");
    fill(page, FIRST);
    (void)attack(GUEST_ATTACK_SAVE, page, NULL);
    fill(page, SECOND);
    guest_check(attack(GUEST_ATTACK_REPLAY, page, NULL) == 0 && count(page, FIRST) == WORDS,
                "it replays a page: the guest sees the old one");
    fill(page, FIRST);
    fill(other, SECOND);
    guest_check(attack(GUEST_ATTACK_REMAP, page, other) == 0 && count(page, SECOND) == WORDS,
                "it maps another page of the guest there: the guest sees that");
    (void)attack(GUEST_ATTACK_UNMAP, page, NULL);
    guest_check(count(page, FIRST) == WORDS, "and back");
}

static void with_snp(volatile uint64_t *page, volatile uint64_t *other)
{
    fill(page, FIRST);
    fill(other, SECOND);
    guest_check(attack(GUEST_ATTACK_WRITE, page, NULL) != 0 && count(page, FIRST) == WORDS,
                "RMP: the host cannot write: #PF");
    (void)attack(GUEST_ATTACK_SAVE, page, NULL);
    fill(page, SECOND);
    guest_check(attack(GUEST_ATTACK_REPLAY, page, NULL) != 0 && count(page, SECOND) == WORDS,
                "RMP: it cannot replay a page");
    guest_check(attack(GUEST_ATTACK_REMAP, page, other) == 0 && page[0] == SECOND &&
                    attack(GUEST_ATTACK_UNMAP, page, NULL) != 0,
                "RMP: a page that was mapped elsewhere is #NPF, until the host puts it back");
    guest_check(attack(GUEST_ATTACK_TAKE, page, NULL) == 0,
                "the host takes a page and gives it again");
    const struct guest_fault fault = guest_try_read((uint64_t)page, NULL);
    guest_check(fault.raised && fault.vector == VECTOR_VC && fault.error == NOT_VALIDATED &&
                    fault.address == (uint64_t)page,
                "RMP: the guest notices: #VC, page not validated");
}

void guest_main(uint32_t cpu)
{
    if (cpu != 0) {
        return;
    }
    if ((guest_boot->flags & GUEST_SEV) == 0) {
        guest_die("this guest is for SEV, SEV-ES and SEV-SNP");
    }
    if ((guest_boot->flags & GUEST_SNP) != 0) {
        with_snp(guest_page(), guest_page());
    } else {
        without_snp(guest_page(), guest_page());
    }
    guest_end();
}
