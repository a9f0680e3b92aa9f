/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board's cipher engine (cipher_engine.h): who uses it, its keys, its requests.
 *
 * A key costs the engine as much time as some pages, so it keeps the keys that were used last, until
 * a guest ends.
 */
#include "crypto/cipher_engine_internal.h"

#include <string.h>

#include "crypto/fatal.h"

#define PAGE_BYTES 4096u
#define SESSIONS 4u /* Of a guest that is sent: its memory's key and the transport's. */

_Static_assert(ENGINE_BYTES_MAX / PAGE_BYTES <= HAL_CIPHER_REQUESTS, "a request per page");

static bool is_used;
static bool has_failed;
static bool is_busy;

_Static_assert(SESSIONS > ENGINE_WORKS_MAX, "no key takes the place of one that is needed with it");

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

/** @return the index of the key among those that are open, or SESSIONS */
static uint32_t find_key(const struct hal_cipher_key *key)
{
    uint32_t i = 0;

    while (i < SESSIONS && !(open_keys[i].is_open && is_same(&open_keys[i].key, key))) {
        i++;
    }
    return i;
}

/**
 * Finds the key's session, or opens one in place of the oldest.
 *
 * @param needed         keys that stay open, by their index: a bit each
 * @param[in,out] index  of the key
 */
static bool open_key(const struct hal_cipher_key *key, uint32_t needed, uint32_t *index)
{
    uint32_t i = find_key(key);

    if (i == SESSIONS) {
        while ((needed & 1u << next_victim) != 0) {
            next_victim = (next_victim + 1) % SESSIONS;
        }
        i = next_victim;
        if (!close_key(i) || !hal_cipher_open(key, &open_keys[i].session)) {
            return false;
        }
        open_keys[i].key = *key;
        open_keys[i].is_open = true;
        next_victim = (i + 1) % SESSIONS;
    }
    *index = i;
    return true;
}

bool engine_is_worth(size_t length)
{
    return is_used && !is_busy && length >= ENGINE_BYTES_MIN;
}

/**
 * Adds a request for each page; one for all of a message in CTR.
 *
 * @param[in,out] count  of requests
 */
static void add_requests(const struct engine_work *work, uint32_t session,
                         struct hal_cipher_request requests[HAL_CIPHER_REQUESTS], uint32_t *count)
{
    const bool pages = work->key.algorithm == HAL_CIPHER_AES_128_XTS;
    const uint8_t *source = hal_cipher_buffer(work->from);
    uint8_t *destination = hal_cipher_buffer(work->to);
    uint64_t page = work->page;

    for (uint32_t offset = 0; offset < work->length; page++) {
        const uint32_t left = work->length - offset;
        struct hal_cipher_request *request = &requests[*count];

        if (*count == HAL_CIPHER_REQUESTS) {
            crypto_fatal("cipher engine"); /* Whoever starts work knows how much is too much. */
        }
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
        *count += 1;
    }
}

bool engine_start(const struct engine_work *works, uint32_t count)
{
    struct hal_cipher_request requests[HAL_CIPHER_REQUESTS];
    uint32_t request_count = 0;
    uint32_t needed = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t index;

        if (!open_key(&works[i].key, needed, &index)) {
            return give_up();
        }
        needed |= 1u << index;
        add_requests(&works[i], open_keys[index].session, requests, &request_count);
    }
    hal_cipher_submit(requests, request_count);
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
