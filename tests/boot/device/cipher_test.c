/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of the cipher engine's driver, or that it notices that there is no engine. The known answer is
 * vector 2 of IEEE 1619-2007, annex B.
 */
#include "hal/cipher.h"

#include <string.h>

#include "hal/qemu_virt/board.h"
#include "tests/boot/device/test.h"

#define UNIT 0x3333333333u
#define UNIT_BYTES 32u
#define STARTS 20u /* With the sessions that are left each time, more than QEMU holds. */

static const uint8_t answer[UNIT_BYTES] = {
    0xc4, 0x54, 0x18, 0x5e, 0x6a, 0x16, 0x93, 0x6e, 0x39, 0x33, 0x40, 0x38, 0xac, 0xef, 0x83, 0x8b,
    0xfb, 0x18, 0x6f, 0xff, 0x74, 0x80, 0xad, 0xc4, 0x28, 0x93, 0x82, 0xec, 0xd6, 0xd3, 0x94, 0xf0,
};

static struct hal_cipher_key key_of(bool encrypt)
{
    struct hal_cipher_key key = {.algorithm = HAL_CIPHER_AES_128_XTS, .encrypt = encrypt};

    memset(key.bytes, 0x11, 16);
    memset(key.bytes + 16, 0x22, 16);
    return key;
}

/** A request for data unit @p unit, from the input's unit @p index to the output's. */
static struct hal_cipher_request request_of(uint32_t session, uint64_t unit, uint32_t index)
{
    struct hal_cipher_request request = {
        .session = session,
        .length = UNIT_BYTES,
        .source = hal_cipher_buffer(HAL_CIPHER_INPUT) + index * UNIT_BYTES,
        .destination = hal_cipher_buffer(HAL_CIPHER_OUTPUT) + index * UNIT_BYTES,
    };

    memcpy(request.iv, &unit, sizeof unit);
    return request;
}

static void test_known_answer(void)
{
    const struct hal_cipher_key encrypt = key_of(true);
    const struct hal_cipher_key decrypt = key_of(false);
    uint8_t *const input = hal_cipher_buffer(HAL_CIPHER_INPUT);
    const uint8_t *const output = hal_cipher_buffer(HAL_CIPHER_OUTPUT);
    struct hal_cipher_request request;
    uint32_t session = 0;
    bool done;

    memset(input, 0x44, UNIT_BYTES);
    done = hal_cipher_open(&encrypt, &session);
    request = request_of(session, UNIT, 0);
    hal_cipher_submit(&request, 1);
    done = hal_cipher_finish() && done && memcmp(output, answer, sizeof answer) == 0;
    test_report("the cipher engine encrypts", done && hal_cipher_close(session));

    memcpy(input, answer, sizeof answer);
    done = hal_cipher_open(&decrypt, &session);
    request = request_of(session, UNIT, 0);
    request.destination = input;
    hal_cipher_submit(&request, 1);
    done = hal_cipher_finish() && done && input[0] == 0x44 && input[UNIT_BYTES - 1] == 0x44;
    test_report("the cipher engine decrypts in place", done && hal_cipher_close(session));
}

/** As many requests as fit, often: each writes where it should, and only there. */
static void test_batches(void)
{
    const struct hal_cipher_key encrypt = key_of(true);
    const uint8_t *const output = hal_cipher_buffer(HAL_CIPHER_OUTPUT);
    struct hal_cipher_request requests[HAL_CIPHER_REQUESTS];
    uint32_t session = 0;
    bool done = hal_cipher_open(&encrypt, &session);

    memset(hal_cipher_buffer(HAL_CIPHER_INPUT), 0x44, HAL_CIPHER_REQUESTS * UNIT_BYTES);
    for (uint32_t round = 0; done && round < 100; round++) {
        const uint32_t right = round % HAL_CIPHER_REQUESTS;

        memset(hal_cipher_buffer(HAL_CIPHER_OUTPUT), 0, HAL_CIPHER_REQUESTS * UNIT_BYTES + 1);
        for (uint32_t i = 0; i < HAL_CIPHER_REQUESTS; i++) {
            requests[i] = request_of(session, i == right ? UNIT : i, i);
        }
        hal_cipher_submit(requests, HAL_CIPHER_REQUESTS);
        done = hal_cipher_finish() && output[HAL_CIPHER_REQUESTS * UNIT_BYTES] == 0;
        for (uint32_t i = 0; i < HAL_CIPHER_REQUESTS; i++) {
            done =
                done && (memcmp(output + i * UNIT_BYTES, answer, UNIT_BYTES) == 0) == (i == right);
        }
    }
    test_report("the cipher engine works on many requests at once", done);
    test_report("the cipher engine ends a session", hal_cipher_close(session));
}

/** Sessions of earlier runs, which nobody has ended. */
static void test_starts(void)
{
    const struct hal_cipher_key encrypt = key_of(true);
    uint32_t session;
    bool done = true;

    for (uint32_t start = 0; done && start < STARTS; start++) {
        done = board_cipher_start() && hal_cipher_name() != NULL;
        for (uint32_t i = 0; done && i < HAL_CIPHER_REQUESTS; i++) {
            done = hal_cipher_open(&encrypt, &session) && session == i;
        }
    }
    test_report("the cipher engine's start ends the sessions of earlier runs", done);
}

static void test_failure(void)
{
    const struct hal_cipher_key encrypt = key_of(true);
    struct hal_cipher_request request = request_of(255, UNIT, 0); /* No such session. */
    uint32_t session;

    hal_cipher_submit(&request, 1);
    test_report("the cipher engine's failure is noticed", !hal_cipher_finish());
    test_report("the cipher engine is given up then",
                hal_cipher_name() == NULL && !hal_cipher_open(&encrypt, &session));
    hal_cipher_submit(&request, 1);
    test_report("the cipher engine is not waited for then", !hal_cipher_finish());
}

void test_cipher(void)
{
    const struct hal_cipher_key encrypt = key_of(true);
    uint32_t session;

    if (hal_cipher_name() == NULL) {
        test_report("no cipher engine is found", !hal_cipher_open(&encrypt, &session));
        return;
    }
    test_known_answer();
    test_batches();
    test_starts();
    test_failure();
}
