/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a Linux guest that runs: its console, passes of the memory controller, requests, and
 * whoever ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/demo/demo.h"
#include "host/demo/show.h"
#include "host/lib/deadline.h"
#include "host/linux/attack.h"
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

/* The console's output goes on; a word there may start an attack. @return false when it has ended */
static bool read_console(struct guest *guest, bool *failed)
{
    char text[4096];
    const ssize_t got = read(guest->console, text, sizeof text);
    if (got <= 0) {
        return false;
    }
    (void)fwrite(text, 1, (size_t)got, guest->console_output);
    (void)fflush(guest->console_output);
    guest_report_text(guest, text, (size_t)got);
    if (guest->options->attack != ATTACK_NONE && guest->options->attack != ATTACK_LOAD &&
        attack_is_due(&guest->attack, text, (size_t)got)) {
        *failed = !attack_make(guest);
    }
    return true;
}

/* What a machine that does not run any more has left to say. */
static void drain_console(struct guest *guest)
{
    struct pollfd wait = {.fd = guest->console, .events = POLLIN};
    char text[4096];
    ssize_t got = 0;
    while (guest->console >= 0 && poll(&wait, 1, 0) > 0 &&
           (got = read(guest->console, text, sizeof text)) > 0) {
        (void)fwrite(text, 1, (size_t)got, guest->console_output);
        guest_report_text(guest, text, (size_t)got);
    }
    (void)fflush(guest->console_output);
}

static void forward_input(struct guest *guest, bool *open)
{
    char text[256];
    const ssize_t got = read(STDIN_FILENO, text, sizeof text);
    if (got <= 0) {
        *open = false;
    } else {
        ssize_t sent = write(guest->console_input, text, (size_t)got);
        (void)sent;
    }
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

enum { WAIT_CONSOLE, WAIT_MONITOR, WAIT_INPUT, WAIT_REQUESTS, WAITS };

static bool serve(struct guest *guest, struct requests *requests, const struct pollfd *waits,
                  bool *input)
{
    bool failed = false;
    if (waits[WAIT_MONITOR].revents != 0 && !monitor_listen(&guest->monitor)) {
        monitor_close(&guest->monitor); /* QEMU has ended, or is about to */
    }
    if (waits[WAIT_CONSOLE].revents != 0 && !read_console(guest, &failed)) {
        (void)close(guest->console);
        guest->console = -1;
    }
    if (waits[WAIT_INPUT].revents != 0 && guest->console >= 0) {
        forward_input(guest, input);
    }
    if (waits[WAIT_REQUESTS].revents != 0 && !failed) {
        failed = !requests_serve(requests, guest);
    }
    return !failed;
}

/* The guest lives on elsewhere; what it was here ends. */
static bool follow(struct guest **guest)
{
    struct guest *old = *guest;
    *guest = old->successor;
    drain_console(old);
    guest_report_left(old);
    return guest_end(old) && forward_begin(*guest);
}

static int64_t earlier(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

static int loop(struct guest **moving, struct requests *requests)
{
    struct guest *guest = *moving;
    const volatile sig_atomic_t *cancel = guest->options->board.cancel;
    bool input = guest->options->console == NULL;
    int status = BOARD_OK;
    int64_t pass = next_pass(guest);
    while (!guest->ended && all_live(guest, &status)) {
        if (*cancel != 0) {
            guest_report_problem(guest, "it was interrupted");
            return BOARD_FAILED;
        }
        requests_expire(requests);
        const int64_t left = earlier(pass, requests_deadline(requests)) - deadline_now_us();
        struct pollfd waits[WAITS] = {
            [WAIT_CONSOLE] = {.fd = guest->console, .events = POLLIN},
            [WAIT_MONITOR] = {.fd = guest->monitor.socket, .events = POLLIN},
            [WAIT_INPUT] = {.fd = input ? STDIN_FILENO : -1, .events = POLLIN},
            [WAIT_REQUESTS] = {.fd = requests_descriptor(requests), .events = POLLIN},
        };
        if (poll(waits, WAITS, left > 0 ? (int)((left + 999) / 1000) : 0) > 0 &&
            !serve(guest, requests, waits, &input)) {
            return BOARD_FAILED;
        }
        if (guest->successor != NULL) {
            if (!follow(moving)) {
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

int guest_run(struct guest **moving)
{
    struct guest *guest = *moving;
    struct requests requests = REQUESTS_CLOSED;
    const char *refusal =
        guest->options->control != NULL ? requests_open(&requests, guest->options->control) : NULL;
    if (refusal != NULL) {
        (void)demo_fail("control", "%s: %s", guest->options->control, refusal);
        return BOARD_FAILED;
    }
    int status = BOARD_FAILED;
    int64_t started = deadline_now_us();
    if (forward_begin(guest) && guest_resume(guest)) {
        started = deadline_now_us();
        show_step("enter", "ok", started - guest->started,
                  "from power on to its first instruction");
        guest_report_part(guest, "The guest runs");
        guest_report_runs(guest);
        status = loop(moving, &requests);
    }
    requests_close(&requests);
    guest = *moving;
    drain_console(guest);
    show_part("The guest has ended");
    const struct controller *controller = &guest->controller;
    show_step(
        "memory controller", "ok", deadline_now_us() - started,
        "%llu passes of %.1f ms; %llu pages encrypted, %llu taken over, %llu shared in the end",
        (unsigned long long)controller->passes,
        controller->passes != 0
            ? (double)controller->total.microseconds / 1e3 / (double)controller->passes
            : 0,
        (unsigned long long)controller->total.written,
        (unsigned long long)controller->total.taken_over,
        (unsigned long long)controller->last.shared_pages);
    return status;
}
