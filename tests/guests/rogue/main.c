/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rogue: asks for what no guest may have, and finds that it has not got it.
 */
#include "tests/guests/lib/disk.h"
#include "tests/guests/lib/snp.h"

#define MSR_EFER 0xC0000080u
#define EFER_SVME (1ull << 12)
#define EXIT_PAGE_STATE 0x80000010u
#define PAGE_SHARED (2ull << 52)
#define VECTOR_UD 6u
#define VECTOR_GP 13u
#define OPCODE_RET 0xC3u
#define FREE_SECTOR 5u

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

#define NEW_CODE 0x100u /* Offset in a page that has been executed. */

/* mov $0xC0000080, %ecx; mov $0x1D01, %eax; xor %edx, %edx; wrmsr; ret: sets EFER.SVME. */
static const uint8_t set_svme[] = {0xB9, 0x80, 0x00, 0x00, 0xC0, 0xB8, 0x01, 0x1D,
                                   0x00, 0x00, 0x31, 0xD2, 0x0F, 0x30, 0xC3};

static uint8_t *volatile changed; /* What virtual CPU 1 is to write. */

/* A page with code that has been executed, and of which the rest is yet to come. */
static uint8_t *executed_page(void)
{
    uint8_t *page = guest_page();
    page[0] = OPCODE_RET;
    guest_check(!guest_try_call((uint64_t)page).raised, "a page is executed");
    return page;
}

static void refuses(const uint8_t *page, const char *what)
{
    const struct guest_fault refused = guest_try_call((uint64_t)page + NEW_CODE);
    guest_check(refused.raised && refused.vector == VECTOR_GP, what);
    const struct guest_fault unknown = guest_try_call((uint64_t)save_state);
    guest_check(unknown.raised && unknown.vector == VECTOR_UD, "and VMSAVE is unknown");
}

static void through_another_address(void)
{
    uint8_t *alias = guest_page();
    uint8_t *page = guest_page();
    page[0] = OPCODE_RET;
    *guest_pte((uint64_t)alias) = *guest_pte((uint64_t)page);
    guest_invlpg((uint64_t)alias);
    alias[1] = 0; /* Both stay mapped. */
    guest_check(!guest_try_call((uint64_t)page).raised, "a page is executed");
    memcpy(alias + NEW_CODE, set_svme, sizeof set_svme);
    refuses(page, "code that was written through another address");
}

/* Virtual CPU 1. */
static void write_code(void)
{
    while (changed == NULL) {
        guest_pause();
    }
    memcpy(changed + NEW_CODE, set_svme, sizeof set_svme);
    changed = NULL;
}

static void by_another_cpu(void)
{
    uint8_t *page = executed_page();
    changed = page;
    while (changed != NULL) {
        guest_pause();
    }
    refuses(page, "code that another virtual CPU has written");
}

/* The disk gets the code from a page of the guest, and writes it where code has been executed. */
static void by_a_device(void)
{
    uint8_t *bounce = (uint8_t *)(uint64_t)GUEST_BOUNCE_GPA;
    uint8_t *page = executed_page();
    memset(bounce, 0, GUEST_SECTOR_BYTES);
    bounce[0] = OPCODE_RET;
    memcpy(bounce + NEW_CODE, set_svme, sizeof set_svme);
    guest_check(guest_dma(GUEST_DMA_WRITE, FREE_SECTOR, GUEST_BOUNCE_GPA) == 0 &&
                    guest_dma(GUEST_DMA_READ, FREE_SECTOR, (uint64_t)page) == 0,
                "a device writes code");
    refuses(page, "code that a device has written");
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
        write_code();
        return;
    }
    virtualize();
    through_another_address();
    by_another_cpu();
    if ((guest_boot->flags & GUEST_SEV) == 0) {
        by_a_device(); /* What it writes to a private page is garbage. */
    }
    if ((guest_boot->flags & (GUEST_ES | GUEST_SNP)) == GUEST_ES) {
        share_page();
    }
    guest_end();
}
