/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board's cipher engine (cipher_engine.h): who uses it, its keys, its requests.
 *
 * A key costs the engine as much time as some pages, so it keeps the keys that were used last, until
 * a guest ends.
 */
#include "crypto/cipher_engine_internal.h"

#include <string.h>

#define PAGE_BYTES 4096u
#define SESSIONS 4u /* Of a guest that is sent: its memory's key and the transport's. */

_Static_assert(ENGINE_BYTES_MAX / PAGE_BYTES <= HAL_CIPHER_REQUESTS, "a request per page");

static bool is_used;
static bool has_failed;
static bool is_busy;

static struct {
    struct hal_cipher_key key;
    uint32_t session;
    bool is_open;
} open_keys[SESSIONS];

static uint32_t next_victim;

const char *crypto_engine_name(void)
{
    return is_used ? hal_cipher_name() : NULL;
}

bool crypto_engine_has_failed(void)
{
    return has_failed;
}

/** The engine has failed, and the board has stopped it: its keys are of no use to anyone. */
static bool give_up(void)
{
    is_used = false;
    is_busy = false;
    has_failed = true;
    crypto_wipe(open_keys, sizeof open_keys);
    return false;
}

void crypto_engine_start(void)
{
    crypto_wipe(open_keys, sizeof open_keys);
    is_busy = false;
    has_failed = false;
    is_used = hal_cipher_name() != NULL;
    if (is_used && !engine_self_test()) {
        crypto_engine_forget();
        (void)give_up();
    }
    crypto_engine_forget();
}

static bool close_key(uint32_t i)
{
    const bool ok = !open_keys[i].is_open || hal_cipher_close(open_keys[i].session);

    crypto_wipe(&open_keys[i], sizeof open_keys[i]);
    return ok;
}

void crypto_engine_forget(void)
{
    for (uint32_t i = 0; i < SESSIONS; i++) {
        if (!close_key(i)) {
            (void)give_up();
        }
    }
}

static bool is_same(const struct hal_cipher_key *a, const struct hal_cipher_key *b)
{
    return a->algorithm == b->algorithm && a->encrypt == b->encrypt &&
           crypto_equal(a->bytes, b->bytes, sizeof a->bytes);
}

/** Finds the key's session, or opens one in place of the oldest. */
static bool find_session(const struct hal_cipher_key *key, uint32_t *session)
{
    const uint32_t i = next_victim;

    for (uint32_t found = 0; found < SESSIONS; found++) {
        if (open_keys[found].is_open && is_same(&open_keys[found].key, key)) {
            *session = open_keys[found].session;
            return true;
        }
    }
    if (!close_key(i) || !hal_cipher_open(key, session)) {
        return false;
    }
    open_keys[i].key = *key;
    open_keys[i].session = *session;
    open_keys[i].is_open = true;
    next_victim = (i + 1) % SESSIONS;
    return true;
}

bool engine_is_worth(size_t length)
{
    return is_used && !is_busy && length >= ENGINE_BYTES_MIN;
}

/** A request for each page; all of a message in CTR. @return how many */
static uint32_t make_requests(const struct engine_work *work, uint32_t session,
                              struct hal_cipher_request requests[HAL_CIPHER_REQUESTS])
{
    const bool pages = work->key.algorithm == HAL_CIPHER_AES_128_XTS;
    const uint8_t *source = hal_cipher_buffer(HAL_CIPHER_INPUT);
    uint8_t *destination =
        hal_cipher_buffer(work->is_in_place ? HAL_CIPHER_INPUT : HAL_CIPHER_OUTPUT);
    uint32_t count = 0;

    for (uint32_t offset = 0; offset < work->length; count++) {
        const uint32_t left = work->length - offset;
        const uint64_t page = work->page + count;
        struct hal_cipher_request *request = &requests[count];

        *request = (struct hal_cipher_request){
            .session = session,
            .length = pages && left > PAGE_BYTES ? PAGE_BYTES : left,
            .source = source + offset,
            .destination = destination + offset,
        };
        if (pages) {
            memcpy(request->iv, &page, sizeof page);
        } else {
            memcpy(request->iv, work->iv, sizeof request->iv);
        }
        offset += request->length;
    }
    return count;
}

bool engine_start(const struct engine_work *work)
{
    struct hal_cipher_request requests[HAL_CIPHER_REQUESTS];
    uint32_t session;

    if (!find_session(&work->key, &session)) {
        return give_up();
    }
    hal_cipher_submit(requests, make_requests(work, session, requests));
    is_busy = true;
    return true;
}

bool engine_finish(void)
{
    if (!hal_cipher_finish()) {
        return give_up();
    }
    is_busy = false;
    return true;
}

void engine_wipe(uint32_t length)
{
    crypto_wipe(hal_cipher_buffer(HAL_CIPHER_INPUT), length);
    crypto_wipe(hal_cipher_buffer(HAL_CIPHER_OUTPUT), length);
}
