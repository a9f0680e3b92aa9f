/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's page tables, and pages that it uses (guest.h).
 */
#include "tests/guests/lib/guest.h"
#include "tests/guests/lib/snp.h"

#define ADDRESS_MASK 0x7FFFFFFFFF000ull
#define ENTRIES 512u
#define LARGE (1ull << 7)
#define LINE_BYTES 64u

static uint64_t next_page;

uint64_t guest_c_bit(void)
{
    return guest_boot->c_bit < 64 ? 1ull << guest_boot->c_bit : 0;
}

static uint64_t *table_at(uint64_t entry)
{
    return (uint64_t *)((entry & ADDRESS_MASK & ~guest_c_bit()) - guest_boot->base);
}

uint64_t *guest_pte(uint64_t address)
{
    uint64_t cr3;
    __asm__ volatile("mov %%cr3, %0" : "=r"(cr3));
    uint64_t *entry = &table_at(cr3)[address >> 39 & (ENTRIES - 1)];
    for (unsigned shift = 30; shift >= 12; shift -= 9) {
        entry = &table_at(*entry)[address >> shift & (ENTRIES - 1)];
        if (shift > 12 && (*entry & LARGE) != 0) {
            break;
        }
    }
    return entry;
}

void guest_invlpg(uint64_t address)
{
    __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

void guest_set_private(uint64_t address, bool is_private)
{
    uint64_t *entry = guest_pte(address);
    *entry = is_private ? *entry | guest_c_bit() : *entry & ~guest_c_bit();
    guest_invlpg(address);
}

void guest_flush(const volatile void *address, size_t bytes)
{
    for (size_t i = 0; i < bytes; i += LINE_BYTES) {
        __asm__ volatile("clflush (%0)" : : "r"((const volatile uint8_t *)address + i) : "memory");
    }
    __asm__ volatile("mfence" : : : "memory");
}

void *guest_page(void)
{
    if (next_page == 0) {
        next_page = (uint64_t)guest_image_end;
    }
    const uint64_t page = next_page;
    next_page += GUEST_PAGE_BYTES;
    if (next_page > guest_boot->memory_bytes) {
        guest_die("out of memory");
    }
    if ((guest_boot->flags & GUEST_SNP) != 0 && page >= guest_boot->launched_end) {
        (void)guest_pvalidate(page, true);
    }
    return (void *)page;
}
