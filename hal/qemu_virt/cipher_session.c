/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions of the virtio-crypto device (cipher_session.h; virtio 1.2, section 5.9.7.2).
 */
#include "hal/qemu_virt/cipher_session.h"

#include <string.h>

#include "crypto/secret.h"
#include "hal/qemu_virt/cipher_device.h"

#define AES_128_KEY_BYTES 16u
#define SESSIONS 256u /* As many does QEMU hold at once, by numbers from 0 on. */

static const struct {
    uint32_t number;
    uint32_t key_bytes;
} algorithms[] = {
    [HAL_CIPHER_AES_128_CTR] = {CIPHER_ALGORITHM_AES_CTR, AES_128_KEY_BYTES},
    [HAL_CIPHER_AES_128_XTS] = {CIPHER_ALGORITHM_AES_XTS, 2 * AES_128_KEY_BYTES},
};

/** Gives the device a request and waits for its answer. */
static bool exchange(uint32_t request_bytes, void *answer, uint32_t answer_bytes)
{
    const struct cipher_part parts[] = {
        {.address = &cipher_area()->control, .length = request_bytes},
        {.address = answer, .length = answer_bytes, .write = true},
    };

    cipher_device_add(CIPHER_CONTROL_QUEUE, 0, parts, sizeof parts / sizeof parts[0]);
    cipher_device_notify(CIPHER_CONTROL_QUEUE);
    return cipher_device_wait(CIPHER_CONTROL_QUEUE);
}

bool cipher_session_open(const struct hal_cipher_key *key, uint32_t *session)
{
    struct cipher_area *area = cipher_area();
    const uint32_t algorithm = algorithms[key->algorithm].number;
    const uint32_t key_bytes = algorithms[key->algorithm].key_bytes;
    bool answered;

    area->control.create.head = (struct cipher_create_head){
        .operation = CIPHER_CREATE_SESSION,
        .algorithm = algorithm,
        .session_algorithm = algorithm,
        .key_bytes = key_bytes,
        .direction = key->encrypt ? CIPHER_DIRECTION_ENCRYPT : CIPHER_DIRECTION_DECRYPT,
        .type = CIPHER_TYPE_CIPHER,
    };
    memcpy(area->control.create.key, key->bytes, key_bytes);
    area->created = (struct cipher_create_answer){.status = CIPHER_NO_ANSWER};
    answered = exchange((uint32_t)sizeof area->control.create.head + key_bytes, &area->created,
                        sizeof area->created);
    crypto_wipe(area->control.create.key, sizeof area->control.create.key);
    *session = (uint32_t)area->created.session;
    return answered && area->created.status == CIPHER_OK && area->created.session < SESSIONS;
}

bool cipher_session_close(uint32_t session)
{
    struct cipher_area *area = cipher_area();

    area->control.destroy = (struct cipher_destroy_head){
        .operation = CIPHER_DESTROY_SESSION,
        .session = session,
    };
    area->destroyed = CIPHER_NO_ANSWER;
    return exchange(sizeof area->control.destroy, &area->destroyed, sizeof area->destroyed) &&
           area->destroyed == CIPHER_OK;
}

bool cipher_session_close_all(void)
{
    static const struct hal_cipher_key nothing = {.algorithm = HAL_CIPHER_AES_128_CTR,
                                                  .encrypt = true};
    uint32_t session;
    uint32_t opened = 0;
    bool ok = true;

    /* Versions of QEMU end at the destruction of a session that is not there: so all of them are. */
    while (opened < SESSIONS && cipher_session_open(&nothing, &session)) {
        opened++;
    }
    for (session = 0; ok && session < SESSIONS; session++) {
        ok = cipher_session_close(session);
    }
    return ok;
}
