/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtasp kds: a chip's key server.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "host/cmd/commands.h"
#include "host/kds/server.h"
#include "host/provision/arguments.h"

static const char help[] =
    "NAME\n"
    "    virtasp kds - serve a chip's certificates as AMD's key server does\n"
    "\n"
    "SYNOPSIS\n"
    "    virtasp kds DIR [--port N]\n"
    "    virtasp kds DIR --get ADDRESS\n"
    "\n"
    "DESCRIPTION\n"
    "    Serves the certificates of the chip in DIR by HTTP, on 127.0.0.1 only, to whoever asks.\n"
    "    Prints where, and ends at SIGTERM or SIGINT. What is in DIR/kds is served as it is.\n"
    "    Certificates of other TCB versions are made when they are asked for, if the fuses and\n"
    "    the vendor's keys in DIR can be read.\n"
    "\n"
    "    Addresses are those of AMD's server. LINE is Milan, Genoa, Turin or Venice, ID what\n"
    "    GET_ID returns, in hexadecimal: 128 digits, or 16 of Turin and Venice, whose addresses\n"
    "    also have fmcSPL=N.\n"
    "\n"
    "ADDRESSES\n"
    "    /vcek/v1/LINE/ID?blSPL=N&teeSPL=N&snpSPL=N&ucodeSPL=N\n"
    "                            the chip's VCEK at a TCB version, DER\n"
    "    /vcek/v1/LINE/cert_chain\n"
    "                            ASK and ARK, PEM\n"
    "    /vcek/v1/LINE/crl       list of revoked certificates, DER\n"
    "    /vlek/v1/LINE/cert?blSPL=N&...\n"
    "                            the VLEK of the test cloud provider, DER\n"
    "    /vlek/v1/LINE/cert_chain\n"
    "                            ASVK and ARK, PEM\n"
    "    /vlek/v1/LINE/crl       list of revoked certificates, DER\n"
    "    /cek/id/ID              the chip's CEK, in the format of SEV\n"
    "\n"
    "OPTIONS\n"
    "    --port N                TCP port (a free one)\n"
    "    --get ADDRESS           serve nothing: write what that address has to standard output\n"
    "    -h, --help              show this text\n"
    "    -V, --version           print the version\n"
    "\n"
    "EXIT STATUS\n"
    "    0  it was told to end, or has written what was asked for\n"
    "    1  failed; the reason is on standard error\n"
    "    2  wrong usage\n"
    "\n"
    "EXAMPLES\n"
    "    virtasp kds chip --port 8080 &\n"
    "    curl http://127.0.0.1:8080/vcek/v1/Milan/cert_chain\n"
    "    virtasp kds chip --get /vcek/v1/Milan/cert_chain\n";

struct settings {
    const char *directory;
    const char *address; /* NULL: serve. */
    uint32_t port;
    bool port_given;
};

static bool parse(int argc, char **argv, struct settings *settings, enum provision_request *request,
                  struct provision_error *error)
{
    const struct provision_option table[] = {
        {"port", NULL, &settings->port, &settings->port_given},
        {"get", &settings->address, NULL, NULL},
    };
    if (!provision_parse(argc, argv, table, sizeof table / sizeof table[0], &settings->directory,
                         request, error)) {
        return false;
    }
    if (*request != PROVISION_RUN) {
        return true;
    }
    if (settings->directory == NULL) {
        return provision_fail(error, "the directory of a chip is needed");
    }
    if (settings->port_given && settings->address != NULL) {
        return provision_fail(error, "--get goes without --port");
    }
    return settings->port <= UINT16_MAX ||
           provision_fail(error, "there is no port %u", settings->port);
}

/* Writes what an address has. */
static bool print(const struct kds *kds, const char *address, struct provision_error *error)
{
    struct kds_answer answer;
    kds_get(kds, address, &answer);
    bool ok = answer.status == KDS_OK ||
              provision_fail(error, "%s: %d %s%s%s", address, (int)answer.status,
                             kds_status_text(answer.status),
                             answer.reason.text[0] != '\0' ? ": " : "", answer.reason.text);
    if (ok && (fwrite(answer.body.data, 1, answer.body.length, stdout) != answer.body.length ||
               fflush(stdout) != 0)) {
        ok = provision_fail_errno(error, "cannot write to standard output");
    }
    provision_bytes_free(&answer.body);
    return ok;
}

/* A descriptor that is readable once the process is told to end; -1 when there is none. */
static int catch_signals(void)
{
    sigset_t ends;
    (void)sigemptyset(&ends);
    (void)sigaddset(&ends, SIGTERM);
    (void)sigaddset(&ends, SIGINT);
    return sigprocmask(SIG_BLOCK, &ends, NULL) == 0 ? signalfd(-1, &ends, SFD_CLOEXEC) : -1;
}

static bool serve(const struct kds *kds, const struct settings *settings,
                  struct provision_error *error)
{
    uint16_t port = (uint16_t)settings->port;
    int listener = -1;
    const int signals = catch_signals();
    if (signals < 0) {
        return provision_fail_errno(error, "cannot wait for signals");
    }
    if (!kds_listen(&port, &listener, error)) {
        (void)close(signals);
        return false;
    }
    const bool ok = (printf("http://127.0.0.1:%u\n", (unsigned)port) > 0 && fflush(stdout) == 0) ||
                    provision_fail_errno(error, "cannot write to standard output");
    const bool served = ok && kds_serve(kds, listener, signals, KDS_CONNECTION_MS, error);
    (void)close(listener);
    (void)close(signals);
    return served;
}

int command_kds(int argc, char **argv)
{
    struct settings settings = {0};
    struct provision_error error = {0};
    struct provision_error reason;
    enum provision_request request;
    struct kds kds;
    if (!parse(argc, argv, &settings, &request, &error)) {
        return provision_usage_error("kds", &error);
    }
    if (request != PROVISION_RUN) {
        return provision_answer(request, help);
    }
    bool ok = kds_open(settings.directory, &kds, &reason, &error);
    if (ok && reason.text[0] != '\0') {
        (void)fprintf(stderr, "virtasp kds: only certificates that are there can be had: %s\n",
                      reason.text);
    }
    ok = ok && (settings.address != NULL ? print(&kds, settings.address, &error)
                                         : serve(&kds, &settings, &error));
    kds_close(&kds);
    return ok ? PROVISION_EXIT_OK : provision_failure("kds", &error);
}
