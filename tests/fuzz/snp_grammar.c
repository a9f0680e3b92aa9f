/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The grammar of SEV-SNP's commands (snp_grammar.h).
 */
#include "tests/fuzz/snp_grammar.h"

#include <string.h>

#include "abi/snp_command_id.h"
#include "firmware/command_table.h"

#include "tests/fuzz/snp_contents.h"
#include "tests/fuzz/snp_machine.h"

#define FIRST_BUFFER 8u /* Pages below are contexts, and those of messages. */

/** The command that is being built. */
static struct {
    const struct command_row *row;
    uint8_t *parameters;
    uint32_t guest; /**< Index of the guest, and of its context page. */
} command;

static void put_u32(uint32_t offset, uint32_t value)
{
    memcpy(command.parameters + offset, &value, sizeof value);
}

static void put_u64(uint32_t offset, uint64_t value)
{
    memcpy(command.parameters + offset, &value, sizeof value);
}

/** An address: mostly that of a page of its own. */
static uint64_t choose_address(struct input *input, uint32_t buffer, bool large)
{
    const uint64_t page =
        large ? SNP_MACHINE_REGION
              : SNP_MACHINE_PAGE(FIRST_BUFFER + 4u * input_below(input, 8) + buffer);

    switch (input_below(input, 16)) {
    case 1:
        return SNP_MACHINE_PAGE(input_below(input, SNP_MACHINE_PAGES));
    case 2:
        return page + input_u8(input) * 16u;
    case 3:
        return input_u64(input);
    case 4:
        return SNP_MACHINE_TABLE + (uint64_t)input_u8(input) * SNP_PAGE_BYTES;
    case 5:
        return page | 1ull << 51;
    default:
        return page;
    }
}

/**
 * Which of four pages that lie side by side a buffer is: what SNP_PAGE_SWAP_OUT has put away is where
 * SNP_PAGE_SWAP_IN looks for it.
 */
static uint32_t place_of(uint32_t buffer)
{
    static const uint8_t swapped_in[COMMAND_BUFFERS_MAX] = {2, 0, 1, 3};

    switch (command.row->id) {
    case SNP_COMMAND_PAGE_MD_INIT:
        return 3;
    case SNP_COMMAND_PAGE_SWAP_IN:
        return swapped_in[buffer];
    default:
        return buffer;
    }
}

/** A state that the command takes, or now and then whatever the page has. */
static void prepare_page(struct input *input, const struct command_buffer *buffer, uint64_t paddr,
                         bool large)
{
    const uint32_t length = large ? SNP_PAGE_2M_BYTES : SNP_PAGE_BYTES;
    const struct rmp_expectation wanted = command_pages(buffer, length, command.guest + 1u);
    const uint8_t choice = input_u8(input);
    uint32_t state = choice & 0xFu;

    for (uint32_t i = 0; i <= RMP_GUEST_VALID; i++) { /* The first one from STATE on. */
        const uint32_t next = (state + i) % (RMP_GUEST_VALID + 1u);

        if (next > RMP_DEFAULT && (wanted.states & (1u << next)) != 0) {
            state = next;
            break;
        }
    }
    if (choice < 0xE0 && state > RMP_DEFAULT && state != RMP_CONTEXT && state != RMP_METADATA &&
        paddr < SNP_MACHINE_BYTES && paddr % length == 0) {
        snp_machine_become(paddr, (enum rmp_state)state, large ? RMP_2M_PAGE : RMP_4K,
                           command.guest + 1u);
    }
}

/** What a buffer holds that comes in. */
static void fill(struct input *input, uint64_t paddr)
{
    uint8_t page[SNP_PAGE_BYTES];

    switch (command.row->id) {
    case SNP_COMMAND_INIT_EX:
    case SNP_COMMAND_PAGE_SET_STATE:
        snp_contents_ranges(input, page);
        break;
    case SNP_COMMAND_LAUNCH_UPDATE:
        if (SNP_LAUNCH_PAGE_TYPE(command.parameters[8]) == SNP_PAGE_CPUID) {
            snp_contents_cpuid(input, page);
        } else {
            snp_contents_vmsa(input, page);
        }
        break;
    default:
        return; /* The others take what is there. */
    }
    if (paddr <= SNP_MACHINE_TABLE - sizeof page) {
        memcpy(snp_machine_memory(paddr), page, sizeof page);
    }
}

/** Fields that no rule of the row describes. */
static void fill_in_fields(struct input *input)
{
    static const uint64_t policies[] = {
        SNP_POLICY_ONE | SNP_POLICY_SMT, SNP_POLICY_ONE | SNP_POLICY_SMT | SNP_POLICY_DEBUG,
        SNP_POLICY_ONE | SNP_POLICY_SMT | SNP_POLICY_MIGRATE_MA,
        SNP_POLICY_ONE | SNP_POLICY_SMT | SNP_POLICY_PAGE_SWAP_DISABLE};
    const uint8_t flags = input_u8(input);

    switch (command.row->id) {
    case SNP_COMMAND_INIT_EX:
        put_u32(0, flags & 0xBu);
        put_u32(offsetof(struct snp_init_ex, max_snp_asid), input_below(input, 18));
        break;
    case SNP_COMMAND_SHUTDOWN_EX:
        put_u32(offsetof(struct snp_shutdown_ex, flags), flags & 3u);
        break;
    case SNP_COMMAND_ACTIVATE:
        put_u32(offsetof(struct snp_activate, asid), 1u + flags % 10u);
        break;
    case SNP_COMMAND_ACTIVATE_EX:
        put_u32(offsetof(struct snp_activate_ex, asid), 1u + flags % 10u);
        put_u32(offsetof(struct snp_activate_ex, num_ids), input_below(input, 6));
        break;
    case SNP_COMMAND_LAUNCH_START:
        put_u64(offsetof(struct snp_launch_start, policy), policies[flags & 3u]);
        put_u32(offsetof(struct snp_launch_start, flags), flags >> 6);
        put_u64(offsetof(struct snp_launch_start, ma_gctx_paddr), SNP_MACHINE_PAGE(0));
        break;
    case SNP_COMMAND_LAUNCH_UPDATE:
        put_u32(offsetof(struct snp_launch_update, flags),
                ((flags & 7u) + 1u) << 1 | (flags & 0x10u) | (flags >> 7));
        put_u32(offsetof(struct snp_launch_update, reserved_18), (input_u32(input) & 0x0F0F0F00u));
        break;
    case SNP_COMMAND_LAUNCH_FINISH:
        put_u64(offsetof(struct snp_launch_finish, flags), flags & 7u);
        break;
    case SNP_COMMAND_PAGE_SWAP_OUT:
    case SNP_COMMAND_PAGE_SWAP_IN:
        put_u64(offsetof(struct snp_page_swap, flags), flags & 0x1Fu);
        break;
    case SNP_COMMAND_PAGE_RECLAIM:
    case SNP_COMMAND_PAGE_UNSMASH:
        put_u64(0, (flags & 0x40u) != 0 || command.row->id == SNP_COMMAND_PAGE_UNSMASH
                       ? SNP_MACHINE_REGION | (flags & 1u)
                       : SNP_MACHINE_PAGE(flags % SNP_MACHINE_PAGES));
        break;
    case SNP_COMMAND_PAGE_MOVE:
        put_u32(offsetof(struct snp_page_move, flags), flags & 1u);
        break;
    case SNP_COMMAND_CONFIG:
        put_u64(offsetof(struct snp_config, reported_tcb),
                (flags & 1u) != 0 ? input_u64(input) : 0);
        put_u32(offsetof(struct snp_config, flags), flags >> 6);
        break;
    case SNP_COMMAND_FEATURE_INFO:
        put_u32(offsetof(struct snp_feature_info, ecx_in), flags);
        break;
    default:
        break;
    }
}

/** The guest that a command names, or the page of a new one. */
static void choose_guest(struct input *input)
{
    const uint8_t choice = input_u8(input);

    command.guest = choice % SNP_MACHINE_GUESTS;
    if (command.row->guest_states != 0) {
        put_u64(command.row->guest_offset,
                (choice & 0xF0u) == 0xF0u
                    ? SNP_MACHINE_PAGE(input_below(input, SNP_MACHINE_PAGES))
                    : SNP_MACHINE_PAGE(command.guest + (choice >> 2) % 2u * 2u));
    }
}

static void build_buffers(struct input *input)
{
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        const struct command_buffer *buffer = &command.row->buffers[i];

        if (buffer->direction != COMMAND_UNUSED && command_has_buffer(buffer, command.parameters)) {
            const bool large = buffer->rule == COMMAND_LENGTH_PAGE &&
                               (command.parameters[buffer->length_offset] & 1u) != 0;
            uint64_t paddr = choose_address(input, place_of(i), large);

            if (buffer->alignment != 0 && buffer->alignment < SNP_PAGE_BYTES) {
                paddr += (uint64_t)input_below(input, 4) * 0x40u;
            }
            put_u64(buffer->paddr_offset, paddr | (large ? input_below(input, 2) : 0));
            prepare_page(input, buffer, paddr - paddr % SNP_PAGE_BYTES, large);
            if ((buffer->direction == COMMAND_IN ||
                 buffer->direction == COMMAND_GUEST_READ_WRITE) &&
                (input_u8(input) & 1u) == 0) {
                fill(input, paddr);
            }
        }
    }
}

uint32_t snp_grammar_build(uint16_t id, struct input *input,
                           uint8_t parameters[COMMAND_PARAMETERS_MAX])
{
    command.row = command_table_find(id);
    command.parameters = parameters;
    memset(parameters, 0, COMMAND_PARAMETERS_MAX);
    choose_guest(input);
    fill_in_fields(input);
    if (command.row->has_length) {
        put_u32(0, command.row->size);
    }
    build_buffers(input);
    for (uint32_t patches = input_u8(input) >> 6; patches != 0 && command.row->size != 0;
         patches--) {
        parameters[input_u8(input) % command.row->size] ^= input_u8(input);
    }
    return command.row->size;
}
