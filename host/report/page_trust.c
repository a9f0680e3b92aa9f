/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why the owner trusts the guest: measurement and certificates.
 */
#include "host/report/page.h"

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

void page_chain(const struct report *report, FILE *file)
{
    const struct chain *chain = &report->chain;
    verdict(file, chain->holds,
            chain->holds ? "Every signature holds, up to the root." : chain->reason.text);
    html_markup(file, "<ol class=\"chain\">\n");
    for (uint32_t i = 0; i < chain->count; i++) {
        const struct chain_certificate *certificate = &chain->certificates[i];
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
    html_markup(file, "</ol>\n");
}
