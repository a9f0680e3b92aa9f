/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Start of the firmware and its main loop (firmware.h). Whatever fails before the mailbox is open
 * leaves a log line and turns the board off: there is no half-working security processor.
 */
#include "abi/sev_state.h"
#include "crypto/fatal.h"
#include "crypto/random.h"
#include "crypto/self_test.h"
#include "firmware/fabric.h"
#include "firmware/firmware.h"
#include "firmware/guest/guest.h"
#include "firmware/handover.h"
#include "firmware/idle.h"
#include "firmware/log.h"
#include "firmware/mailbox.h"
#include "firmware/memctl.h"
#include "firmware/platform/chip.h"
#include "firmware/platform/commit.h"
#include "firmware/platform/platform.h"
#include "firmware/platform/product.h"
#include "firmware/platform/rollback.h"
#include "firmware/platform/snp.h"
#include "firmware/ring.h"
#include "firmware/status_block.h"
#include "hal/doorbell.h"
#include "hal/fabric.h"
#include "hal/system.h"
#include "hal/timer.h"

#define LINGER_LOOKS 1536u /* 60 us in QEMU 7.2, 100 in 10.0: a client needs some 40. */

static struct hal_handover handover;
static enum sev_status answer; /**< To the command that brought this firmware here. */
static uint64_t
    started; /**< When this firmware began; the board's clock also counts earlier ones. */

/** Logs why the firmware stops, and turns the board off. */
static _Noreturn void stop(const char *what)
{
    log_text("firmware: stopped: ");
    log_text(what);
    log_text("\n");
    mailbox_close();
    hal_power_off();
}

_Noreturn void crypto_fatal(const char *what)
{
    stop(what);
}

const char *firmware_start(void)
{
    const char *problem = hal_system_start();

    if (problem != NULL) {
        return problem;
    }
    started = hal_timer_microseconds();
    hal_handover_read(&handover);
    if (handover.pending_request == 0) {
        hal_fabric_withdraw(); /* The keys of an earlier run, before anything else can fail. */
        handover_wipe();       /* Nobody has handed anything over. */
    }
    status_block_start();
    crypto_start();
    if (!crypto_random_start()) {
        return "entropy source";
    }
    problem = crypto_self_test();
    if (problem == NULL) {
        problem = chip_start(handover.security_version);
    }
    if (problem == NULL) {
        problem = handover_open();
    }
    if (problem == NULL) {
        problem = rollback_start(handover.security_version);
    }
    if (problem != NULL) {
        return problem;
    }
    fabric_latch();
    if (!memctl_start(handover.pending_request != 0)) {
        return "memory controller keys";
    }
    platform_start(handover.security_version);
    snp_power_on();
    guest_take_over();
    answer = commit_take_over();
    return handover_close();
}

/** Says what runs here and how long its start took. */
static void log_ready(void)
{
    log_text("firmware: virtasp SEV API ");
    log_decimal(product()->api_major);
    log_text(".");
    log_decimal(product()->api_minor);
    log_text(" build ");
    log_decimal(SEV_BUILD);
    log_text(" ready after ");
    log_decimal((uint32_t)((hal_timer_microseconds() - started) / 1000u));
    log_text(" ms\n");
}

/**
 * Waits a little for the next request, which mostly follows the answer to the one before: to sleep and
 * to be woken takes several threads of the emulator, and longer. Looks are counted, not timed.
 */
static void linger(void)
{
    for (uint32_t i = 0; i < LINGER_LOOKS && !mailbox_has_request(); i++) {
    }
}

/**
 * Looks at the mailbox, and sleeps when there was nothing. In ring-buffer mode a byte stands for any
 * number of commands, so that none is owed for them, and each sleep is short.
 *
 * @param lingers  whether a request has just been answered
 * @return whether one has now
 */
static bool look(struct idle *idle, bool lingers)
{
    /* Not after lingering: the emulator is delivering the request's byte then, and would be waited for. */
    const uint32_t bytes = hal_doorbell_drain();
    const bool in_ring_mode = ring_is_active();
    bool worked;

    if (lingers) {
        linger();
    }
    worked = mailbox_serve();
    idle_note(idle, bytes, worked && !in_ring_mode);
    if (!worked) {
        hal_doorbell_wait(in_ring_mode ? IDLE_SHORT_MS : idle_sleep_ms(idle));
    }
    return worked && !in_ring_mode;
}

_Noreturn void firmware_main(void)
{
    struct idle idle = {0};
    bool lingers = false;
    const char *problem = firmware_start();

    if (problem != NULL) {
        stop(problem);
    }
    mailbox_open(handover.pending_request, answer);
    log_ready();
    for (;;) {
        lingers = look(&idle, lingers);
    }
}
