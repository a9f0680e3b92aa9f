/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The manifest of a corpus (manifest.h).
 */
#include "host/vectors/manifest.h"

#include "abi/sev_state.h"
#include "abi/snp_state.h"
#include "host/version.h"

#define HALF_A_DAY (12L * 60 * 60)
#define TIME_BYTES 32u

/* A member, with what comes before it. Nothing but a seed needs an escape. */
static void put_text(const struct vectors_manifest *manifest, const char *before, const char *name,
                     const char *text)
{
    (void)fprintf(manifest->file, "%s\"%s\": \"", before, name);
    for (; *text != '\0'; text++) {
        const unsigned char character = (unsigned char)*text;
        if (character == '"' || character == '\\') {
            (void)fprintf(manifest->file, "\\%c", character);
        } else if (character < 0x20) {
            (void)fprintf(manifest->file, "\\u%04x", character);
        } else {
            (void)fputc(character, manifest->file);
        }
    }
    (void)fputc('"', manifest->file);
}

static void put_time(const struct vectors_manifest *manifest, time_t time)
{
    char text[TIME_BYTES] = "";
    struct tm parts;
    if (gmtime_r(&time, &parts) != NULL) {
        (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    }
    put_text(manifest, ",\n  ", "time", text);
}

void vectors_manifest_begin(struct vectors_manifest *manifest, FILE *file,
                            const struct vectors_corpus_options *options,
                            const struct provision_product *const *products, size_t count)
{
    char version[TIME_BYTES];
    *manifest = (struct vectors_manifest){.file = file};
    (void)snprintf(version, sizeof version, "%u.%u.%u", SNP_API_MAJOR, SNP_API_MINOR,
                   (unsigned)SEV_BUILD);
    put_text(manifest, "{\n  ", "format", "virtasp-vectors-1");
    put_text(manifest, ",\n  ", "notice",
             "TEST, NOT AMD: AMD made none of these keys and vouches for nothing here. The keys "
             "follow from the seed: they are no secrets.");
    put_text(manifest, ",\n  ", "generator", "virtasp " VIRTASP_VERSION);
    put_text(manifest, ",\n  ", "firmware", version);
    put_text(manifest, ",\n  ", "seed", options->seed);
    put_time(manifest, options->date + HALF_A_DAY);
    (void)fprintf(file, ",\n  \"roots\": {");
    for (size_t i = 0; i < count; i++) {
        (void)fprintf(file, "%s\"%s\": \"roots/%s.pem\"", i == 0 ? "" : ", ", products[i]->line,
                      products[i]->name);
    }
    (void)fprintf(file, "},\n  \"vectors\": [");
}

void vectors_manifest_add(struct vectors_manifest *manifest, const struct vectors_entry *entry)
{
    const struct vectors_base *base = entry->base;
    const struct vectors_reason_text *reason = &vectors_reasons[entry->row->reason];
    const bool vcek = base->kind == PROVISION_VCEK || entry->named_vcek;
    (void)fprintf(manifest->file, "%s\n    {\"id\": %u", manifest->count == 0 ? "" : ",",
                  manifest->count + 1);
    manifest->count++;
    put_text(manifest, ", ", "name", entry->name);
    put_text(manifest, ",\n     ", "result", vectors_result_name(reason->result));
    put_text(manifest, ", ", "reason", reason->name);
    put_text(manifest, ", ", "step", reason->step);
    if (entry->row->comment != NULL) {
        put_text(manifest, ",\n     ", "comment", entry->row->comment);
    }
    put_text(manifest, ",\n     ", "product", base->server->product->line);
    (void)fprintf(manifest->file, ", \"report_version\": %u", base->version);
    put_text(manifest, ", ", "signer", base->kind == PROVISION_VCEK ? "VCEK" : "VLEK");
    put_text(manifest, ", ", "made_by", entry->from_firmware ? "firmware" : "factory");
    put_text(manifest, ",\n     ", "report", entry->report);
    put_text(manifest, ", ", "chain", entry->chain);
    put_text(manifest, ",\n     ", "ark", "ark.pem");
    put_text(manifest, ", ", "ask", vcek ? "ask.pem" : "asvk.pem");
    put_text(manifest, ", ", "leaf", vcek ? "vcek.pem" : "vlek.pem");
    put_text(manifest, ", ", "crl", entry->crl);
    (void)fprintf(manifest->file, "}");
}

void vectors_manifest_end(struct vectors_manifest *manifest)
{
    (void)fprintf(manifest->file, "\n  ],\n  \"reasons\": {");
    for (size_t i = 0; i < VECTORS_REASONS; i++) {
        const struct vectors_reason_text *reason = &vectors_reasons[i];
        (void)fprintf(manifest->file, "%s\n    \"%s\": {", i == 0 ? "" : ",", reason->name);
        put_text(manifest, "", "result", vectors_result_name(reason->result));
        put_text(manifest, ", ", "step", reason->step);
        put_text(manifest, ", ", "section", reason->section);
        put_text(manifest, ",\n      ", "rule", reason->text);
        (void)fprintf(manifest->file, "}");
    }
    (void)fprintf(manifest->file, "\n  }\n}\n");
}
