/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cipher engine of the Linux board: a model with OpenSSL, which can be made to fail. It works as
 * late as it may, so that a source that changes too early, or a destination that is believed too
 * early, shows.
 */
#include "hal/hosted/cipher.h"

#include <string.h>

#include <openssl/evp.h>

#include "hal/cipher.h"
#include "hal/hosted/hosted.h"
#include "hal/hosted/state.h"

#define GARBAGE 0xE7

static _Alignas(4096) uint8_t buffers[2][HAL_CIPHER_BUFFER_BYTES];

static struct hal_cipher_request taken[HAL_CIPHER_REQUESTS];
static uint32_t submitted;

void hosted_cipher_remove(void)
{
    hosted_state()->cipher.is_absent = true;
}

void hosted_cipher_fault(enum hosted_cipher_fault fault, uint64_t operation)
{
    struct hosted_state *state = hosted_state();

    state->cipher.fault = fault;
    state->cipher.fault_at = operation == 0 ? 0 : state->cipher.operations + operation;
}

uint64_t hosted_cipher_operations(void)
{
    return hosted_state()->cipher.operations;
}

uint32_t hosted_cipher_sessions(void)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < HOSTED_CIPHER_SESSIONS; i++) {
        count += hosted_state()->cipher.sessions[i].is_open ? 1u : 0u;
    }
    return count;
}

void hosted_cipher_start(void)
{
    struct hosted_state *state = hosted_state();

    state->cipher.is_given_up = false;
    memset(state->cipher.sessions, 0, sizeof(state->cipher.sessions));
    submitted = 0;
}

/** Counts an operation. @return the fault that it meets */
static enum hosted_cipher_fault next_operation(void)
{
    struct hosted_state *state = hosted_state();

    state->cipher.operations++;
    return state->cipher.fault_at != 0 && state->cipher.operations >= state->cipher.fault_at
               ? state->cipher.fault
               : HOSTED_CIPHER_GOOD;
}

static bool give_up(void)
{
    hosted_state()->cipher.is_given_up = true;
    return false;
}

const char *hal_cipher_name(void)
{
    const struct hosted_state *state = hosted_state();

    return state->cipher.is_absent || state->cipher.is_given_up ? NULL : HOSTED_CIPHER_NAME;
}

uint8_t *hal_cipher_buffer(enum hal_cipher_buffer which)
{
    return buffers[which == HAL_CIPHER_INPUT ? 0 : 1];
}

bool hal_cipher_open(const struct hal_cipher_key *key, uint32_t *session)
{
    struct hosted_state *state = hosted_state();

    if (submitted != 0) {
        hosted_guard("%s: requests are worked on", __func__);
    }
    if (hal_cipher_name() == NULL ||
        (next_operation() != HOSTED_CIPHER_GOOD && state->cipher.fault != HOSTED_CIPHER_LIES)) {
        return give_up();
    }
    for (uint32_t i = 0; i < HOSTED_CIPHER_SESSIONS; i++) {
        if (!state->cipher.sessions[i].is_open) {
            state->cipher.sessions[i] =
                (struct hosted_cipher_session){.is_open = true, .key = *key};
            *session = i;
            return true;
        }
    }
    return give_up();
}

/** The session, which must be there. */
static struct hosted_cipher_session *find(uint32_t session)
{
    struct hosted_state *state = hosted_state();

    if (session >= HOSTED_CIPHER_SESSIONS || !state->cipher.sessions[session].is_open) {
        hosted_guard("cipher engine: no session %u", session);
    }
    return &state->cipher.sessions[session];
}

bool hal_cipher_close(uint32_t session)
{
    if (hal_cipher_name() == NULL) {
        return false;
    }
    memset(find(session), 0, sizeof(struct hosted_cipher_session));
    return true;
}

/** Whether [bytes, bytes + length) lies in one of the buffers. */
static bool is_inside(const uint8_t *bytes, uint32_t length)
{
    for (uint32_t i = 0; i < 2; i++) {
        const uintptr_t offset = (uintptr_t)bytes - (uintptr_t)buffers[i];
        if (offset <= HAL_CIPHER_BUFFER_BYTES && length <= HAL_CIPHER_BUFFER_BYTES - offset) {
            return true;
        }
    }
    return false;
}

static void check(const struct hal_cipher_request *request)
{
    if (request->length == 0 || request->length % HAL_CIPHER_BLOCK_BYTES != 0 ||
        !is_inside(request->source, request->length) ||
        !is_inside(request->destination, request->length)) {
        hosted_guard("cipher engine: a request with bad buffers");
    }
}

void hal_cipher_submit(const struct hal_cipher_request *requests, uint32_t count)
{
    if (count == 0 || count > HAL_CIPHER_REQUESTS || submitted != 0) {
        hosted_guard("%s: %u requests while %u are worked on", __func__, count, submitted);
    }
    for (submitted = 0; submitted < count; submitted++) {
        taken[submitted] = requests[submitted];
        check(&taken[submitted]);
        if (requests[submitted].destination != requests[submitted].source) {
            memset(requests[submitted].destination, GARBAGE, requests[submitted].length);
        }
    }
}

static void work(const struct hal_cipher_request *request)
{
    const struct hosted_cipher_session *session = find(request->session);
    const EVP_CIPHER *cipher =
        session->key.algorithm == HAL_CIPHER_AES_128_XTS ? EVP_aes_128_xts() : EVP_aes_128_ctr();
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int done = 0;

    if (context == NULL ||
        EVP_CipherInit_ex(context, cipher, NULL, session->key.bytes, request->iv,
                          session->key.encrypt ? 1 : 0) != 1 ||
        EVP_CipherUpdate(context, request->destination, &done, request->source,
                         (int)request->length) != 1 ||
        done != (int)request->length) {
        hosted_guard("cipher engine: OpenSSL refuses a request");
    }
    EVP_CIPHER_CTX_free(context);
}

bool hal_cipher_finish(void)
{
    const enum hosted_cipher_fault fault = next_operation();
    const uint32_t count = submitted;
    const struct hal_cipher_request *last = &taken[count - 1];

    if (count == 0) {
        hosted_guard("%s: nothing was submitted", __func__);
    }
    submitted = 0;
    if (hal_cipher_name() == NULL || fault == HOSTED_CIPHER_HANGS) {
        return give_up();
    }
    for (uint32_t i = 0; i < count; i++) {
        work(&taken[i]);
    }
    if (fault == HOSTED_CIPHER_FAILS) {
        memset(last->destination, GARBAGE, last->length); /* The others are done. */
        return give_up();
    }
    if (fault == HOSTED_CIPHER_LIES) {
        last->destination[last->length - 1] ^= 1;
    }
    return true;
}
