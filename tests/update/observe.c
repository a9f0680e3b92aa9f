/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Observation of a running security processor.
 */
#include "tests/update/observe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/mailbox.h"
#include "host/lib/deadline.h"
#include "host/lib/sev.h"
#include "tests/common/doorbell.h"

#define ANSWER_MS 60000
#define STEP_US 50
#define STORED_BYTES 0x200000u

struct board observed = BOARD_CLOSED;

static struct {
    uint8_t *dram;
    uint8_t *fabric;
    uint8_t *stored;
    struct sev_platform_status status;
} remembered;
static char stored_path[PATH_MAX];

void observe_start(const char *directory)
{
    if (!board_path(stored_path, directory, "nv.img")) {
        abort();
    }
    remembered.dram = malloc(observed.dram_file.length);
    remembered.fabric = malloc(observed.fabric_file.length);
    remembered.stored = malloc(2 * (size_t)STORED_BYTES);
    if (remembered.dram == NULL || remembered.fabric == NULL || remembered.stored == NULL) {
        abort();
    }
    observe_settle();
}

void observe_end(void)
{
    free(remembered.dram);
    free(remembered.fabric);
    free(remembered.stored);
}

void observe_settle(void)
{
    assert_true(doorbell_settle(&observed.mailbox));
}

static void take_rings(struct observation *seen)
{
    uint8_t bytes[16];
    const ssize_t count = recv(observed.mailbox.doorbell, bytes, sizeof bytes, MSG_DONTWAIT);
    if (count > 0) {
        seen->rings += (size_t)count;
        seen->last_ring = bytes[count - 1];
        return;
    }
    if (count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) {
        fail_msg("the doorbell was closed");
    }
}

static void take_value(struct observation *seen)
{
    const uint32_t value = mailbox_read(&observed.mailbox, MAILBOX_CMDRESP);
    if (seen->value_count == OBSERVE_VALUES_MAX) {
        fail_msg("CmdResp changes without end");
    }
    if (seen->values[seen->value_count - 1] != value) {
        seen->values[seen->value_count++] = value;
    }
}

/* Until there are a response and a ring, and then until it has been quiet for long enough. */
static void watch(struct observation *seen, int quiet_ms)
{
    const int64_t deadline = deadline_after(ANSWER_MS);
    int64_t quiet = deadline_after(ANSWER_MS);
    bool answered = false;
    while (deadline_left_ms(quiet) > 0) {
        take_rings(seen);
        take_value(seen);
        const bool complete = seen->value_count > 1 && seen->rings > 0;
        if (complete && !answered) {
            answered = true;
            quiet = deadline_after(quiet_ms);
        }
        if (!complete && deadline_left_ms(deadline) == 0) {
            fail_msg("no answer: CmdResp %08x, %zu rings", seen->values[seen->value_count - 1],
                     seen->rings);
        }
        deadline_sleep_us(STEP_US);
    }
}

static void ring(void)
{
    const uint8_t look = DOORBELL_LOOK;
    assert_int_equal(send(observed.mailbox.doorbell, &look, 1, MSG_NOSIGNAL), 1);
}

int observe_command(uint32_t id, void *buffer, size_t length, int quiet_ms)
{
    void *page = dram_pointer(&observed.dram, observed.command_paddr, DRAM_PAGE_BYTES);
    const uint32_t request = id << MAILBOX_CMDRESP_ID_SHIFT | MAILBOX_CMDRESP_IOC;
    struct observation seen = {.values = {request}, .value_count = 1};
    take_rings(&seen);
    assert_int_equal(seen.rings, 0); /* Nobody rings without having been asked. */
    if (buffer != NULL) {
        memcpy(page, buffer, length);
    }
    mailbox_write(&observed.mailbox, MAILBOX_INTEN, MAILBOX_INT_COMPLETE);
    mailbox_write(&observed.mailbox, MAILBOX_INTSTS, 0);
    mailbox_write(&observed.mailbox, MAILBOX_CMDBUF_LO, (uint32_t)observed.command_paddr);
    mailbox_write(&observed.mailbox, MAILBOX_CMDBUF_HI, (uint32_t)(observed.command_paddr >> 32));
    mailbox_write(&observed.mailbox, MAILBOX_CMDRESP, request);
    ring();
    watch(&seen, quiet_ms);
    assert_int_equal(seen.value_count, 2);
    assert_int_equal(seen.values[1] >> MAILBOX_CMDRESP_ID_SHIFT,
                     MAILBOX_CMDRESP_RESPONSE >> MAILBOX_CMDRESP_ID_SHIFT | id);
    assert_int_equal(seen.rings, 1);
    assert_int_equal(seen.last_ring, DOORBELL_COMPLETE | DOORBELL_INTERRUPT);
    assert_int_equal(mailbox_read(&observed.mailbox, MAILBOX_INTSTS), MAILBOX_INT_COMPLETE);
    if (buffer != NULL) {
        memcpy(buffer, page, length);
    }
    return (int)(seen.values[1] & MAILBOX_CMDRESP_STATUS_MASK);
}

struct sev_platform_status observe_status(void)
{
    struct sev_platform_status status;
    memset(&status, 0xA5, sizeof status);
    assert_int_equal(observe_command(SEV_COMMAND_PLATFORM_STATUS, &status, sizeof status, 0),
                     SEV_STATUS_SUCCESS);
    return status;
}

static void read_stored(uint8_t *bytes)
{
    const int descriptor = open(stored_path, O_RDONLY | O_CLOEXEC);
    const ssize_t count = read(descriptor, bytes, STORED_BYTES);
    (void)close(descriptor);
    assert_int_equal(count, STORED_BYTES);
}

/* The page of parameters is the caller's. */
static void forget_parameters(void)
{
    const uint8_t *page = dram_pointer(&observed.dram, observed.command_paddr, DRAM_PAGE_BYTES);
    memcpy(remembered.dram + (page - observed.dram_file.bytes), page, DRAM_PAGE_BYTES);
}

/* The status block tells of every command; what it says is told by PLATFORM_STATUS too. */
static void forget_status_block(void)
{
    memcpy(remembered.fabric + FABRIC_STATUS_OFFSET,
           observed.fabric_file.bytes + FABRIC_STATUS_OFFSET, sizeof(struct fabric_status));
}

void observe_remember(void)
{
    remembered.status = observe_status();
    memcpy(remembered.dram, observed.dram_file.bytes, observed.dram_file.length);
    memcpy(remembered.fabric, observed.fabric_file.bytes, observed.fabric_file.length);
    read_stored(remembered.stored);
}

/** A new firmware counts the generation on, and draws a new key for VMSA values; nothing else. */
static void accept_replacement(const char *what)
{
    static const struct {
        size_t offset;
        size_t length;
    } changed[] = {
        {FABRIC_MEMCTL_OFFSET + offsetof(struct fabric_memctl, generation), sizeof(uint64_t)},
        {FABRIC_MEMCTL_OFFSET + offsetof(struct fabric_memctl, vmsa_key), 32},
    };
    for (size_t i = 0; i < sizeof changed / sizeof changed[0]; i++) {
        const uint8_t *now = observed.fabric_file.bytes + changed[i].offset;

        if (memcmp(remembered.fabric + changed[i].offset, now, changed[i].length) == 0) {
            fail_msg("%s: generation and VMSA key must be new", what);
        }
        memcpy(remembered.fabric + changed[i].offset, now, changed[i].length);
    }
}

static void compare(const char *what, bool replaced)
{
    const struct sev_platform_status status = observe_status();
    forget_parameters();
    forget_status_block();
    read_stored(remembered.stored + STORED_BYTES);
    if (replaced) {
        accept_replacement(what);
    } else if (memcmp(&status, &remembered.status, sizeof status) != 0) {
        fail_msg("%s: the platform's status has changed", what);
    }
    if (memcmp(remembered.dram, observed.dram_file.bytes, observed.dram_file.length) != 0) {
        fail_msg("%s: memory has changed", what);
    }
    if (memcmp(remembered.fabric, observed.fabric_file.bytes, observed.fabric_file.length) != 0) {
        fail_msg("%s: the fabric has changed", what);
    }
    if (memcmp(remembered.stored, remembered.stored + STORED_BYTES, STORED_BYTES) != 0) {
        fail_msg("%s: stored data have changed", what);
    }
}

void observe_compare(const char *what)
{
    compare(what, false);
}

void observe_compare_replaced(const char *what)
{
    compare(what, true);
}
