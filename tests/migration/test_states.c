/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands in the wrong order, and of inactive guests: sections 3.2 and 3.3.
 */
#include "tests/migration/pair.h"

/* A command for a guest. */
typedef int guest_command(struct board *board, uint32_t handle, uint64_t paddr);

static int send_start(struct board *board, uint32_t handle, uint64_t paddr)
{
    /* The guest's state is checked before any certificate: an empty target will do. */
    static const struct sev_target nobody = {.amd_length = 3200};
    struct sev_session session;
    uint32_t policy = 0;
    (void)paddr;
    return sev_start_send(board, handle, &nobody, &session, &policy);
}

static int send_data(struct board *board, uint32_t handle, uint64_t paddr)
{
    struct sev_sent_packet packet = {.length = 64};
    return sev_send(board, handle, paddr, &packet);
}

static int receive_data(struct board *board, uint32_t handle, uint64_t paddr)
{
    struct sev_sent_packet packet = {.length = 64};
    return sev_receive(board, handle, paddr, &packet);
}

static int launch_data(struct board *board, uint32_t handle, uint64_t paddr)
{
    struct sev_launch_update update = {.handle = handle, .paddr = paddr, .length = 64};
    return sev_launch_update_data(board, &update);
}

#define HANDLE_COMMAND(function)                                                                   \
    static int run_##function(struct board *board, uint32_t handle, uint64_t paddr)                \
    {                                                                                              \
        struct sev_handle buffer = {.handle = handle};                                             \
        (void)paddr;                                                                               \
        return sev_##function(board, &buffer);                                                     \
    }
HANDLE_COMMAND(send_finish)
HANDLE_COMMAND(send_cancel)
HANDLE_COMMAND(receive_finish)
HANDLE_COMMAND(launch_finish)

#define IN(state) (1u << SEV_GUEST_##state)

/* Each command, and the states of which it is right in at least one here. */
static const struct {
    const char *name;
    guest_command *run;
    unsigned states;
} commands[] = {
    {"SEND_START", send_start, IN(RUNNING)},
    {"SEND_UPDATE_DATA", send_data, IN(SUPDATE)},
    {"SEND_FINISH", run_send_finish, IN(SUPDATE)},
    {"SEND_CANCEL", run_send_cancel, IN(SUPDATE)},
    {"RECEIVE_UPDATE_DATA", receive_data, IN(RUPDATE)},
    {"RECEIVE_FINISH", run_receive_finish, IN(RUPDATE)},
    {"LAUNCH_UPDATE_DATA", launch_data, IN(LUPDATE)},
    {"LAUNCH_FINISH", run_launch_finish, IN(LSECRET)},
};

/* All commands that are wrong in the guest's state. */
static void try_wrong(struct machine *machine, const struct tenant *guest)
{
    const int state = tenant_state(guest, &machine->board);
    check_begin("commands that are wrong in %s", sev_guest_state_name((uint32_t)state));
    (void)CHECK(state > 0);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0] && state > 0; i++) {
        if ((commands[i].states & 1u << state) == 0) {
            (void)check_status(
                commands[i].run(&machine->board, guest->handle, guest->image.pieces[0].paddr),
                SEV_STATUS_INVALID_GUEST_STATE, commands[i].name, __FILE__, __LINE__);
            (void)CHECK(tenant_state(guest, &machine->board) == state);
        }
    }
}

/* Packets of a guest without an ASID. */
static void try_inactive(struct machine *machine, const struct tenant *guest,
                         guest_command *command)
{
    struct sev_handle handle = {.handle = guest->handle};
    struct sev_activate activate = {.handle = guest->handle, .asid = guest->asid};
    (void)CHECK_STATUS(sev_deactivate(&machine->board, &handle), SUCCESS);
    (void)CHECK_STATUS(command(&machine->board, guest->handle, guest->image.pieces[0].paddr),
                       INACTIVE);
    (void)CHECK_STATUS(tenant_flush(&machine->board), SUCCESS);
    (void)CHECK_STATUS(sev_activate(&machine->board, &activate), SUCCESS);
}

void test_states(struct pair *pair)
{
    struct pair_transfer transfer;
    struct tenant guest = {.handle = 0};
    check_begin("launch a guest");
    if (pair_launch(pair, &pair->first, &guest, 0)) {
        try_wrong(&pair->first, &guest);
    }
    pair_end_guest(&pair->first, &guest);

    check_begin("packets of inactive guests");
    if (pair_begin(pair, &transfer, 0)) {
        try_inactive(&pair->first, &transfer.guest, send_data);
        try_inactive(&pair->second, &transfer.twin, receive_data);
        try_wrong(&pair->first, &transfer.guest);
        try_wrong(&pair->second, &transfer.twin);
        check_begin("the transfer goes on after all that");
        if (pair_complete(pair, &transfer, SEV_PACKET_MAX)) {
            try_wrong(&pair->first, &transfer.guest);
            try_wrong(&pair->second, &transfer.twin);
        }
    }
    pair_end(pair, &transfer);

    check_begin("there and back again");
    if (pair_begin(pair, &transfer, SEV_POLICY_SEV) &&
        pair_complete(pair, &transfer, SEV_PACKET_MAX)) {
        (void)CHECK_STATUS(pair_try_send(&pair->second, &transfer.twin, &pair->first.identity),
                           SUCCESS);
    }
    pair_end(pair, &transfer);
}
