/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A port of this machine that leads to the guest (forward.h).
 */
#include "host/linux/forward.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/demo/demo.h"
#include "host/demo/show.h"
#include "host/provision/provision.h"

#define DONE "{\"return\": \"\"}"

/* As QEMU will do it, which is long after everything else has been started. */
bool forward_is_free(uint16_t port, struct provision_error *error)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int yes = 1;
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool is_free =
        (probe >= 0 && setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
         bind(probe, (const struct sockaddr *)(const void *)&address, sizeof address) == 0 &&
         listen(probe, 1) == 0) ||
        provision_fail_errno(error, "--ssh: 127.0.0.1:%u", port);
    if (probe >= 0) {
        (void)close(probe);
    }
    return is_free;
}

/* QEMU's control protocol has no command for it; its monitor for people says nothing when it is done. */
bool forward_begin(struct guest *guest)
{
    const char *answer = NULL;
    char arguments[128];
    if (guest->options->ssh == 0) {
        return true;
    }
    (void)snprintf(arguments, sizeof arguments,
                   "{\"command-line\":\"hostfwd_add net tcp:127.0.0.1:%u-:22\"}",
                   guest->options->ssh);
    if (!monitor_execute(&guest->monitor, "human-monitor-command", arguments, &answer) ||
        strncmp(answer, DONE, strlen(DONE)) != 0) {
        return demo_fail("ssh", "127.0.0.1:%u: %s", guest->options->ssh,
                         answer != NULL ? answer : "the machine does not answer");
    }
    show_step("ssh", "ok", -1, "127.0.0.1:%u leads to the guest's port 22", guest->options->ssh);
    return true;
}
