/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cipher engine: QEMU's virtio-crypto device (virtio 1.2, section 5.9). It announces AES-CBC
 * only, and knows AES-CTR and AES-XTS all the same. A session decides between encryption and
 * decryption. crypto/cipher_engine.c compares what it computes with the CPU's results first.
 *
 * A request with a buffer that the device cannot reach "completes" without having been worked on: so
 * each status is set to something else before, and the buffers are these.
 */
#include "hal/cipher.h"

#include <string.h>

#include "hal/qemu_virt/cipher_device.h"
#include "hal/qemu_virt/cipher_session.h"

/** How many requests are worked on. */
static uint32_t submitted;

bool board_cipher_start(void)
{
    submitted = 0;
    if (cipher_device_start() && !cipher_session_close_all()) {
        cipher_device_stop();
    }
    return true; /* The firmware can do without. */
}

const char *hal_cipher_name(void)
{
    return cipher_device_runs() ? "virtio-crypto" : NULL;
}

uint8_t *hal_cipher_buffer(enum hal_cipher_buffer which)
{
    return which == HAL_CIPHER_INPUT ? (uint8_t *)BOARD_CIPHER_INPUT
                                     : (uint8_t *)BOARD_CIPHER_OUTPUT;
}

bool hal_cipher_open(const struct hal_cipher_key *key, uint32_t *session)
{
    if (cipher_device_runs() && !cipher_session_open(key, session)) {
        cipher_device_stop();
    }
    return cipher_device_runs();
}

bool hal_cipher_close(uint32_t session)
{
    if (cipher_device_runs() && !cipher_session_close(session)) {
        cipher_device_stop();
    }
    return cipher_device_runs();
}

void hal_cipher_submit(const struct hal_cipher_request *requests, uint32_t count)
{
    struct cipher_area *area = cipher_area();

    for (submitted = 0; submitted < count && submitted < HAL_CIPHER_REQUESTS; submitted++) {
        const struct hal_cipher_request *request = &requests[submitted];
        struct cipher_data_head *head = &area->heads[submitted];
        const struct cipher_part parts[CIPHER_DATA_DESCRIPTORS] = {
            {.address = head, .length = sizeof *head},
            {.address = request->source, .length = request->length},
            {.address = request->destination, .length = request->length, .write = true},
            {.address = &area->statuses[submitted], .length = 1, .write = true},
        };

        *head = (struct cipher_data_head){
            .operation = CIPHER_ENCRYPT,
            .session = request->session,
            .iv_bytes = sizeof head->iv,
            .source_bytes = request->length,
            .destination_bytes = request->length,
            .type = CIPHER_TYPE_CIPHER,
        };
        memcpy(head->iv, request->iv, sizeof head->iv);
        area->statuses[submitted] = CIPHER_NO_ANSWER;
        cipher_device_add(CIPHER_DATA_QUEUE, submitted * CIPHER_DATA_DESCRIPTORS, parts,
                          CIPHER_DATA_DESCRIPTORS);
    }
    cipher_device_notify(CIPHER_DATA_QUEUE);
}

bool hal_cipher_finish(void)
{
    bool ok = cipher_device_wait(CIPHER_DATA_QUEUE);

    for (uint32_t i = 0; ok && i < submitted; i++) {
        ok = cipher_area()->statuses[i] == CIPHER_OK;
    }
    submitted = 0;
    if (!ok) {
        cipher_device_stop();
    }
    return ok;
}
