/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a Linux guest that runs: passes of the memory controller, requests, and whoever ends.
 */
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/demo/demo.h"
#include "host/demo/show.h"
#include "host/lib/deadline.h"
#include "host/linux/console.h"
#include "host/linux/forward.h"
#include "host/linux/guest_report.h"
#include "host/linux/requests.h"

#define END_TIMEOUT_MS 5000

/* After a pass that took long, the guest's turn is as long. */
static int64_t next_pass(const struct guest *guest)
{
    const int64_t period = (int64_t)guest->options->period_ms * 1000;
    return deadline_now_us() + (guest->controller.last.microseconds > period
                                    ? guest->controller.last.microseconds
                                    : period);
}

bool guest_stop(struct guest *guest)
{
    if (!guest->paused && !monitor_execute(&guest->monitor, "stop", NULL, NULL)) {
        return demo_fail("pause", "the machine does not answer");
    }
    guest->paused = true;
    return true;
}

bool guest_pause(struct guest *guest)
{
    if (!guest_stop(guest)) {
        return false;
    }
    return controller_pass(&guest->controller) ||
           demo_fail("write back", "%s", guest->controller.message);
}

bool guest_go_on(struct guest *guest)
{
    if (!monitor_execute(&guest->monitor, "cont", NULL, NULL)) {
        return demo_fail("resume", "the machine does not answer");
    }
    guest->paused = false;
    return true;
}

bool guest_resume(struct guest *guest)
{
    if (!controller_pass(&guest->controller)) {
        return demo_fail("take over", "%s", guest->controller.message);
    }
    return guest_go_on(guest);
}

static int say_board_ended(const struct guest *guest)
{
    guest_report_problem(guest, "the board has ended");
    (void)demo_fail("board", "the board has ended: its guest cannot go on");
    return BOARD_NOT_ANSWERING;
}

/* Keys that are gone are the first sign of a board that has ended. @return exit status */
static int explain_pass(struct guest *guest)
{
    if (board_wait_end(&guest->board, END_TIMEOUT_MS)) {
        return say_board_ended(guest);
    }
    (void)demo_fail("write back", "%s", guest->controller.message);
    return BOARD_FAILED;
}

/* @return whether both processes live; says which does not */
static bool all_live(struct guest *guest, int *status)
{
    int how = 0;
    if (waitpid(guest->machine, &how, WNOHANG) == guest->machine) {
        guest->machine = 0;
        if (guest->monitor.socket >= 0 && monitor_listen(&guest->monitor)) {
            monitor_close(&guest->monitor); /* its last words have been heard */
        }
        if (guest->monitor.shut_down && WIFEXITED(how) && WEXITSTATUS(how) == 0) {
            *status = BOARD_OK;
        } else {
            guest_report_problem(guest, "QEMU has ended by itself");
            (void)demo_fail("machine", "QEMU has ended by itself: %s %d",
                            WIFSIGNALED(how) ? "signal" : "status",
                            WIFSIGNALED(how) ? WTERMSIG(how) : WEXITSTATUS(how));
            *status = BOARD_FAILED;
        }
        return false;
    }
    if (board_wait_end(&guest->board, 0)) {
        *status = say_board_ended(guest);
        return false;
    }
    return true;
}

/* What comes after those of the console. */
enum { WAIT_MONITOR = CONSOLE_WAITS, WAIT_REQUESTS, WAITS };

static bool serve(struct guest *guest, struct console *console, struct requests *requests,
                  const struct pollfd *waits)
{
    if (waits[WAIT_MONITOR].revents != 0 && !monitor_listen(&guest->monitor)) {
        monitor_close(&guest->monitor); /* QEMU has ended, or is about to */
    }
    return console_serve(console, guest, waits) &&
           (waits[WAIT_REQUESTS].revents == 0 || requests_serve(requests, guest));
}

/* The guest lives on elsewhere; what it was here ends. */
static bool follow(struct guest **guest, struct console *console)
{
    struct guest *old = *guest;
    *guest = old->successor;
    console_follow(console, old, *guest);
    guest_report_left(old);
    guest_report_read_chain(*guest);
    return guest_end(old) && forward_begin(*guest);
}

static int64_t earlier(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

/* @return whether it has run for as long as it may; UNTIL: INT64_MAX = it may for ever */
static bool is_over(const struct guest *guest, int64_t until)
{
    if (deadline_now_us() < until) {
        return false;
    }
    show_step("time", "is up", -1, "it was to run for %u s", guest->options->seconds);
    guest_report_ending(guest, "Its time was up");
    return true;
}

static int loop(struct guest **moving, struct console *console, struct requests *requests,
                int64_t until)
{
    struct guest *guest = *moving;
    int status = BOARD_OK;
    int64_t pass = next_pass(guest);
    while (!guest->ended && all_live(guest, &status)) {
        if (guest_is_cancelled(guest)) {
            return BOARD_FAILED;
        }
        if (is_over(guest, until)) {
            return GUEST_TIME_UP;
        }
        requests_expire(requests);
        const int64_t left =
            earlier(earlier(pass, until), requests_deadline(requests)) - deadline_now_us();
        struct pollfd waits[WAITS] = {
            [WAIT_MONITOR] = {.fd = guest->monitor.socket, .events = POLLIN},
            [WAIT_REQUESTS] = {.fd = requests_descriptor(requests), .events = POLLIN},
        };
        console_waits(console, guest, waits);
        if (poll(waits, WAITS, left > 0 ? (int)((left + 999) / 1000) : 0) > 0 &&
            !serve(guest, console, requests, waits)) {
            return BOARD_FAILED;
        }
        if (guest->successor != NULL) {
            if (!follow(moving, console)) {
                return BOARD_FAILED;
            }
            guest = *moving;
        }
        if (deadline_now_us() >= pass && !guest->ended) {
            if (!guest->paused && !controller_pass(&guest->controller)) {
                return explain_pass(guest);
            }
            guest_report_pass(guest);
            pass = next_pass(guest);
        }
    }
    return status;
}

/* From its first instruction on. @return exit status */
static int run_entered(struct guest **moving, struct console *console, struct requests *requests)
{
    const int64_t started = deadline_now_us();
    const int64_t power_on = (*moving)->started;
    const uint32_t seconds = (*moving)->options->seconds;
    show_step("enter", "ok", started - power_on, "from power on to its first instruction");
    guest_report_part(*moving, "The guest runs");
    guest_report_runs(*moving, started);
    const int status = loop(moving, console, requests,
                            seconds != 0 ? started + INT64_C(1000000) * seconds : INT64_MAX);
    const int64_t ended = deadline_now_us();
    guest_report_ran(*moving, ended);
    requests_close(requests);
    console_finish(console, *moving);
    show_part("The guest has ended");
    show_step("run", "ok", ended - started, "from entry to end, %.2f s after power on",
              (double)(ended - power_on) / 1e6);
    return status;
}

static void sum_up(const struct guest *guest)
{
    const struct controller *controller = &guest->controller;
    const uint64_t passes = guest->earlier_passes + controller->passes;
    const uint64_t written = guest->earlier.written + controller->total.written;
    const uint64_t taken_over = guest->earlier.taken_over + controller->total.taken_over;
    const int64_t spent = guest->earlier.microseconds + controller->total.microseconds;
    show_step("memory controller", "ok", -1,
              "%" PRIu64 " passes of %.1f ms; %" PRIu64 " pages encrypted, %" PRIu64
              " taken over, %" PRIu64 " shared in the end",
              passes, passes != 0 ? (double)spent / 1e3 / (double)passes : 0, written, taken_over,
              controller->last.shared_pages);
}

int guest_run(struct guest **moving)
{
    struct guest *guest = *moving;
    struct requests requests = REQUESTS_CLOSED;
    struct console console;
    const char *refusal =
        guest->options->control != NULL ? requests_open(&requests, guest->options->control) : NULL;
    if (refusal != NULL) {
        (void)demo_fail("control", "%s: %s", guest->options->control, refusal);
        return BOARD_FAILED;
    }
    int status = BOARD_FAILED;
    console_open(&console, guest);
    if (forward_begin(guest) && guest_resume(guest)) {
        status = run_entered(moving, &console, &requests);
        sum_up(*moving);
    } else {
        requests_close(&requests);
        console_finish(&console, guest);
    }
    return status;
}
