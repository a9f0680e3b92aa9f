/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes what SEV-SNP's commands find in memory: CPUID pages, ID blocks, lists of ranges, metadata
 * entries and swapped pages, sealed contexts. The first byte of the input says which; damage to what was
 * good otherwise says the rest.
 *
 * It is a fault when a forgery is taken, when what the firmware has corrected is not accepted then, or
 * when a command that fails has changed a page.
 */
#include <stddef.h>
#include <string.h>

#include "abi/snp_command_id.h"

#include "tests/fuzz/snp_contents.h"
#include "tests/fuzz/snp_machine.h"

#define PAGE SNP_MACHINE_PAGE(8)
#define AWAY SNP_MACHINE_PAGE(10)
#define METADATA SNP_MACHINE_PAGE(11)
#define BLOCK SNP_MACHINE_PAGE(16)
#define AUTH SNP_MACHINE_PAGE(17)
#define STATUS SNP_MACHINE_PAGE(18)
#define GUEST 1u        /* In LAUNCH. */
#define OTHERS 4u       /* Contexts that drive the guests' out of secure RAM. */
#define SEALED_AT 0x18u /* Tag and ciphertext of a sealed context; before them the header. */
#define INDEX_AT 0x10u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require_success(enum sev_status status)
{
    snp_machine_require(status == SEV_STATUS_SUCCESS);
}

static void try_cpuid(struct input *input)
{
    const struct snp_launch_update update = {
        .gctx_paddr = SNP_MACHINE_PAGE(GUEST), .flags = SNP_PAGE_CPUID << 1, .page_paddr = PAGE};
    static uint8_t page[SNP_PAGE_BYTES];
    enum sev_status status;

    snp_contents_cpuid(input, page);
    (void)snp_contents_damage(input, page, sizeof page);
    memcpy(snp_machine_memory(PAGE), page, sizeof page);
    snp_machine_become(PAGE, RMP_PRE_GUEST, RMP_4K, GUEST + 1u);
    status = snp_machine_command(SNP_COMMAND_LAUNCH_UPDATE, &update, sizeof update);
    if (status == SEV_STATUS_SUCCESS) {
        snp_machine_require(snp_machine_page(PAGE).state == RMP_GUEST_VALID);
        return;
    }
    snp_machine_require(snp_machine_page(PAGE).state == RMP_PRE_GUEST);
    if (memcmp(snp_machine_memory(PAGE), page, sizeof page) != 0) {
        require_success(snp_machine_command(SNP_COMMAND_LAUNCH_UPDATE, &update, sizeof update));
    }
}

static void try_id_block(struct input *input)
{
    const struct snp_launch_finish finish = {
        .gctx_paddr = SNP_MACHINE_PAGE(GUEST),
        .id_block_paddr = BLOCK,
        .id_auth_paddr = AUTH,
        .flags = SNP_FINISH_ID_BLOCK_EN | (input_below(input, 2) != 0 ? SNP_FINISH_AUTH_KEY_EN : 0),
    };
    struct snp_id_block *block = (void *)snp_machine_memory(BLOCK);
    struct snp_id_auth *auth = (void *)snp_machine_memory(AUTH);
    static struct snp_id_auth good;
    const struct snp_guest *guest = snp_machine_guest(GUEST);
    bool forged;

    snp_contents_id(guest->digest, guest->policy, block, auth);
    good = *auth;
    forged = snp_contents_damage(input, block, sizeof *block);
    (void)snp_contents_damage(input, auth, sizeof *auth);
    forged |= memcmp(auth->id_block_signature.r, good.id_block_signature.r,
                     offsetof(struct snp_id_auth, id_key_signature) -
                         offsetof(struct snp_id_auth, id_block_signature)) != 0;
    if ((finish.flags & SNP_FINISH_AUTH_KEY_EN) != 0) {
        forged |= memcmp(auth, &good, sizeof good) != 0;
    }
    if (snp_machine_command(SNP_COMMAND_LAUNCH_FINISH, &finish, sizeof finish) ==
        SEV_STATUS_SUCCESS) {
        snp_machine_require(!forged && snp_machine_guest(GUEST)->state == SNP_GUEST_RUNNING);
    } else {
        snp_machine_require(snp_machine_guest(GUEST)->state == SNP_GUEST_LAUNCH &&
                            !snp_machine_guest(GUEST)->has_id_block);
    }
}

static void note_states(enum rmp_state states[SNP_MACHINE_PAGES])
{
    for (uint32_t i = 0; i < SNP_MACHINE_PAGES; i++) {
        states[i] = snp_machine_page(SNP_MACHINE_PAGE(i)).state;
    }
}

static void try_ranges(struct input *input)
{
    const struct snp_page_set_state set = {.length = sizeof set, .list_paddr = BLOCK};
    enum rmp_state before[SNP_MACHINE_PAGES];
    enum rmp_state after[SNP_MACHINE_PAGES];
    enum sev_status status;

    snp_contents_ranges(input, snp_machine_memory(BLOCK));
    (void)snp_contents_damage(input, snp_machine_memory(BLOCK), 0x30);
    for (uint32_t i = 20; i < SNP_MACHINE_PAGES; i++) {
        snp_machine_become(SNP_MACHINE_PAGE(i), RMP_FIRMWARE, RMP_4K, 0);
    }
    note_states(before);
    status = snp_machine_command(SNP_COMMAND_PAGE_SET_STATE, &set, sizeof set);
    note_states(after);
    for (uint32_t i = 0; i < SNP_MACHINE_PAGES; i++) {
        snp_machine_require(before[i] == after[i] ||
                            (status == SEV_STATUS_SUCCESS && before[i] == RMP_FIRMWARE &&
                             after[i] == RMP_HV_FIXED));
    }
}

/** What is put away comes back if nobody has touched it, or its entry; else nothing does. */
static void try_swap(struct input *input)
{
    const uint64_t gctx = SNP_MACHINE_PAGE(0);
    const struct snp_page_md_init metadata = {.gctx_paddr = gctx, .page_paddr = METADATA};
    struct snp_page_swap out = {
        .gctx_paddr = gctx, .src_paddr = PAGE, .dst_paddr = AWAY, .mdata_paddr = METADATA};
    struct snp_page_swap in = {
        .gctx_paddr = gctx, .src_paddr = AWAY, .dst_paddr = PAGE, .mdata_paddr = METADATA};
    static uint8_t page[SNP_PAGE_BYTES];
    bool damaged;
    enum sev_status status;

    memset(snp_machine_memory(PAGE), 0x5A, sizeof page);
    memcpy(page, snp_machine_memory(PAGE), sizeof page);
    snp_machine_become(PAGE, RMP_PRE_SWAP, RMP_4K, 1);
    snp_machine_become(AWAY, RMP_FIRMWARE, RMP_4K, 0);
    snp_machine_become(METADATA, RMP_FIRMWARE, RMP_4K, 0);
    require_success(snp_machine_command(SNP_COMMAND_PAGE_MD_INIT, &metadata, sizeof metadata));
    out.software_data = input_u8(input);
    require_success(snp_machine_command(SNP_COMMAND_PAGE_SWAP_OUT, &out, sizeof out));
    damaged =
        snp_contents_damage(input, snp_machine_memory(METADATA), sizeof(struct snp_mdata_entry));
    damaged |= snp_contents_damage(input, snp_machine_memory(AWAY), SNP_PAGE_BYTES);
    in.flags = (input_u8(input) & 15u) == 15u ? input_u8(input) & 0x1Fu : 0;
    status = snp_machine_command(SNP_COMMAND_PAGE_SWAP_IN, &in, sizeof in);
    if (status == SEV_STATUS_SUCCESS) {
        snp_machine_require(!damaged && memcmp(snp_machine_memory(PAGE), page, sizeof page) == 0 &&
                            snp_machine_command(SNP_COMMAND_PAGE_SWAP_IN, &in, sizeof in) !=
                                SEV_STATUS_SUCCESS);
    } else {
        snp_machine_require((damaged || in.flags != 0) &&
                            snp_machine_page(PAGE).state == RMP_PRE_GUEST);
    }
}

static enum sev_status ask_status(uint32_t guest)
{
    const struct snp_guest_status ask = {.gctx_paddr = SNP_MACHINE_PAGE(guest),
                                         .status_paddr = STATUS};

    return snp_machine_command(SNP_COMMAND_GUEST_STATUS, &ask, sizeof ask);
}

/** Drives the guests' contexts out of secure RAM. */
static void open_others(void)
{
    for (uint32_t i = 0; i < OTHERS; i++) {
        require_success(ask_status(SNP_MACHINE_GUESTS + i));
    }
}

/** A sealed context that was changed, or is an older one, is no context any more. */
static void try_context(struct input *input)
{
    const uint64_t gctx = SNP_MACHINE_PAGE(GUEST);
    static uint8_t good[SNP_PAGE_BYTES];
    static uint8_t older[SNP_PAGE_BYTES];
    bool damaged;
    enum sev_status status;

    snp_machine_become(STATUS, RMP_FIRMWARE, RMP_4K, 0);
    for (uint32_t i = 0; i < OTHERS; i++) {
        const struct snp_address create = {.paddr = SNP_MACHINE_PAGE(SNP_MACHINE_GUESTS + i)};

        snp_machine_become(create.paddr, RMP_FIRMWARE, RMP_4K, 0);
        require_success(snp_machine_command(SNP_COMMAND_GCTX_CREATE, &create, sizeof create));
    }
    memcpy(older, snp_machine_memory(gctx), sizeof older);
    require_success(ask_status(GUEST));
    open_others();
    memcpy(good, snp_machine_memory(gctx), sizeof good);
    if (input_below(input, 4) == 3) {
        memcpy(snp_machine_memory(gctx), older, sizeof older);
    }
    (void)snp_contents_damage(input, snp_machine_memory(gctx),
                              SEALED_AT + 16u + sizeof(struct snp_guest));
    damaged = memcmp(snp_machine_memory(gctx) + SEALED_AT, good + SEALED_AT,
                     16u + sizeof(struct snp_guest)) != 0 ||
              memcmp(snp_machine_memory(gctx) + INDEX_AT, good + INDEX_AT, 4) != 0;
    status = ask_status(GUEST);
    snp_machine_require(status == (damaged ? SEV_STATUS_INVALID_GUEST : SEV_STATUS_SUCCESS));
    snp_machine_require(ask_status(0) == SEV_STATUS_SUCCESS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const tries[])(struct input *) = {try_cpuid, try_id_block, try_ranges, try_swap,
                                                    try_context};
    struct input input = {.data = data, .left = size};

    snp_machine_reset();
    snp_machine_make_guests();
    tries[input_below(&input, sizeof tries / sizeof tries[0])](&input);
    snp_machine_check_counts();
    return 0;
}
