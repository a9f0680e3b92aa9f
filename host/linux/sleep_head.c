/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The head of FILE.shared (sleep_head.h).
 */
#include "host/linux/sleep_head.h"

#include <openssl/evp.h>
#include <string.h>

#include "host/lib/snapshot.h"
#include "host/linux/beside.h"

/* The last bytes of a snapshot are its digest. */
static bool add_digest(EVP_MD_CTX *context, FILE *snapshot)
{
    uint8_t digest[SNAPSHOT_DIGEST_BYTES];
    return fseek(snapshot, -(long)sizeof digest, SEEK_END) == 0 &&
           fread(digest, sizeof digest, 1, snapshot) == 1 &&
           EVP_DigestUpdate(context, digest, sizeof digest) == 1;
}

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

static bool make_tie(const char *path, uint8_t tie[SLEEP_TIE_BYTES])
{
    FILE *snapshot = fopen(path, "rbe");
    FILE *machine = beside_open(path, &beside_machine);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const bool done = snapshot != NULL && machine != NULL && context != NULL &&
                      EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
                      add_digest(context, snapshot) && add_all(context, machine) &&
                      EVP_DigestFinal_ex(context, tie, NULL) == 1;
    EVP_MD_CTX_free(context);
    if (snapshot != NULL) {
        (void)fclose(snapshot);
    }
    if (machine != NULL) {
        (void)fclose(machine);
    }
    return done;
}

bool sleep_head_make(struct sleep_head *head, const struct guest_options *options, const char *path)
{
    head->magic = beside_shared.kind.magic;
    shape_write(options, head->shape);
    return make_tie(path, head->tie);
}

bool sleep_head_suits(const struct sleep_head *head, const struct guest_options *options,
                      const char *path, struct travel_outcome *outcome)
{
    uint8_t tie[SLEEP_TIE_BYTES];
    if (head->magic != beside_shared.kind.magic) {
        return travel_fail(outcome, "not what belongs to it");
    }
    if (!shape_suits(options, head->shape, outcome)) {
        return false;
    }
    return (make_tie(path, tie) && memcmp(tie, head->tie, sizeof tie) == 0) ||
           travel_fail(outcome, "it belongs to another snapshot, or the .machine beside it does");
}
