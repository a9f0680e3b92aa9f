/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The status block of the fabric (status_block.h). A reader on the x86 side must never see half of a
 * change: GENERATION is odd while one is made.
 */
#include "firmware/status_block.h"

#include <stdbool.h>
#include <string.h>

#include "abi/fabric.h"
#include "abi/sev_state.h"
#include "crypto/memory_encryption.h"
#include "firmware/command_table.h"
#include "firmware/guest/guest.h"
#include "firmware/memctl.h"
#include "firmware/platform/chip.h"
#include "firmware/platform/platform.h"
#include "firmware/platform/product.h"
#include "firmware/platform/rollback.h"
#include "firmware/platform/snp.h"
#include "firmware/platform/tcb.h"
#include "firmware/ring.h"
#include "firmware/snp_guest/guests.h"
#include "hal/fabric.h"

static struct fabric_status block; /**< What the fabric holds. */
static bool is_open;

#define OFFSET(member) ((uint32_t)offsetof(struct fabric_status, member))

/* What a command can change stands together. */
#define VARIABLE_START OFFSET(sev_state)
#define VARIABLE_END OFFSET(chip_id)

/** Writes [start, end) of the block. */
static void write(uint32_t start, uint32_t end)
{
    hal_fabric_write(FABRIC_STATUS_OFFSET + start, (const uint8_t *)&block + start, end - start);
}

/** Begins or ends a change: odd, then even again. */
static void bump_generation(void)
{
    block.generation++;
    write(OFFSET(generation), OFFSET(api_major));
}

/** Writes the magic number, which says whether commands are served. */
static void set_magic(uint64_t magic)
{
    block.magic = magic;
    bump_generation();
    write(OFFSET(magic), OFFSET(generation));
    bump_generation();
}

/** Sets the name of what encrypts memory: the cipher engine, until it fails. */
static void set_engine(void)
{
    const char *engine = crypto_memory_engine_name();
    const size_t length = strlen(engine);

    memset(block.engine, 0, sizeof block.engine);
    memcpy(block.engine, engine, length < sizeof block.engine ? length : sizeof block.engine);
}

/** Sets what a command can change. */
static void look(void)
{
    set_engine();
    block.sev_state = platform_state();
    block.snp_state = platform_snp_state();
    block.sev_guests = guest_count();
    block.snp_guests = snp_guest_count();
    block.tcb_current = tcb_current();
    block.tcb_committed = product()->has_snp ? rollback_committed_tcb() : 0;
    block.tcb_reported = product()->has_snp ? snp_reported_tcb() : 0;
    block.flags =
        (platform_es_enabled() ? FABRIC_STATUS_ES : 0) |
        (platform_owner() == IDENTITY_EXTERNALLY_OWNED ? FABRIC_STATUS_EXTERNAL_OWNER : 0) |
        (ring_is_active() ? FABRIC_STATUS_RING : 0);
}

/** Sets the ids of the command table. */
static void set_ids(void)
{
    const struct command_row *row;

    for (size_t i = 0; (row = command_table_at(i)) != NULL; i++) {
        if (command_table_serves(row) && row->id / 32u < FABRIC_STATUS_ID_WORDS) {
            block.ids[row->id / 32u] |= 1u << (row->id % 32u);
        }
    }
}

void status_block_start(void)
{
    struct fabric_status former;

    hal_fabric_read(FABRIC_STATUS_OFFSET, &former, sizeof former);
    is_open = false;
    block = (struct fabric_status){
        .generation = former.generation & ~1ull,
        .boot_count = former.generation != 0 ? former.boot_count : 0,
    };
    set_magic(0);
}

void status_block_open(void)
{
    block.magic = FABRIC_STATUS_MAGIC;
    block.api_major = product()->api_major;
    block.api_minor = product()->api_minor;
    block.build = SEV_BUILD;
    block.boot_count += block.boot_count != UINT32_MAX && !is_open ? 1u : 0u;
    block.security_version = platform_security_version();
    chip_id(0, block.chip_id);
    set_ids();
    look();
    is_open = true;
    bump_generation();
    write(OFFSET(api_major), sizeof block);
    write(OFFSET(magic), OFFSET(generation));
    bump_generation();
}

void status_block_served(uint32_t id, enum sev_status status)
{
    if (!is_open) {
        return;
    }
    memctl_say_engine();
    block.commands++;
    block.last_command = id;
    block.last_status = status;
    look();
    bump_generation();
    write(VARIABLE_START, VARIABLE_END);
    bump_generation();
}

void status_block_close(void)
{
    if (is_open) {
        is_open = false;
        set_magic(0);
    }
}
