/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why the owner trusts the guest: measurement and certificates.
 */
#include "host/report/page.h"

#include <inttypes.h>
#include <string.h>

static void value(FILE *file, const char *name, const uint8_t *bytes, size_t length)
{
    html_markup(file, "<div><dt>");
    html_markup(file, name);
    html_markup(file, "</dt><dd><code>");
    html_hex(file, bytes, length);
    html_markup(file, "</code></dd></div>\n");
}

static void verdict(FILE *file, bool good, const char *text)
{
    html_markup(file, "<p class=\"verdict ");
    html_markup(file, good ? "good\">" : "bad\">");
    html_print(file, "%s", text);
    html_markup(file, "</p>\n");
}

void page_measurement(const struct report *report, FILE *file)
{
    const struct report_measurement *measurement = &report->measurement;
    verdict(file, measurement->good, measurement->verdict);
    if (measurement->aside != NULL) {
        html_markup(file, "<p class=\"aside\">");
        html_markup(file, measurement->aside);
        html_markup(file, "</p>\n");
    }
    html_markup(file, "<dl class=\"values\">\n");
    for (uint32_t i = 0; i < measurement->count; i++) {
        const struct report_value *found = &measurement->values[i];
        value(file, found->name, found->bytes, found->length);
    }
    html_markup(file, "</dl>\n");
}

static void certificate(FILE *file, const struct chain_certificate *certificate)
{
    const bool root = strcmp(certificate->name, certificate->signer) == 0;
    html_markup(file, root ? "<li class=\"root\"><h3>" : "<li><h3>");
    html_markup(file, certificate->name);
    html_markup(file, "</h3><p>");
    html_markup(file, certificate->role);
    html_markup(file, "</p><p class=\"key\">");
    html_print(file, "%s", certificate->key);
    html_markup(file, "</p><p class=\"signer\">");
    html_markup(file, root ? "signs itself" : "signed by ");
    html_markup(file, root ? "" : certificate->signer);
    html_markup(file, "</p><code>");
    html_hex(file, certificate->digest, 8);
    html_markup(file, "&#x2026;</code></li>\n");
}

static void chain(FILE *file, const struct chain *chain)
{
    verdict(file, chain->holds,
            chain->holds ? "Every signature holds, up to the root." : chain->reason.text);
    if (chain->has_chip_id) {
        html_markup(file, "<dl class=\"values\">\n");
        value(file, "ID of the chip", chain->chip_id, sizeof chain->chip_id);
        html_markup(file, "</dl>\n");
    }
    html_markup(file, "<ol class=\"chain\">\n");
    for (uint32_t i = 0; i < chain->count; i++) {
        certificate(file, &chain->certificates[i]);
    }
    html_markup(file, "</ol>\n");
}

void page_chains(const struct report *report, FILE *file)
{
    if (report->chain_count == 0) {
        verdict(file, false, "Nobody has asked for certificates.");
    }
    for (uint32_t i = 0; i < report->chain_count; i++) {
        if (report->chain_count > 1) {
            html_markup(file, "<h3>");
            html_print(file, "Chip %" PRIu32, i + 1);
            html_markup(file, ", from ");
            html_duration(file, report->chains[i].since - report_origin(report));
            html_markup(file, " on</h3>\n");
        }
        chain(file, &report->chains[i]);
    }
    if (report->chains_lost != 0) {
        html_print(file, "%" PRIu32 " more chips have no room here.", report->chains_lost);
    }
}
