/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes the persistent data (section 5.4): both sectors of the flash and its erase marker, and the
 * NV block. Whatever they hold, an identity that is loaded is one that was sealed there, and a save
 * that succeeds is what the next load finds.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/sev_data.h"
#include "firmware/platform/store.h"
#include "hal/hosted/hosted.h"

#include "tests/fuzz/input.h"
#include "tests/fuzz/machine.h"

#define SECTOR ((size_t)HAL_FLASH_SECTOR_BYTES)
#define RECORD_OFFSET 0x20u
#define RECORD_BYTES STORE_RECORD_BYTES(sizeof(struct identity))
#define USED_BYTES (RECORD_OFFSET + RECORD_BYTES + 8u)
#define MARKER (2u * SECTOR)
#define COMMITTED 0x54494D4D4F434156ull
#define ERASING 0x474E495341524556ull
#define CHANGES_MAX 8u
#define KNOWN 2u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct identity known[KNOWN]; /**< All that were ever sealed before an input. */
static struct identity renewed;      /**< What each input saves. */
static struct identity found;
static uint8_t in_flash[KNOWN][USED_BYTES];
static struct store_record in_block[KNOWN];
static struct hostmem_range block;

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

/** Seals two identities for either medium; the machine's own is the first. */
static void start(void)
{
    static const struct hostmem_access access = {.direction = HOSTMEM_READ | HOSTMEM_WRITE,
                                                 .alignment = 1};
    static const struct store_place nv_block = {STORE_IDENTITY, STORE_MEDIUM_NV_BLOCK};
    static bool started;

    if (started) {
        return;
    }
    started = true;
    machine_reset();
    hosted_flash_set_strict(true);
    require(hostmem_resolve(MACHINE_NV, SEV_NV_BYTES, &access, &block) == SEV_STATUS_SUCCESS);
    block.holder = HOSTMEM_NV;
    hostmem_hold(HOSTMEM_NV, &block);
    require(store_flash_load(&known[0]) == STORE_LOADED);
    known[1] = known[0];
    require(identity_new_pdh(&known[1]));
    renewed = known[1];
    require(identity_new_pdh(&renewed));
    require(store_flash_erase());
    for (size_t i = 0; i < KNOWN; i++) { /* Into the one sector and then the other. */
        require(store_flash_save(&known[i]));
        memcpy(in_flash[i], hosted_flash() + i * SECTOR, USED_BYTES);
        require(store_seal(&nv_block, 0, &known[i], sizeof(known[i]), &in_block[i]));
    }
}

static void require_known(void)
{
    require(memcmp(&found, &known[0], sizeof(found)) == 0 ||
            memcmp(&found, &known[1], sizeof(found)) == 0);
}

static uint64_t choose_state(struct input *input)
{
    const uint64_t states[] = {COMMITTED, UINT64_MAX, 0, ERASING, COMMITTED & input_u32(input)};
    const uint32_t choice = input_below(input, sizeof(states) / sizeof(states[0]) + 1u);

    return choice < sizeof(states) / sizeof(states[0]) ? states[choice] : input_u64(input);
}

static void change(struct input *input, uint8_t *bytes, uint32_t length)
{
    for (uint32_t i = input_below(input, CHANGES_MAX); i != 0; i--) {
        bytes[input_u32(input) % length] = input_u8(input);
    }
}

/** Fills a sector: blank, a record of the flash or of the block, or what the input says. */
static void fill_sector(struct input *input, uint8_t *sector)
{
    const uint32_t choice = input_below(input, 6);

    memset(sector, 0xFF, SECTOR);
    if (choice < KNOWN) {
        memcpy(sector, in_flash[choice], USED_BYTES);
    } else if (choice < 2u * KNOWN) {
        memcpy(sector + RECORD_OFFSET, &in_block[choice - KNOWN], RECORD_BYTES);
    } else if (choice == 2u * KNOWN) {
        input_bytes(input, sector, 64);
    }
    if (input_below(input, 2) == 1) {
        const uint64_t state = choose_state(input);

        memcpy(sector, &state, sizeof(state));
    }
    change(input, sector, USED_BYTES);
}

static void try_flash(struct input *input)
{
    const uint64_t none = UINT64_MAX;
    uint64_t marker = none;
    enum store_result result;

    fill_sector(input, hosted_flash());
    fill_sector(input, hosted_flash() + SECTOR);
    if (input_below(input, 2) == 1) {
        marker = choose_state(input);
    }
    memset(hosted_flash() + MARKER, 0xFF, SECTOR);
    memcpy(hosted_flash() + MARKER, &marker, sizeof(marker));
    result = store_flash_load(&found);
    require(result != STORE_FAILED);
    if (result == STORE_LOADED) {
        require_known();
    }
    if (result == STORE_DAMAGED) { /* INIT erases. */
        require(store_flash_erase());
        require(store_flash_load(&found) == STORE_BLANK);
    }
    require(store_flash_save(&renewed));
    require(store_flash_load(&found) == STORE_LOADED);
    require(memcmp(&found, &renewed, sizeof(found)) == 0);
}

static void try_block(struct input *input)
{
    static uint8_t bytes[SEV_NV_BYTES];
    const uint32_t choice = input_below(input, 6);
    enum store_result result;

    memset(bytes, choice == 0 ? 0 : 0xFF, sizeof(bytes));
    if (choice >= 2 && choice < 2u + KNOWN) {
        memcpy(bytes, &in_block[choice - 2u], RECORD_BYTES);
    } else if (choice == 2u + KNOWN) {
        memcpy(bytes, in_flash[1] + RECORD_OFFSET, RECORD_BYTES);
    } else if (choice > 2u + KNOWN) {
        input_bytes(input, bytes, 64);
    }
    change(input, bytes, RECORD_BYTES);
    machine_write(MACHINE_NV, bytes, sizeof(bytes));
    result = store_nv_load(&block, &found);
    require(result != STORE_FAILED);
    if (result == STORE_LOADED) {
        require_known();
    }
    require(store_nv_save(&block, &renewed));
    require(store_nv_load(&block, &found) == STORE_LOADED);
    require(memcmp(&found, &renewed, sizeof(found)) == 0);
    require(store_nv_erase(&block));
    require(store_nv_load(&block, &found) == STORE_BLANK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {.data = data, .left = size};

    start();
    if (input_below(&input, 4) == 3) {
        try_block(&input);
    } else {
        try_flash(&input);
    }
    return 0;
}
