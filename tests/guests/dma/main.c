/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dma: a device is outside of the processor. It gets on with shared pages, bounce buffers; a private
 * page is ciphertext to it, and garbage after it has written there.
 */
#include "tests/guests/lib/disk.h"

#define LABEL_BYTES 25u
#define FREE_SECTOR 5u

static const char label[] = "disk of a virtual machine";
static const char note[] = "a note of the guest";

void guest_main(uint32_t cpu)
{
    static const char zeros[LABEL_BYTES];
    char *bounce = (char *)(uint64_t)GUEST_BOUNCE_GPA;
    if (cpu != 0) {
        return;
    }
    char *page = guest_page();
    guest_check(guest_dma(GUEST_DMA_READ, 0, GUEST_BOUNCE_GPA) == 0 &&
                    memcmp(bounce, label, LABEL_BYTES) == 0,
                "the disk reads into a bounce buffer");
    memset(page, 0, GUEST_PAGE_BYTES);
    guest_flush(page, GUEST_PAGE_BYTES);
    const uint32_t result = guest_dma(GUEST_DMA_READ, 0, (uint64_t)page);
    if ((guest_boot->flags & GUEST_SNP) != 0) {
        guest_check(result != 0 && page[0] == 0, "RMP: it cannot write a private page");
    } else {
        guest_check(result == 0 && memcmp(page, label, LABEL_BYTES) != 0 &&
                        memcmp(page, zeros, LABEL_BYTES) != 0,
                    "what it reads into a private page is garbage");
    }
    memcpy(page, note, sizeof note);
    guest_flush(page, GUEST_PAGE_BYTES);
    guest_check(guest_dma(GUEST_DMA_WRITE, FREE_SECTOR, (uint64_t)page) == 0 &&
                    guest_dma(GUEST_DMA_READ, FREE_SECTOR, GUEST_BOUNCE_GPA) == 0 &&
                    memcmp(bounce, note, sizeof note) != 0,
                "what it writes of a private page is ciphertext");
    memcpy(bounce, note, sizeof note);
    guest_check(guest_dma(GUEST_DMA_WRITE, FREE_SECTOR, GUEST_BOUNCE_GPA) == 0, "a bounce buffer");
    memset(bounce, 0, sizeof note);
    guest_check(guest_dma(GUEST_DMA_READ, FREE_SECTOR, GUEST_BOUNCE_GPA) == 0 &&
                    memcmp(bounce, note, sizeof note) == 0,
                "is written as it is");
    guest_end();
}
