/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes SEV-SNP's commands: sequences with pages in random states, contents that commands look at, and
 * what the machine does meanwhile. State lasts over the sequence and is new for each input.
 *
 * Besides what the sanitizers and the board's guards find, it is a fault when a command answers with a
 * status that its row does not list, when it changes a page that is the hypervisor's or HV-fixed, or
 * when the table's counters are not what its entries say.
 */
#include <string.h>

#include "abi/snp_command_id.h"
#include "firmware/platform/snp.h"

#include "tests/fuzz/snp_grammar.h"
#include "tests/fuzz/snp_machine.h"

#define STEPS_MAX 32u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** In this order the input names them: it must stay, or known inputs lose their meaning. */
static const uint16_t ids[] = {
#define ID(name, id) (id),
    SNP_COMMAND_LIST(ID)
#undef ID
};

/** Memory as it was, and whose it was. */
static struct {
    uint8_t bytes[SNP_MACHINE_PAGES][SNP_PAGE_BYTES];
    bool counts[SNP_MACHINE_PAGES];
} before;

static void look(void)
{
    for (uint32_t i = 0; i < SNP_MACHINE_PAGES; i++) {
        const enum rmp_state state = snp_machine_page(SNP_MACHINE_PAGE(i)).state;

        before.counts[i] = platform_snp_state() == SNP_PLATFORM_INIT &&
                           (state == RMP_HYPERVISOR || state == RMP_HV_FIXED);
        if (before.counts[i]) {
            memcpy(before.bytes[i], snp_machine_memory(SNP_MACHINE_PAGE(i)), SNP_PAGE_BYTES);
        }
    }
}

static void look_again(void)
{
    for (uint32_t i = 0; i < SNP_MACHINE_PAGES; i++) {
        snp_machine_require(
            !before.counts[i] ||
            memcmp(before.bytes[i], snp_machine_memory(SNP_MACHINE_PAGE(i)), SNP_PAGE_BYTES) == 0);
    }
}

static void run_command(struct input *input)
{
    uint8_t parameters[COMMAND_PARAMETERS_MAX];
    const uint16_t id = ids[input_below(input, sizeof ids / sizeof ids[0])];
    const uint32_t size = snp_grammar_build(id, input, parameters);

    look();
    (void)snp_machine_command(id, parameters, size);
    look_again();
}

static uint64_t choose_page(struct input *input)
{
    return SNP_MACHINE_PAGE(input_below(input, SNP_MACHINE_PAGES));
}

/** x86 writes to memory that is its own, or a device to any. */
static void write_memory(struct input *input)
{
    uint8_t bytes[64];
    const uint32_t length = input_below(input, sizeof bytes + 1u);
    const uint64_t paddr = choose_page(input) + (uint64_t)input_u8(input) * 15;

    input_bytes(input, bytes, length);
    memcpy(snp_machine_memory(paddr), bytes, length);
}

/** An instruction changes a page. */
static void change_page(struct input *input)
{
    static const enum rmp_state states[] = {RMP_HYPERVISOR, RMP_FIRMWARE,      RMP_RECLAIM,
                                            RMP_PRE_GUEST,  RMP_GUEST_INVALID, RMP_GUEST_VALID,
                                            RMP_PRE_SWAP};
    const enum rmp_state state = states[input_below(input, sizeof states / sizeof states[0])];
    const uint8_t which = input_u8(input);
    const bool large = (which & 0x80u) != 0;

    snp_machine_become(large ? SNP_MACHINE_REGION : SNP_MACHINE_PAGE(which % SNP_MACHINE_PAGES),
                       state, large ? RMP_2M_PAGE : RMP_4K, 1u + (which >> 6 & 1u));
}

/** Random numbers fail for a while, a large page is smashed, or caches are written back. */
static void event(struct input *input)
{
    switch (input_below(input, 4)) {
    case 2:
        snp_machine_smash();
        break;
    case 0:
        snp_machine_fail_entropy(input_u8(input));
        break;
    case 1:
        snp_machine_fail_entropy(UINT32_MAX);
        break;
    default:
        snp_machine_wbinvd();
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {.data = data, .left = size};

    snp_machine_reset();
    snp_machine_make_guests();
    for (uint32_t step = 0; step < STEPS_MAX && !input_is_empty(&input); step++) {
        const uint32_t kind = input_below(&input, 16);

        if (kind < 11) {
            run_command(&input);
        } else if (kind < 13) {
            change_page(&input);
        } else if (kind < 15) {
            write_memory(&input);
        } else {
            event(&input);
        }
    }
    if (platform_snp_state() == SNP_PLATFORM_INIT) {
        snp_machine_check_counts();
    }
    snp_machine_fail_entropy(UINT32_MAX);
    return 0;
}
