/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A board whose firmware the test plays (bridge_board.h).
 */
#include "tests/host/bridge_board.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/mailbox.h"
#include "host/lib/deadline.h"
#include "host/lib/fabric.h"
#include "host/lib/run_lock.h"
#include "tests/host/support.h"

#define MEMORY_BYTES (4u * 1024 * 1024)
#define LIMIT_MS 10000

struct bridge_board fake;
static struct shared_file mailbox; /* As the firmware has them. */
static struct shared_file fabric;

static void path_of(char path[PATH_MAX], const char *name)
{
    assert_true(board_path(path, fake.directory, name));
}

static void make_file(struct shared_file *file, const char *name, size_t bytes)
{
    char path[PATH_MAX];
    path_of(path, name);
    (void)unlink(path);
    assert_true(shared_file_create(path, bytes));
    if (file != NULL) {
        assert_true(shared_file_open(file, path, bytes));
    }
}

static void listen_at_doorbell(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char path[PATH_MAX];
    path_of(path, "run/doorbell");
    (void)unlink(path);
    assert_true(strlen(path) < sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path));
    fake.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fake.listener, (const void *)&address, sizeof address), 0);
    assert_int_equal(listen(fake.listener, 4), 0);
}

static struct fabric_status *status_block(void)
{
    return (struct fabric_status *)(void *)(fabric.bytes + FABRIC_STATUS_OFFSET);
}

static void start(void)
{
    struct fabric_options options = FABRIC_DEFAULT_OPTIONS;
    assert_true(fabric_options_set_machine(&options, "q35"));
    make_file(&mailbox, "run/mailbox", MAILBOX_FILE_BYTES);
    make_file(&fabric, "run/fabric", FABRIC_FILE_BYTES);
    make_file(NULL, "run/dram", MEMORY_BYTES);
    fabric_configure(fabric.bytes, &options, MEMORY_BYTES);
    status_block()->magic = FABRIC_STATUS_MAGIC;
    bridge_board_set(MAILBOX_CMDRESP, MAILBOX_CMDRESP_RESPONSE);
    bridge_board_set(MAILBOX_FEATURE, MAILBOX_FEATURE_SEV);
    listen_at_doorbell();
    fake.lock = run_lock_take(fake.directory);
    assert_true(fake.lock >= 0 && run_lock_write_pid(fake.lock, getpid()));
}

static void close_end(int *descriptor)
{
    if (*descriptor >= 0) {
        (void)close(*descriptor);
    }
    *descriptor = -1;
}

void bridge_board_end(void)
{
    close_end(&fake.doorbell);
    close_end(&fake.listener);
    close_end(&fake.lock);
}

void bridge_board_restart(void)
{
    bridge_board_end();
    shared_file_close(&mailbox);
    shared_file_close(&fabric);
    start();
}

int bridge_board_set_up(void **state)
{
    struct board board = BOARD_CLOSED;
    char path[PATH_MAX];
    (void)state;
    fake = (struct bridge_board){.listener = -1, .doorbell = -1, .lock = -1};
    support_make_directory(fake.directory);
    path_of(path, "run");
    assert_int_equal(mkdir(path, 0700), 0);
    start();
    assert_int_equal(board_link_open(&fake.link, &board, fake.directory), BOARD_OK);
    device_begin(&fake.device, &fake.link);
    return 0;
}

int bridge_board_tear_down(void **state)
{
    (void)state;
    device_disconnect(&fake.device);
    board_link_close(&fake.link);
    bridge_board_end();
    shared_file_close(&mailbox);
    shared_file_close(&fabric);
    support_remove_directory(fake.directory);
    return 0;
}

uint32_t bridge_board_get(uint32_t offset)
{
    return __atomic_load_n((uint32_t *)(void *)(mailbox.bytes + offset), __ATOMIC_SEQ_CST);
}

void bridge_board_set(uint32_t offset, uint32_t value)
{
    __atomic_store_n((uint32_t *)(void *)(mailbox.bytes + offset), value, __ATOMIC_SEQ_CST);
}

bool bridge_board_is_rung(void)
{
    uint8_t bytes[16];
    const uint32_t request = bridge_board_get(MAILBOX_CMDRESP);
    if (fake.doorbell < 0) {
        assert_int_equal(fcntl(fake.listener, F_SETFL, O_NONBLOCK), 0);
        fake.doorbell = accept(fake.listener, NULL, NULL);
    }
    return request != 0 && (request & MAILBOX_CMDRESP_RESPONSE) == 0 && fake.doorbell >= 0 &&
           recv(fake.doorbell, bytes, sizeof bytes, MSG_DONTWAIT) > 0;
}

void bridge_board_send(uint8_t byte)
{
    assert_int_equal(send(fake.doorbell, &byte, 1, MSG_NOSIGNAL), 1);
}

void bridge_board_answer(uint16_t status, bool rings)
{
    const uint32_t request = bridge_board_get(MAILBOX_CMDRESP);
    uint8_t byte = DOORBELL_COMPLETE;
    status_block()->commands++;
    bridge_board_set(MAILBOX_CMDRESP,
                     MAILBOX_CMDRESP_RESPONSE |
                         (request & MAILBOX_CMDRESP_ID_MASK << MAILBOX_CMDRESP_ID_SHIFT) | status);
    if ((request & MAILBOX_CMDRESP_IOC) != 0) {
        bridge_board_set(MAILBOX_INTSTS, bridge_board_get(MAILBOX_INTSTS) | MAILBOX_INT_COMPLETE);
        byte |=
            (bridge_board_get(MAILBOX_INTEN) & MAILBOX_INT_COMPLETE) != 0 ? DOORBELL_INTERRUPT : 0;
    }
    if (rings) {
        bridge_board_send(byte);
    }
}

void bridge_board_say_ring_mode(bool on)
{
    status_block()->flags = on ? FABRIC_STATUS_RING : 0;
}

void bridge_board_work_until(enum mailbox_port_phase phase)
{
    const int64_t deadline = deadline_after(LIMIT_MS);
    struct mailbox_port *port = &fake.device.mailbox;
    for (mailbox_port_work(port); port->phase != phase; mailbox_port_work(port)) {
        assert_true(deadline_left_ms(deadline) > 0);
        deadline_sleep_us(1000);
    }
}

int bridge_board_hold(void)
{
    char path[PATH_MAX];
    path_of(path, "run/mailbox");
    const int holder = open(path, O_RDWR | O_CLOEXEC);
    assert_int_equal(flock(holder, LOCK_EX | LOCK_NB), 0);
    return holder;
}

void bridge_board_let_go(int holder)
{
    assert_int_equal(close(holder), 0);
}
