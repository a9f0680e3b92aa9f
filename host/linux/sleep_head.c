/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The head of FILE.shared (sleep_head.h).
 */
#include "host/linux/sleep_head.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "host/linux/beside.h"

static bool add_all(EVP_MD_CTX *context, FILE *file)
{
    static uint8_t buffer[0x10000];
    size_t got = 0;
    bool done = true;
    while (done && (got = fread(buffer, 1, sizeof buffer, file)) > 0) {
        done = EVP_DigestUpdate(context, buffer, got) == 1;
    }
    return done && ferror(file) == 0;
}

static bool make_tie(const struct sev_session *session, const char *machine,
                     uint8_t tie[SLEEP_TIE_BYTES])
{
    FILE *file = fopen(machine, "rbe");
    if (file == NULL) {
        return false;
    }
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const bool done = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
                      EVP_DigestUpdate(context, session, sizeof *session) == 1 &&
                      add_all(context, file) && EVP_DigestFinal_ex(context, tie, NULL) == 1;
    EVP_MD_CTX_free(context);
    (void)fclose(file);
    return done;
}

bool sleep_head_make(struct sleep_head *head, const struct guest_options *options,
                     const struct sev_session *session, const char *machine)
{
    head->magic = beside_shared.kind.magic;
    shape_write(options, head->shape);
    return make_tie(session, machine, head->tie);
}

bool sleep_head_suits(const struct sleep_head *head, const struct guest_options *options,
                      const struct sev_session *session, const char *machine,
                      struct travel_outcome *outcome)
{
    uint8_t tie[SLEEP_TIE_BYTES];
    if (head->magic != beside_shared.kind.magic) {
        return travel_fail(outcome, "not what belongs to it");
    }
    if (!shape_suits(options, head->shape, outcome)) {
        return false;
    }
    return (make_tie(session, machine, tie) && memcmp(tie, head->tie, sizeof tie) == 0) ||
           travel_fail(outcome, "it belongs to another snapshot, or the .machine beside it does");
}
