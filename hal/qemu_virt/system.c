/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Board start and CPU features.
 */
#include "hal/system.h"

#include "arch/arm/cp15.h"
#include "hal/qemu_virt/board.h"

/* ID_ISAR5: AES in bits 7:4, SHA-1 in 11:8, SHA-256 in 15:12; 0 = absent. */
#define ISAR5_AES 0x000000F0u
#define ISAR5_SHA256 0x0000F000u

/* Time first: the others wait by it. */
static const struct {
    const char *name;
    bool (*start)(void);
} devices[] = {
    {"timer", board_timer_start},       {"memory nodes", board_dram_start},
    {"doorbell", board_doorbell_start}, {"flash", board_flash_start},
    {"entropy", board_entropy_start},   {"cipher engine", board_cipher_start},
};

const char *hal_system_start(void)
{
    for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
        if (!devices[i].start()) {
            return devices[i].name;
        }
    }
    return NULL;
}

bool hal_cpu_has_aes(void)
{
    return (cp15_read_id_isar5() & ISAR5_AES) != 0;
}

bool hal_cpu_has_sha256(void)
{
    return (cp15_read_id_isar5() & ISAR5_SHA256) != 0;
}
