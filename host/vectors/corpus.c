/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A corpus of test vectors (corpus.h).
 */
#include "host/vectors/corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/vectors/corpus_files.h"
#include "host/vectors/machine.h"
#include "host/vectors/makers.h"

#define NAME_BYTES 160u
#define WORK "work" /* The chips, while their firmware runs. */

static const enum snp_product product_ids[] = {SNP_PRODUCT_MILAN, SNP_PRODUCT_GENOA,
                                               SNP_PRODUCT_TURIN, SNP_PRODUCT_VENICE};
#define PRODUCTS (sizeof product_ids / sizeof product_ids[0])

static const uint32_t versions[] = {2, 3, 5};
#define VERSIONS (sizeof versions / sizeof versions[0])

/* Every product and version is there as it should be; these also with everything that can be wrong:
 * what clients treat differently, without saying all of it twelve times. */
static const struct {
    enum snp_product product;
    uint32_t version;
    enum provision_key_kind kind;
} thorough[] = {
    {SNP_PRODUCT_MILAN, 2, PROVISION_VCEK}, {SNP_PRODUCT_MILAN, 3, PROVISION_VCEK},
    {SNP_PRODUCT_MILAN, 3, PROVISION_VLEK}, {SNP_PRODUCT_GENOA, 5, PROVISION_VCEK},
    {SNP_PRODUCT_TURIN, 5, PROVISION_VCEK},
};

static const struct vectors_row sound = {"", REASON_NONE, NULL};

/* What the firmware itself can say that is special. */
static const struct {
    enum vectors_report report;
    struct vectors_row row;
} special[] = {
    {VECTORS_VMPL3, {"vmpl-3", REASON_VMPL, "A report for VMPL 3."}},
    {VECTORS_HOST, {"host-report", REASON_HOST_REPORT, NULL}},
    {VECTORS_OLDER_TCB,
     {"older-tcb", REASON_NONE, "The host reports an older TCB version, with the key for that."}},
    {VECTORS_MASKED_ID, {"masked-chip-id", REASON_MASKED_CHIP_ID, NULL}},
    {VECTORS_UNSIGNED, {"unsigned", REASON_UNSIGNED, "The host has masked the chip's key."}},
    {VECTORS_DEBUG, {"debug", REASON_DEBUG, NULL}},
};

/* The name of a file that is the vector's own, or the base's. */
static void name_file(char name[NAME_BYTES], const char *directory, const char *vector,
                      const struct vectors_draft *draft, bool own, const char *ending)
{
    (void)snprintf(name, NAME_BYTES, "%s/%s%s", directory, own ? vector : draft->base->name,
                   ending);
}

static bool write_draft(const struct vectors_corpus *corpus, const struct vectors_draft *draft,
                        const struct vectors_entry *entry, bool own_chain,
                        struct provision_error *error)
{
    const struct provision_bytes *certificates[VECTORS_LINKS];
    for (size_t i = 0; i < VECTORS_LINKS; i++) {
        certificates[i] =
            draft->certificate_is_new[i] ? &draft->certificates[i] : &draft->base->certificates[i];
    }
    return (!draft->report_is_new || vectors_file_write(corpus, entry->report, draft->report,
                                                        draft->report_length, error)) &&
           (!own_chain ||
            vectors_chain_write(corpus, entry->chain,
                                draft->base->kind == PROVISION_VCEK || draft->named_vcek,
                                certificates, error)) &&
           (!draft->crl_is_new ||
            vectors_file_write(corpus, entry->crl, draft->crl.data, draft->crl.length, error));
}

static bool is_cancelled(const struct vectors_corpus *corpus)
{
    return *corpus->options->cancel != 0;
}

static bool take(struct vectors_sink *sink, const struct vectors_row *row,
                 const struct vectors_draft *draft, bool from_firmware,
                 struct provision_error *error)
{
    struct vectors_corpus *corpus = (struct vectors_corpus *)(void *)sink;
    char name[NAME_BYTES / 2];
    char report[NAME_BYTES];
    char chain[NAME_BYTES];
    char crl[NAME_BYTES];
    bool own_chain = draft->named_vcek && draft->base->kind == PROVISION_VLEK;
    for (size_t i = 0; i < VECTORS_LINKS; i++) {
        own_chain = own_chain || draft->certificate_is_new[i];
    }
    (void)snprintf(name, sizeof name, "%s%s%s", draft->base->name, row->name[0] != '\0' ? "." : "",
                   row->name);
    name_file(report, "reports", name, draft, draft->report_is_new, ".bin");
    name_file(chain, "chains", name, draft, own_chain, "");
    name_file(crl, "crls", name, draft, draft->crl_is_new, ".der");
    const struct vectors_entry entry = {
        .base = draft->base,
        .row = row,
        .name = name,
        .report = report,
        .chain = chain,
        .crl = crl,
        .named_vcek = draft->named_vcek,
        .from_firmware = from_firmware,
    };
    if (is_cancelled(corpus) || !write_draft(corpus, draft, &entry, own_chain, error)) {
        return false;
    }
    vectors_manifest_add(&corpus->manifest, &entry);
    return true;
}

/* Reports of which nothing is changed; those of another TCB version need another certificate. */
static bool make_special(struct vectors_corpus *corpus, const struct vectors_base *base,
                         const struct snp_report reports[VECTORS_REPORTS],
                         struct provision_error *error)
{
    bool ok = true;
    for (size_t i = 0; i < sizeof special / sizeof special[0] && ok; i++) {
        const struct snp_report *report = &reports[special[i].report];
        struct vectors_draft draft;
        vectors_draft_begin(base, &draft);
        memcpy(draft.report, report, sizeof *report);
        draft.report_is_new = true;
        ok = (report->reported_tcb == base->report.reported_tcb ||
              vectors_leaf_at(&draft, report->reported_tcb, error)) &&
             take(&corpus->sink, &special[i].row, &draft, true, error);
        vectors_draft_end(&draft);
    }
    return ok;
}

static bool make_thorough(struct vectors_corpus *corpus, const struct vectors_base *base,
                          const struct snp_report reports[VECTORS_REPORTS],
                          struct provision_error *error)
{
    struct vectors_sink *sink = &corpus->sink;
    return (base->kind != PROVISION_VCEK || make_special(corpus, base, reports, error)) &&
           vectors_make_reports(base, sink, error) && vectors_make_signatures(base, sink, error) &&
           vectors_make_leaves(base, sink, error) &&
           vectors_make_leaf_extensions(base, sink, error) &&
           vectors_make_authorities(base, sink, error) && vectors_make_chains(base, sink, error) &&
           vectors_make_crls(base, sink, error);
}

static bool is_thorough(const struct vectors_base *base)
{
    for (size_t i = 0; i < sizeof thorough / sizeof thorough[0]; i++) {
        if (thorough[i].product == base->server->product->id &&
            thorough[i].version == base->version && thorough[i].kind == base->kind) {
            return true;
        }
    }
    return false;
}

static bool make_base(struct vectors_corpus *corpus, const struct vectors_makers *makers,
                      enum provision_key_kind kind,
                      const struct snp_report reports[VECTORS_REPORTS],
                      struct provision_error *error)
{
    const struct snp_report *report =
        &reports[kind == PROVISION_VCEK ? VECTORS_GUEST : VECTORS_VLEK];
    struct vectors_base base;
    struct vectors_draft draft;
    bool ok = vectors_base_begin(makers, kind, report, corpus->options->date, &base, error) &&
              vectors_base_write(corpus, &base, error);
    if (ok) {
        vectors_draft_begin(&base, &draft);
        ok = take(&corpus->sink, &sound, &draft, true, error) &&
             (!is_thorough(&base) || make_thorough(corpus, &base, reports, error));
    }
    vectors_base_end(&base);
    return ok;
}

/* Runs the firmware of a chip once. */
static bool make_chip(struct vectors_corpus *corpus, const struct vectors_makers *makers,
                      uint32_t version, struct provision_error *error)
{
    struct snp_report reports[VECTORS_REPORTS];
    struct vectors_machine machine;
    struct provision_path path = {0};
    if (is_cancelled(corpus) ||
        !provision_path_join(corpus->options->directory, WORK, &path, error) ||
        !provision_directory_make(path.text, S_IRWXU, error) ||
        !vectors_makers_machine(makers, version, &machine, error)) {
        return false;
    }
    machine.hosted = corpus->options->hosted;
    machine.directory = path.text;
    machine.cancel = corpus->options->cancel;
    const bool ran = vectors_machine_reports(&machine, reports, error);
    struct provision_error unused = {0};
    return vectors_tree_remove(path.text, ran ? error : &unused) && ran &&
           make_base(corpus, makers, PROVISION_VCEK, reports, error) &&
           make_base(corpus, makers, PROVISION_VLEK, reports, error);
}

static bool make_all(struct vectors_corpus *corpus, struct vectors_makers *makers,
                     struct provision_error *error)
{
    for (size_t i = 0; i < PRODUCTS; i++) {
        if (!vectors_makers_take(makers, provision_product_of(product_ids[i]), error)) {
            return false;
        }
        for (size_t j = 0; j < VERSIONS; j++) {
            if (!make_chip(corpus, makers, versions[j], error)) {
                return false;
            }
        }
    }
    return true;
}

/* The manifest is written last, so that a corpus with one is whole. */
static bool make_with(struct vectors_corpus *corpus, struct vectors_makers *makers,
                      struct provision_error *error)
{
    const struct provision_product *products[PRODUCTS];
    char *text = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);
    if (file == NULL) {
        return provision_fail_errno(error, "no memory for the manifest");
    }
    for (size_t i = 0; i < PRODUCTS; i++) {
        products[i] = provision_product_of(product_ids[i]);
    }
    vectors_manifest_begin(&corpus->manifest, file, corpus->options, products, PRODUCTS);
    bool ok = make_all(corpus, makers, error);
    vectors_manifest_end(&corpus->manifest);
    ok = (fclose(file) == 0 || (ok && provision_fail_errno(error, "no memory for the manifest"))) &&
         ok;
    ok = ok && vectors_file_write(corpus, "manifest.json", text, length, error);
    free(text);
    *corpus->options->count = corpus->manifest.count;
    return ok;
}

bool vectors_corpus_make(const struct vectors_corpus_options *options,
                         struct provision_error *error)
{
    struct vectors_corpus corpus = {.sink = {take}, .options = options};
    struct vectors_makers makers;
    if (!vectors_files_begin(&corpus, error)) {
        return false;
    }
    const bool ok =
        vectors_makers_begin(options->seed, &makers, error) && make_with(&corpus, &makers, error);
    vectors_makers_end(&makers);
    return ok || !is_cancelled(&corpus)
               ? ok
               : provision_fail(error, "interrupted by signal %d", (int)*options->cancel);
}
