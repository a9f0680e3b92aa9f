/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thread that serves a mailbox as the firmware does, well or badly.
 */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/mailbox.h"
#include "host/lib/deadline.h"
#include "tests/host/support.h"

#define STEP_MS 20
#define CHATTER 50

static uint32_t *at(struct fake_processor *fake, uint32_t offset)
{
    return (uint32_t *)(void *)(__atomic_load_n(&fake->bar, __ATOMIC_ACQUIRE) + offset);
}

static uint32_t get(struct fake_processor *fake, uint32_t offset)
{
    return __atomic_load_n(at(fake, offset), __ATOMIC_SEQ_CST);
}

static void set(struct fake_processor *fake, uint32_t offset, uint32_t value)
{
    __atomic_store_n(at(fake, offset), value, __ATOMIC_SEQ_CST);
}

static void ring(const struct fake_processor *fake, int client, unsigned times)
{
    const uint8_t byte = DOORBELL_COMPLETE | DOORBELL_INTERRUPT;
    for (unsigned i = 0; i < times && client >= 0 && !fake->behaviour.forgets_bell; i++) {
        /* A client that has gone or does not read loses the byte, as on the board. */
        ssize_t sent = send(client, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
        (void)sent;
    }
}

/* Keeps the client between looking, draining and sleeping until a moment that differs each time. */
static void make_nervous(const struct fake_processor *fake, int client)
{
    for (unsigned i = 0; i < fake->served % 13; i++) {
        ring(fake, client, 1);
        for (unsigned spin = 0; spin < fake->served % 101; spin++) {
            __atomic_signal_fence(__ATOMIC_SEQ_CST);
        }
    }
}

static void serve(struct fake_processor *fake, int client)
{
    uint32_t request = get(fake, MAILBOX_CMDRESP);
    if (request == 0 || (request & MAILBOX_CMDRESP_RESPONSE) != 0 ||
        __atomic_load_n(&fake->behaviour.silent, __ATOMIC_ACQUIRE)) {
        return;
    }
    fake->last_id = request >> MAILBOX_CMDRESP_ID_SHIFT;
    fake->last_paddr = get(fake, MAILBOX_CMDBUF_LO) | (uint64_t)get(fake, MAILBOX_CMDBUF_HI) << 32;
    fake->served++;
    if (fake->behaviour.resets) {
        set(fake, MAILBOX_CMDRESP, fake->behaviour.status == 0 ? MAILBOX_CMDRESP_RESPONSE : 0);
        return;
    }
    ring(fake, client, fake->behaviour.chatters ? CHATTER : 0);
    if (fake->behaviour.nervous) {
        make_nervous(fake, client);
    }
    set(fake, MAILBOX_CMDRESP, MAILBOX_CMDRESP_RESPONSE | fake->behaviour.status);
    if (fake->behaviour.late_intsts) {
        ring(fake, client, 1);
        deadline_sleep_us(2000);
    }
    set(fake, MAILBOX_INTSTS, get(fake, MAILBOX_INTSTS) | MAILBOX_INT_COMPLETE);
    ring(fake, client, fake->behaviour.chatters ? CHATTER : 1);
}

/* @return the client, or -1 when it has gone */
static int wait_for_byte(struct fake_processor *fake, int client)
{
    uint8_t bytes[64];
    struct pollfd event = {.fd = client >= 0 ? client : fake->listener, .events = POLLIN};
    if (event.fd < 0) {
        deadline_sleep_us(100);
        return -1;
    }
    if (poll(&event, 1, STEP_MS) <= 0) {
        return client;
    }
    if (client < 0) {
        return accept(fake->listener, NULL, NULL);
    }
    if (fake->behaviour.hangs_up || recv(client, bytes, sizeof bytes, 0) <= 0) {
        (void)close(client);
        return -1;
    }
    return client;
}

static void *run(void *context)
{
    struct fake_processor *fake = context;
    int client = -1;
    while (!__atomic_load_n(&fake->stop, __ATOMIC_ACQUIRE)) {
        client = wait_for_byte(fake, client);
        if (!fake->behaviour.hangs_up) {
            serve(fake, client);
        }
    }
    if (client >= 0) {
        (void)close(client);
    }
    return NULL;
}

void fake_start(struct fake_processor *fake, uint8_t *bar, const char *path,
                struct fake_behaviour behaviour)
{
    *fake = (struct fake_processor){.behaviour = behaviour, .bar = bar, .listener = -1};
    set(fake, MAILBOX_CMDRESP, MAILBOX_CMDRESP_RESPONSE);
    set(fake, MAILBOX_FEATURE, MAILBOX_FEATURE_SEV);
    if (path != NULL) {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        (void)snprintf(fake->path, sizeof fake->path, "%s", path);
        assert_true(strlen(path) < sizeof address.sun_path);
        memcpy(address.sun_path, path, strlen(path));
        fake->listener = socket(AF_UNIX, SOCK_STREAM, 0);
        assert_int_equal(bind(fake->listener, (const void *)&address, sizeof address), 0);
        assert_int_equal(listen(fake->listener, 4), 0);
    }
    assert_int_equal(pthread_create(&fake->thread, NULL, run, fake), 0);
}

void fake_stop(struct fake_processor *fake)
{
    __atomic_store_n(&fake->stop, true, __ATOMIC_RELEASE);
    assert_int_equal(pthread_join(fake->thread, NULL), 0);
    if (fake->listener >= 0) {
        (void)close(fake->listener);
        (void)unlink(fake->path);
    }
}
