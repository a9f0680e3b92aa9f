/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a failing command leaves as it is (firmware_sight.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/guest/guest.h"
#include "firmware/platform/identity.h"
#include "firmware/platform/platform.h"
#include "firmware/platform/rollback.h"
#include "firmware/platform/snp.h"
#include "firmware/snp_guest/guests.h"

#include "tests/unit/firmware_board.h"
#include "tests/unit/firmware_sight.h"
#include "tests/unit/firmware_snp.h"

#define MIB 0x100000u
#define SAMPLE_BYTES 0x10000u /**< Of each MiB. */
#define COPY_BYTES (12u * MIB)

/** What the firmware knows; bytes that nobody sets are 0. */
static struct knowledge {
    enum sev_platform_state platform;
    enum snp_platform_state snp;
    struct snp_settings settings;
    struct identity identity;
    struct rollback_floor floor;
    uint32_t guests;
    uint32_t snp_guests;
    struct guest guest;
} knowledge;

static uint8_t copy[COPY_BYTES];
static uint32_t guest_handle;

static void learn(void)
{
    const struct guest *guest = guest_handle == 0 ? NULL : guest_find(guest_handle);

    memset(&knowledge, 0, sizeof(knowledge));
    knowledge.platform = platform_state();
    knowledge.snp = platform_snp_state();
    memcpy(&knowledge.settings, snp_settings(), sizeof(knowledge.settings));
    memcpy(&knowledge.identity, platform_identity(), sizeof(knowledge.identity));
    memcpy(&knowledge.floor, rollback_counted(), sizeof(knowledge.floor));
    knowledge.guests = guest_count();
    knowledge.snp_guests = snp_guest_count();
    if (guest != NULL) {
        memcpy(&knowledge.guest, guest, sizeof(knowledge.guest));
    }
}

/** What is done with a piece of memory and its place in the copy. */
typedef bool piece_function(uint8_t *copied, const void *bytes, size_t length);

static bool remember(uint8_t *copied, const void *bytes, size_t length)
{
    memcpy(copied, bytes, length);
    return true;
}

static bool is_same(uint8_t *copied, const void *bytes, size_t length)
{
    return memcmp(copied, bytes, length) == 0;
}

/** Goes through all pieces. @return the name of the first for which @p function is false, or NULL */
static const char *for_each_piece(piece_function *function)
{
    const struct {
        const char *name;
        const void *bytes;
        size_t length;
    } pieces[] = {
        {"what the firmware knows", &knowledge, sizeof(knowledge)},
        {"the fabric", hosted_fabric(), FABRIC_FILE_BYTES},
        {"the flash", hosted_flash(), HOSTED_FLASH_BYTES},
        {"the TMR", board_dram(BOARD_TMR), SEV_TMR_BYTES},
        {"the RMP", board_dram(SNP_RMP_BASE), SNP_RMP_END + 1u - SNP_RMP_BASE},
    };
    uint8_t *place = copy;

    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        if (!function(place, pieces[i].bytes, pieces[i].length)) {
            return pieces[i].name;
        }
        place += pieces[i].length;
    }
    for (uint64_t paddr = 0; paddr < HOSTED_DRAM_BYTES_DEFAULT; paddr += MIB) {
        assert_true(place + SAMPLE_BYTES <= copy + sizeof(copy));
        if (!function(place, board_dram(paddr), SAMPLE_BYTES)) {
            return "DRAM";
        }
        place += SAMPLE_BYTES;
    }
    return NULL;
}

void sight_take(uint32_t handle)
{
    guest_handle = handle;
    learn();
    (void)for_each_piece(remember);
}

void sight_check(const char *name, const char *what)
{
    const char *changed;

    learn();
    changed = for_each_piece(is_same);
    if (changed != NULL) {
        fail_msg("%s: %s: %s has changed", name, what, changed);
    }
}
