/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of statuses, commands and states, from the tables of abi/.
 */
#include "host/lib/sev.h"
#include "host/lib/snp.h"

struct name {
    uint32_t value;
    const char *text;
};

static const struct name statuses[] = {
#define STATUS_NAME(name, value) {value, #name},
    SEV_STATUS_LIST(STATUS_NAME)
#undef STATUS_NAME
};

static const struct name commands[] = {
#define COMMAND_NAME(name, id) {id, #name},
    SEV_COMMAND_LIST(COMMAND_NAME)
#undef COMMAND_NAME
#define COMMAND_NAME(name, id) {id, "SNP_" #name},
        SNP_COMMAND_LIST(COMMAND_NAME)
#undef COMMAND_NAME
};

static const struct name platform_states[] = {
    {SEV_PLATFORM_UNINIT, "UNINIT"},
    {SEV_PLATFORM_INIT, "INIT"},
    {SEV_PLATFORM_WORKING, "WORKING"},
};

static const struct name guest_states[] = {
    {SEV_GUEST_UNINIT, "UNINIT"},   {SEV_GUEST_LUPDATE, "LUPDATE"}, {SEV_GUEST_LSECRET, "LSECRET"},
    {SEV_GUEST_RUNNING, "RUNNING"}, {SEV_GUEST_SUPDATE, "SUPDATE"}, {SEV_GUEST_RUPDATE, "RUPDATE"},
    {SEV_GUEST_SENT, "SENT"},
};

static const struct {
    uint32_t id;
    size_t bytes;
} buffers[] = {
#define BUFFER_BYTES(function, command, structure)                                                 \
    {SEV_COMMAND_##command, sizeof(struct structure)},
    SEV_BUFFER_COMMANDS(BUFFER_BYTES)
#undef BUFFER_BYTES
#define BUFFER_BYTES(function, command, structure)                                                 \
    {SNP_COMMAND_##command, sizeof(struct structure)},
        SNP_BUFFER_COMMANDS(BUFFER_BYTES)
#undef BUFFER_BYTES
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *find(const struct name *names, size_t count, uint32_t value,
                        const char *otherwise)
{
    for (size_t i = 0; i < count; i++) {
        if (names[i].value == value) {
            return names[i].text;
        }
    }
    return otherwise;
}

const char *sev_result_text(int result)
{
    return result < 0 ? mailbox_result_text(result)
                      : find(statuses, COUNT(statuses), (uint32_t)result, "unknown status");
}

const char *sev_command_name(uint32_t id)
{
    return find(commands, COUNT(commands), id, "unknown command");
}

const char *sev_platform_state_name(uint32_t state)
{
    return find(platform_states, COUNT(platform_states), state, "unknown state");
}

const char *sev_guest_state_name(uint32_t state)
{
    return find(guest_states, COUNT(guest_states), state, "unknown state");
}

size_t sev_command_buffer_bytes(uint32_t id)
{
    for (size_t i = 0; i < COUNT(buffers); i++) {
        if (buffers[i].id == id) {
            return buffers[i].bytes;
        }
    }
    return 0;
}
