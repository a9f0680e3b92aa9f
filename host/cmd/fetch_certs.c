/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtasp fetch-certs: the folder of certificates that snpguest and snphost read.
 */
#include <stdio.h>
#include <string.h>

#include "host/cmd/commands.h"
#include "host/kds/folder.h"
#include "host/provision/arguments.h"

static const char help[] =
    "NAME\n"
    "    virtasp fetch-certs - write the certificates behind a report into a folder\n"
    "\n"
    "SYNOPSIS\n"
    "    virtasp fetch-certs SOURCE --output FOLDER [--report FILE] [OPTION...]\n"
    "\n"
    "DESCRIPTION\n"
    "    Writes the certificates that 'snpguest verify attestation FOLDER FILE' and 'snphost "
    "verify\n"
    "    certs FOLDER' read: ark, ask and vcek, or, when a VLEK has signed, ark, asvk and vlek.\n"
    "    What the tools' own 'fetch' gets from AMD this gets from SOURCE: the directory of a "
    "chip,\n"
    "    or http://127.0.0.1:PORT, where 'virtasp kds' serves. FOLDER is made unless it is there,\n"
    "    in a directory that is; certificates of these names are replaced, and nothing else.\n"
    "\n"
    "    With a report it is the report that says what to ask for: product, chip, TCB version, "
    "and\n"
    "    key. A report of version 2 does not tell the product: then what SOURCE has is taken.\n"
    "    Without one, SOURCE must be a chip: it is asked for what the firmware in its flash has.\n"
    "\n"
    "OPTIONS\n"
    "    --output FOLDER         where to write\n"
    "    --report FILE           a report, 1184 bytes\n"
    "    --vlek                  without a report: the VLEK's certificates\n"
    "    --der                   in DER, *.der, instead of PEM, *.pem\n"
    "    -h, --help              show this text\n"
    "    -V, --version           print the version\n"
    "\n"
    "EXIT STATUS\n"
    "    0  done\n"
    "    1  failed; the reason is on standard error\n"
    "    2  wrong usage\n"
    "\n"
    "EXAMPLES\n"
    "    virtasp fetch-certs chip --output certs\n"
    "    virtasp fetch-certs http://127.0.0.1:8080 --report report.bin --output certs\n"
    "    snpguest verify attestation certs report.bin\n";

struct settings {
    const char *source;
    const char *output;
    const char *report; /* NULL: what the chip has. */
    bool vlek;
    bool der;
};

static bool parse(int argc, char **argv, struct settings *settings, enum provision_request *request,
                  struct provision_error *error)
{
    const struct provision_option table[] = {
        {"output", &settings->output, NULL, NULL},
        {"report", &settings->report, NULL, NULL},
        {"vlek", NULL, NULL, &settings->vlek},
        {"der", NULL, NULL, &settings->der},
    };
    if (!provision_parse(argc, argv, table, sizeof table / sizeof table[0], &settings->source,
                         request, error)) {
        return false;
    }
    if (*request != PROVISION_RUN) {
        return true;
    }
    if (settings->source == NULL) {
        return provision_fail(error, "the directory of a chip, or an address, is needed");
    }
    if (settings->output == NULL) {
        return provision_fail(error, "--output is needed");
    }
    if (settings->report == NULL && strstr(settings->source, "://") != NULL) {
        return provision_fail(error, "a key server has many certificates: --report is needed");
    }
    return settings->report == NULL || !settings->vlek ||
           provision_fail(error, "--vlek goes without --report, which says what has signed it");
}

static bool fetch(const struct settings *settings, struct provision_error *error)
{
    struct kds_client client;
    struct kds_wanted wanted;
    const bool known = settings->report != NULL ? kds_read_report(settings->report, &wanted, error)
                                                : kds_read_chip(settings->source, &wanted, error);
    if (!known) {
        return false;
    }
    if (settings->vlek) {
        wanted.kind = PROVISION_VLEK;
    }
    if (!kds_client_open(settings->source, &client, error)) {
        return false;
    }
    const bool ok = kds_write_folder(&client, &wanted, settings->output, settings->der, error);
    kds_client_close(&client);
    return ok;
}

int command_fetch_certs(int argc, char **argv)
{
    struct settings settings = {0};
    struct provision_error error = {0};
    enum provision_request request;
    if (!parse(argc, argv, &settings, &request, &error)) {
        return provision_usage_error("fetch-certs", &error);
    }
    if (request != PROVISION_RUN) {
        return provision_answer(request, help);
    }
    return fetch(&settings, &error) ? PROVISION_EXIT_OK : provision_failure("fetch-certs", &error);
}
