/* SPDX-License-Identifier: Apache-2.0 */
/*
 * secret: the owner has verified the launch and sent a secret. The guest finds it in its memory, and
 * unlocks a disk with it.
 */
#include "tests/guests/lib/disk.h"
#include "tests/guests/lib/gcm.h"

#define TAG_OFFSET 12u
#define LENGTH_OFFSET 28u
#define TEXT_OFFSET 32u

void guest_main(uint32_t cpu)
{
    static uint8_t sector[GUEST_SECTOR_BYTES + 1];
    const uint8_t *key = (const uint8_t *)(uint64_t)GUEST_SECRET_GPA;
    uint32_t length;
    if (cpu != 0) {
        return;
    }
    guest_check(guest_dma(GUEST_DMA_READ, 1, GUEST_BOUNCE_GPA) == 0,
                "the disk has a locked sector");
    memcpy(sector, (const void *)(uint64_t)GUEST_BOUNCE_GPA, GUEST_SECTOR_BYTES);
    memcpy(&length, sector + LENGTH_OFFSET, sizeof length);
    if (length > GUEST_SECTOR_BYTES - TEXT_OFFSET) {
        guest_die("the sector makes no sense");
    }
    const struct gcm gcm = {.key = key, .nonce = sector};
    const bool good = gcm_open(&gcm, sector + TEXT_OFFSET, length, sector + TAG_OFFSET);
    guest_check(good, "the owner's secret opens it");
    if (good) {
        sector[TEXT_OFFSET + length] = '\0';
        guest_print("  it says: ");
        guest_print((const char *)sector + TEXT_OFFSET);
        guest_print("\n");
    }
    guest_check(guest_call(GUEST_CALL_ATTACK, GUEST_ATTACK_LOOK, ~*(const uint64_t *)key, 0) == 0,
                "the host finds the secret nowhere");
    guest_end();
}
