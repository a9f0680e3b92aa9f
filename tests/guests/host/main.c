/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host: no guest, but a program of the host, with the host's key: for the pages that it chooses, for all of
 * them, or, with TSME, without a C-bit anywhere.
 */
#include "tests/guests/lib/guest.h"

#define CPUID_MEMORY_ENCRYPTION 0x8000001Fu
#define MSR_SYSCFG 0xC0010010u
#define SYSCFG_MEMORY_ENCRYPTION (1ull << 23)
#define OLD 0x1111111111111111ull
#define NEW 0x2222222222222222ull
#define VECTOR_PF 14u
#define BEYOND 0x123456789ull

static const char text[] = "a text of the host's own";

static uint64_t dram_has(const volatile uint64_t *page)
{
    return guest_call(GUEST_CALL_ATTACK, GUEST_ATTACK_READ, (uint64_t)page, 0);
}

static void partial(volatile uint64_t *page)
{
    page[0] = OLD;
    guest_flush(page, GUEST_PAGE_BYTES);
    guest_check(dram_has(page) == OLD, "a page without C-bit is plaintext in DRAM");
    guest_set_private((uint64_t)page, true);
    guest_check(page[0] != OLD, "with it, what is there is garbage");
    page[0] = NEW;
    guest_check(dram_has(page) == OLD, "what is written is in the caches first");
    guest_flush(page, GUEST_PAGE_BYTES);
    guest_check(page[0] == NEW && dram_has(page) != NEW && dram_has(page) != OLD,
                "and then ciphertext in DRAM");
    guest_check(guest_call(GUEST_CALL_ATTACK, GUEST_ATTACK_LOOK, ~*(const uint64_t *)text, 0) != 0,
                "the program itself is plaintext in DRAM");
}

static void everywhere(volatile uint64_t *page)
{
    page[0] = NEW;
    guest_wbinvd();
    guest_check(page[0] == NEW && dram_has(page) != NEW, "a page is ciphertext in DRAM");
    guest_check(guest_call(GUEST_CALL_ATTACK, GUEST_ATTACK_LOOK, ~*(const uint64_t *)text, 0) == 0,
                "and so is the program, with its page tables");
}

void guest_main(uint32_t cpu)
{
    uint32_t found[4];
    if (cpu != 0) {
        return;
    }
    if ((guest_boot->flags & GUEST_HOST) == 0) {
        guest_die("this is a program of the host");
    }
    guest_print(text);
    guest_print("\n");
    guest_cpuid(CPUID_MEMORY_ENCRYPTION, found);
    guest_check((found[0] & 1) != 0 && (found[1] & 63) == guest_boot->c_bit,
                "CPUID has SME, and says where the C-bit is");
    guest_check((guest_rdmsr(MSR_SYSCFG) & SYSCFG_MEMORY_ENCRYPTION) != 0, "SYSCFG has it on");
    if ((guest_boot->flags & (GUEST_HOST_FULL | GUEST_HOST_TSME)) != 0) {
        everywhere(guest_page());
    } else {
        partial(guest_page());
    }
    const struct guest_fault fault = guest_try_read(guest_boot->memory_bytes + BEYOND, NULL);
    guest_check(fault.raised && fault.vector == VECTOR_PF && fault.error == 0 &&
                    fault.address == guest_boot->memory_bytes + BEYOND,
                "memory that its page tables have not is #PF");
    guest_end();
}
