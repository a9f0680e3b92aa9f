/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of the SEV-SNP firmware API as C functions (abi/snp_commands.h).
 */
#include "host/lib/snp.h"

#define SNP_DEFINE(function, command, structure)                                                   \
    int snp_##function(struct board *board, struct structure *parameters)                          \
    {                                                                                              \
        return sev_command(board, SNP_COMMAND_##command, parameters, sizeof *parameters);          \
    }
SNP_BUFFER_COMMANDS(SNP_DEFINE)
#undef SNP_DEFINE

#define SNP_DEFINE(function, command)                                                              \
    int snp_##function(struct board *board)                                                        \
    {                                                                                              \
        return sev_command(board, SNP_COMMAND_##command, NULL, 0);                                 \
    }
SNP_PLAIN_COMMANDS(SNP_DEFINE)
#undef SNP_DEFINE

int snp_command_of_page(struct board *board, enum snp_command_id id, uint64_t paddr)
{
    struct snp_address parameters = {.paddr = paddr};
    return sev_command(board, id, &parameters, sizeof parameters);
}

static const char *const platform_states[] = {
    [SNP_PLATFORM_UNINIT] = "UNINIT",
    [SNP_PLATFORM_INIT] = "INIT",
};

static const char *const guest_states[] = {
    [SNP_GUEST_INIT] = "INIT",
    [SNP_GUEST_LAUNCH] = "LAUNCH",
    [SNP_GUEST_RUNNING] = "RUNNING",
};

static const char *name(const char *const *names, uint32_t count, uint32_t value)
{
    return value < count ? names[value] : "unknown state";
}

#define COUNT(names) (sizeof(names) / sizeof((names)[0]))

const char *snp_platform_state_name(uint32_t state)
{
    return name(platform_states, COUNT(platform_states), state);
}

const char *snp_guest_state_name(uint32_t state)
{
    return name(guest_states, COUNT(guest_states), state);
}
