/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rogue: asks for what no guest may have, and finds that it has not got it.
 */
#include "tests/guests/lib/disk.h"
#include "tests/guests/lib/snp.h"

#define MSR_EFER 0xC0000080u
#define EFER_LME (1ull << 8)
#define EFER_LMA (1ull << 10)
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

static void write_efer_back(void)
{
    guest_wrmsr(MSR_EFER, guest_rdmsr(MSR_EFER));
}

static void clear_lma(void)
{
    guest_wrmsr(MSR_EFER, guest_rdmsr(MSR_EFER) & ~EFER_LMA);
}

static void clear_lme(void)
{
    guest_wrmsr(MSR_EFER, guest_rdmsr(MSR_EFER) & ~EFER_LME);
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

/* LMA is the processor's to change, LME is not a guest's to change while it has paging on. */
static void leave_long_mode(void)
{
    const uint64_t efer = guest_rdmsr(MSR_EFER);
    const struct guest_fault active = guest_try_call((uint64_t)clear_lma);
    guest_check(active.raised && active.vector == VECTOR_GP, "EFER.LMA cannot be cleared");
    const struct guest_fault enabled = guest_try_call((uint64_t)clear_lme);
    guest_check(enabled.raised && enabled.vector == VECTOR_GP, "EFER.LME cannot, with paging");
    guest_check(!guest_try_call((uint64_t)write_efer_back).raised, "EFER can be written as it is");
    guest_check(guest_rdmsr(MSR_EFER) == efer, "and stays as it was");
}

#define NEW_CODE 0x100u /* Offset in a page that has been executed. */

/* mov $0xC0000080, %ecx; mov $0x1D01, %eax; xor %edx, %edx; wrmsr; ret: sets EFER.SVME. */
static const uint8_t set_svme[] = {0xB9, 0x80, 0x00, 0x00, 0xC0, 0xB8, 0x01, 0x1D,
                                   0x00, 0x00, 0x31, 0xD2, 0x0F, 0x30, 0xC3};

#define CROWD_PAGES 72u
#define CROWD_PASSES 4u
#define CROWD_MIN 52u
#define CROWD_MAX 60u
#define CROWD_ROUNDS 4u
#define BEHIND 100u /* A word of pages that nothing else uses. */
#define NOP_AT (GUEST_PAGE_BYTES - 4u)
static const uint8_t nop_ret[] = {0x0F, 0x1F, 0xC0, OPCODE_RET};

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

static void call_store(const uint8_t *code, uint8_t *to, uint64_t value)
{
    __asm__ volatile("call *%2" : : "a"(value), "D"(to), "r"(code) : "memory");
}

/* mov %rax, (%rdi); ret: in a page that it writes itself, and by an address that goes on in another. */
static void to_its_own_page(void)
{
    static const uint8_t store[] = {0x48, 0x89, 0x07, OPCODE_RET};
    uint8_t *page = guest_page();
    uint8_t *behind = guest_page();
    uint8_t *alias = guest_page();
    uint8_t *next = guest_page();
    *guest_pte((uint64_t)alias) = *guest_pte((uint64_t)page);
    guest_invlpg((uint64_t)alias);
    memcpy(page, store, sizeof store);
    for (uint64_t i = 1; i <= 16; i++) {
        uint8_t *to = i % 2 != 0 ? alias : page;
        call_store(page, to + GUEST_PAGE_BYTES - 4, i << 56 | i);
        call_store(page, to, *(const uint64_t *)page); /* The instruction itself. */
    }
    guest_check(page[GUEST_PAGE_BYTES - 4] == 16 && next[3] == 15 && behind[3] == 16,
                "code that writes its own page goes on");
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

static void call(const uint8_t *code)
{
    ((void (*)(void))(uint64_t)code)();
}

/* @return whether each page holds what was written to it last */
static bool hold(uint64_t *const pages[], uint32_t count, uint64_t first)
{
    for (uint32_t i = 0; i < count; i++) {
        if (pages[i][BEHIND] != first + i) {
            return false;
        }
    }
    return true;
}

/*
 * Uses as many pages as a small cache has, and then an instruction that the processor has to look at.
 * Its bytes may go on in the next page, which needs a place in the cache, where one of the others was.
 */
static void crowd(void)
{
    static uint64_t *pages[CROWD_PAGES];
    volatile uint32_t word; /* On the stack, which has to leave first. */
    uint8_t *code = guest_page();
    bool good = true;
    (void)guest_page(); /* The next one. */
    memcpy(code + NOP_AT, nop_ret, sizeof nop_ret);
    for (uint32_t i = 0; i < CROWD_PAGES; i++) {
        pages[i] = guest_page();
    }
    for (uint32_t round = CROWD_MIN * CROWD_ROUNDS; round < CROWD_MAX * CROWD_ROUNDS; round++) {
        const uint32_t count = round / CROWD_ROUNDS;
        for (uint32_t i = 0; i < CROWD_PAGES; i++) { /* All else has to leave. */
            pages[i][0] = 0;
        }
        for (uint32_t i = 0; i < CROWD_PASSES * count; i++) {
            if (i % count == 0) {
                call(code + NOP_AT + sizeof nop_ret - 1);
            }
            pages[i % count][BEHIND] = i;
        }
        word = 0;
        call(code + NOP_AT);
        word = count;
        for (uint32_t i = 0; i < count; i++) {
            pages[i][BEHIND] = count + i;
        }
        good = good && hold(pages, count, count);
        guest_wbinvd();
        good = good && hold(pages, count, count) && word == count;
    }
    guest_check(good, "what is written to pages is there");
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
    leave_long_mode();
    through_another_address();
    to_its_own_page();
    if (guest_boot->vcpus > 1) {
        by_another_cpu();
    }
    if ((guest_boot->flags & GUEST_SEV) == 0) {
        by_a_device(); /* What it writes to a private page is garbage. */
    }
    crowd();
    if ((guest_boot->flags & (GUEST_ES | GUEST_SNP)) == GUEST_ES) {
        share_page();
    }
    guest_end();
}
