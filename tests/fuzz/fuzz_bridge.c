/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bridge's clients: any bytes on the socket, with descriptors, in front of a board that answers as
 * the input says. The board's side of the bridge (board_link.h) is played here.
 */
#include <assert.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "abi/mailbox.h"
#include "host/bridge/protocol.h"

#define CHUNK_MAX 64u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct connection connection;
static struct device device;
static struct protocol protocol;
static _Alignas(4) uint8_t registers[MAILBOX_BAR_BYTES];
static uint8_t board; /* What the board does at the moment; the input says. */

bool board_link_is_alive(const struct board_link *link)
{
    (void)link;
    return (board & 1) != 0;
}

bool board_link_is_current(const struct board_link *link)
{
    (void)link;
    return (board & 0x40) == 0;
}

enum board_link_claim board_link_claim(struct board_link *link)
{
    const enum board_link_claim claim = (enum board_link_claim)((board >> 1 & 3) % 3);
    link->claimed = claim == BOARD_LINK_CLAIMED;
    link->doorbell = link->claimed ? 1000 : -1;
    return claim;
}

void board_link_release(struct board_link *link)
{
    link->claimed = false;
}

void board_link_hang_up(struct board_link *link)
{
    link->doorbell = -1;
}

void board_link_ring(struct board_link *link)
{
    (void)link;
}

uint8_t board_link_drain(struct board_link *link)
{
    if ((board & 8) != 0) {
        link->doorbell = -1;
    }
    return board >> 4 & 3;
}

uint32_t board_link_read(const struct board_link *link, uint32_t offset)
{
    uint32_t value;
    (void)link;
    assert(offset <= sizeof registers - sizeof value && offset % sizeof value == 0);
    memcpy(&value, registers + offset, sizeof value);
    return value;
}

void board_link_write(struct board_link *link, uint32_t offset, uint32_t value)
{
    (void)link;
    assert(offset <= sizeof registers - sizeof value && offset % sizeof value == 0);
    memcpy(registers + offset, &value, sizeof value);
}

void board_link_clear(struct board_link *link, uint32_t offset, uint32_t bits)
{
    board_link_write(link, offset, board_link_read(link, offset) & ~bits);
}

bool board_link_is_in_ring_mode(const struct board_link *link)
{
    (void)link;
    return (board & 0x40) != 0;
}

bool board_link_is_fresh(const struct board_link *link)
{
    (void)link;
    return (board & 0x80) != 0;
}

/* The firmware writes a register that it may write. */
static void play_firmware(const uint8_t *input)
{
    static const uint32_t offsets[] = {MAILBOX_CMDRESP, MAILBOX_INTSTS, MAILBOX_CMDBUF_LO,
                                       MAILBOX_FEATURE};
    uint32_t value;
    memcpy(&value, input + 2, sizeof value);
    board = input[0];
    board_link_write(device.link, offsets[input[1] % 4], value);
}

/* Sends a part of the input, with a descriptor if it says so. */
static void send_part(int socket, const uint8_t *bytes, size_t length, bool with_event)
{
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {0};
    const int event = with_event ? eventfd(0, EFD_CLOEXEC) : -1;
    struct iovec vector = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = length};
    struct msghdr part = {.msg_iov = &vector, .msg_iovlen = 1};
    if (event >= 0) {
        part.msg_control = control;
        part.msg_controllen = sizeof control;
        struct cmsghdr *header = CMSG_FIRSTHDR(&part);
        *header = (struct cmsghdr){
            .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof event)};
        memcpy(CMSG_DATA(header), &event, sizeof event);
    }
    const ssize_t sent = sendmsg(socket, &part, MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)sent;
    if (event >= 0) {
        (void)close(event);
    }
}

/* Does what has arrived. @return false when the client is hung up on */
static bool serve(int peer)
{
    uint8_t thrown_away[VFIO_USER_MESSAGE_MAX];
    enum connection_result result;
    while ((result = connection_receive(&connection)) == CONNECTION_DONE) {
        if (protocol_handle(&protocol, &connection.message, connection_payload(&connection)) ==
            PROTOCOL_END) {
            return false;
        }
        assert(protocol.error != 0 || protocol.payload_bytes <= VFIO_USER_PAYLOAD_MAX);
        connection_answer(&connection, protocol.error, protocol.payload_bytes);
        connection_next(&connection);
        if (connection_send(&connection) != CONNECTION_DONE) {
            return false;
        }
        while (recv(peer, thrown_away, sizeof thrown_away, MSG_DONTWAIT) > 0) {
        }
    }
    return result == CONNECTION_LATER;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct board_link link = {.doorbell = -1};
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
        return 0;
    }
    memset(registers, 0, sizeof registers);
    board = 0;
    link.claimed = false;
    link.doorbell = -1;
    connection_begin(&connection, ends[0]);
    device_begin(&device, &link);
    protocol_begin(&protocol, &device);
    protocol.is_agreed = size > 0 && data[0] != 0;
    bool connected = true;
    for (size_t at = 0; connected && size - at >= 8;) {
        const size_t room = size - at - 8;
        const size_t length = data[at] % CHUNK_MAX;
        const size_t part = length < room ? length : room;
        play_firmware(data + at + 2);
        send_part(ends[1], data + at + 8, part, (data[at + 1] & 1) != 0);
        connected = serve(ends[1]);
        mailbox_port_work(&device.mailbox);
        at += 8 + part;
    }
    connection_end(&connection);
    device_disconnect(&device);
    (void)close(ends[1]);
    return 0;
}
