/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The anti-rollback floor (rollback.h).
 */
#include "firmware/platform/rollback.h"

#include <stdbool.h>
#include <stddef.h>

#include "abi/sev_state.h"
#include "firmware/platform/journal.h"
#include "firmware/platform/product.h"
#include "firmware/platform/tcb.h"

#define ROLLBACK_VERSION 1u

/** What the journal holds. */
struct rollback_record {
    uint32_t version;
    uint32_t reserved;
    struct rollback_floor floor;
} ABI_PACKED;
ABI_SIZE(struct rollback_record, 0x18);
ABI_OFFSET(struct rollback_record, floor, 0x08);
ABI_OFFSET(struct rollback_floor, security_version, 0x0);
ABI_OFFSET(struct rollback_floor, build, 0x4);
ABI_OFFSET(struct rollback_floor, api_minor, 0x5);
ABI_OFFSET(struct rollback_floor, api_major, 0x6);
ABI_OFFSET(struct rollback_floor, reserved, 0x7);
ABI_OFFSET(struct rollback_floor, tcb, 0x8);

/** Behind the identity's, with a sector between them. Nothing erases it. */
static const struct journal rollback_journal = {
    .first_sector = 4,
    .kind = STORE_ROLLBACK,
    .erasable = false,
};

static struct rollback_floor committed;
static struct rollback_floor booted;
static uint32_t running_version;

const char *rollback_start(uint32_t running)
{
    struct rollback_record record;

    running_version = running;
    booted = (struct rollback_floor){
        .security_version = running,
        .build = SEV_BUILD,
        .api_minor = product()->api_minor,
        .api_major = product()->api_major,
        .tcb = tcb_current(),
    };
    committed = (struct rollback_floor){.security_version = 0};
    switch (journal_load(&rollback_journal, &record, sizeof record)) {
    case STORE_BLANK:
        return NULL;
    case STORE_LOADED:
        break;
    case STORE_DAMAGED:
        return "the record of committed versions in flash is damaged";
    case STORE_FAILED:
        return "flash";
    }
    if (record.version != ROLLBACK_VERSION) {
        return "a newer firmware wrote the record of committed versions";
    }
    committed = record.floor;
    return running < committed.security_version
               ? "this firmware is older than what was committed on this chip"
               : NULL;
}

const struct rollback_floor *rollback_committed(void)
{
    return &committed;
}

void rollback_set_booted(const struct rollback_floor *floor)
{
    booted = *floor;
}

const struct rollback_floor *rollback_counted(void)
{
    return committed.tcb != 0 ? &committed : &booted;
}

uint64_t rollback_committed_tcb(void)
{
    return rollback_counted()->tcb;
}

uint32_t rollback_minimum(void)
{
    return committed.security_version > running_version ? committed.security_version
                                                        : running_version;
}

static uint32_t version_of(const struct rollback_floor *floor)
{
    return ((uint32_t)floor->api_major << 16) | ((uint32_t)floor->api_minor << 8) | floor->build;
}

enum sev_status rollback_check_version(uint8_t api_major, uint8_t api_minor, uint8_t build)
{
    const struct rollback_floor floor = {
        .build = build, .api_minor = api_minor, .api_major = api_major};

    return version_of(&floor) < version_of(&committed) ? SEV_STATUS_BAD_VERSION
                                                       : SEV_STATUS_SUCCESS;
}

enum sev_status rollback_commit(const struct rollback_floor *floor)
{
    const struct rollback_record record = {.version = ROLLBACK_VERSION, .floor = *floor};

    if (floor->security_version < committed.security_version ||
        !tcb_is_at_most(committed.tcb, floor->tcb)) {
        return SEV_STATUS_BAD_SVN;
    }
    if (version_of(floor) < version_of(&committed)) {
        return SEV_STATUS_BAD_VERSION;
    }
    if (floor->security_version > running_version) {
        return SEV_STATUS_INVALID_PARAM;
    }
    if (!journal_save(&rollback_journal, &record, sizeof record)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    committed = *floor;
    return SEV_STATUS_SUCCESS;
}
