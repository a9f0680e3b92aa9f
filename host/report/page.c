/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fills page.html in: {{NAME}} is a part, {{?NAME}} to {{/}} is left out unless there is such a thing.
 */
#include "host/report/page.h"

#include <openssl/evp.h>
#include <string.h>

/* assets.S: the files beside this one, each as a string. */
extern const char report_page_html[];
extern const char report_style_css[];
extern const char report_script_js[];

static void page_style(const struct report *report, FILE *file)
{
    (void)report;
    html_markup(file, report_style_css);
}

static void page_script(const struct report *report, FILE *file)
{
    (void)report;
    html_markup(file, report_script_js);
}

static void hash(FILE *file, const char *text)
{
    uint8_t digest[32];
    if (EVP_Digest(text, strlen(text), digest, NULL, EVP_sha256(), NULL) == 1) {
        html_base64(file, digest, sizeof digest);
    }
}

/* What the content security policy lets run: these two texts, and nothing that is added to them. */
static void page_style_hash(const struct report *report, FILE *file)
{
    (void)report;
    hash(file, report_style_css);
}

static void page_script_hash(const struct report *report, FILE *file)
{
    (void)report;
    hash(file, report_script_js);
}

static bool has_maps(const struct report *report)
{
    return report->maps[0].taken || report->maps[1].taken;
}

static bool has_view(const struct report *report)
{
    return report->viewed;
}

static bool has_attacks(const struct report *report)
{
    return report->attack_count != 0;
}

static bool has_exits(const struct report *report)
{
    return report->exit_count != 0;
}

static bool has_history(const struct report *report)
{
    return report->history.count > 1;
}

static const struct {
    const char *name;
    page_part *write;
} parts[] = {
    {"style", page_style},
    {"script", page_script},
    {"style_hash", page_style_hash},
    {"script_hash", page_script_hash},
    {"name", page_name},
    {"verdict", page_verdict},
    {"verdict_class", page_verdict_class},
    {"protection", page_protection},
    {"facts", page_facts},
    {"serial", page_serial},
    {"square", page_square},
    {"maps", page_maps},
    {"view", page_view},
    {"history", page_history},
    {"attacks", page_attacks},
    {"measurement", page_measurement},
    {"chains", page_chains},
    {"timeline", page_timeline},
    {"exits", page_exits},
};

static const struct {
    const char *name;
    bool (*holds)(const struct report *report);
} conditions[] = {
    {"maps", has_maps},           {"view", has_view},   {"attacks", has_attacks},
    {"trust", page_is_encrypted}, {"exits", has_exits}, {"history", has_history},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static bool is(const char *name, const char *begin, const char *end)
{
    return strlen(name) == (size_t)(end - begin) && strncmp(name, begin, strlen(name)) == 0;
}

/* @return where to go on behind {{WHAT}} */
static const char *fill(const struct report *report, FILE *file, const char *begin, const char *end)
{
    if (*begin == '?') {
        for (size_t i = 0; i < COUNT(conditions); i++) {
            if (is(conditions[i].name, begin + 1, end) && !conditions[i].holds(report)) {
                const char *close = strstr(end, "{{/}}");
                return close != NULL ? close : end + strlen(end);
            }
        }
    }
    for (size_t i = 0; i < COUNT(parts); i++) {
        if (is(parts[i].name, begin, end)) {
            parts[i].write(report, file);
        }
    }
    return end + strlen("}}");
}

bool report_write(struct report *report)
{
    FILE *file = report->file;
    const char *at = report_page_html;
    report->file = NULL;
    if (file == NULL) {
        return false;
    }
    while (*at != '\0') {
        const char *open = strstr(at, "{{");
        const char *close = open != NULL ? strstr(open, "}}") : NULL;
        const char *stop = close != NULL ? open : at + strlen(at);
        (void)fwrite(at, 1, (size_t)(stop - at), file);
        at = close != NULL ? fill(report, file, open + strlen("{{"), close) : stop;
    }
    const bool good = ferror(file) == 0;
    return fclose(file) == 0 && good;
}
