/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why the owner trusts the guest: measurement and certificates.
 */
#include "host/emulator/report/page.h"

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

static void sev(const struct report *report, FILE *file)
{
    const struct vm_evidence *evidence = &report->run.evidence;
    if (!evidence->measured) {
        verdict(file, false, "Nothing was measured.");
        return;
    }
    const bool same =
        memcmp(evidence->expected, evidence->found.measure, sizeof evidence->expected) == 0;
    verdict(file, same, same ? "The measurement is the expected one." : "They differ.");
    html_markup(file, "<dl class=\"values\">\n");
    value(file, "Expected: what the owner computes", evidence->expected, sizeof evidence->expected);
    value(file, "Found: what LAUNCH_MEASURE answers", evidence->found.measure,
          sizeof evidence->found.measure);
    value(file, "Launch digest, SHA-256 of image, page tables and registers",
          evidence->launch_digest, sizeof evidence->launch_digest);
    value(file, "Nonce of the measurement", evidence->found.mnonce, sizeof evidence->found.mnonce);
    html_markup(file, "</dl>\n");
}

static void snp(const struct report *report, FILE *file)
{
    const struct vm_evidence *evidence = &report->run.evidence;
    if (!evidence->reported) {
        verdict(file, false, "There is no attestation report.");
    } else {
        verdict(file, report->accepted,
                report->accepted ? "The owner accepts the attestation report."
                                 : report->reason.text);
        html_markup(file, report->asked
                              ? "<p class=\"aside\">The guest has shown no report by itself: the "
                                "emulator has asked for this one in its place.</p>\n"
                              : "<p class=\"aside\">The guest has asked for the report, and "
                                "shown it to its owner.</p>\n");
    }
    html_markup(file, "<dl class=\"values\">\n");
    if (report->expects) {
        value(file, "Expected: what the owner computes of the image", report->expected,
              sizeof report->expected);
    }
    if (evidence->reported) {
        value(file, "Found: MEASUREMENT of the report", evidence->report.measurement,
              sizeof evidence->report.measurement);
        value(file, "REPORT_DATA: the question that it answers", evidence->report.report_data,
              sizeof evidence->report.report_data);
    }
    html_markup(file, "</dl>\n");
}

void page_measurement(const struct report *report, FILE *file)
{
    if ((report->run.machine.flags & GUEST_SNP) != 0) {
        snp(report, file);
    } else {
        sev(report, file);
    }
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
