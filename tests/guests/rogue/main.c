/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rogue: asks for what no guest may have, and finds that it has not got it.
 */
#include "tests/guests/lib/guest.h"
#include "tests/guests/lib/snp.h"

#define MSR_EFER 0xC0000080u
#define EFER_SVME (1ull << 12)
#define EXIT_PAGE_STATE 0x80000010u
#define PAGE_SHARED (2ull << 52)
#define VECTOR_UD 6u
#define VECTOR_GP 13u

static void enable_svm(void)
{
    guest_wrmsr(MSR_EFER, guest_rdmsr(MSR_EFER) | EFER_SVME);
}

/* It would write to the physical address in RAX, past page tables, keys and the RMP. */
static void save_state(void)
{
    __asm__ volatile("vmsave" : : "a"(0) : "memory");
}

static void virtualize(void)
{
    const struct guest_fault refused = guest_try_call((uint64_t)enable_svm);
    guest_check(refused.raised && refused.vector == VECTOR_GP, "EFER.SVME cannot be set");
    guest_check((guest_rdmsr(MSR_EFER) & EFER_SVME) == 0, "and is not");
    const struct guest_fault unknown = guest_try_call((uint64_t)save_state);
    guest_check(unknown.raised && unknown.vector == VECTOR_UD, "VMSAVE is no instruction here");
}

/* Without SEV-SNP there is no RMP whose pages could change hands. */
static void share_page(void)
{
    uint64_t *list = guest_ghcb_buffer();
    struct guest_ghcb_registers registers = {0};
    list[0] = 0; /* Entries 0 to 0. */
    list[1] = (uint64_t)guest_page() | PAGE_SHARED;
    const bool accepted = guest_ghcb(EXIT_PAGE_STATE, 0, 0, &registers);
    guest_check(!accepted || registers.info2 != 0, "a page does not change hands");
}

void guest_main(uint32_t cpu)
{
    if (cpu != 0) {
        return;
    }
    virtualize();
    if ((guest_boot->flags & (GUEST_ES | GUEST_SNP)) == GUEST_ES) {
        share_page();
    }
    guest_end();
}
