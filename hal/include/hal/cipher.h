/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cipher engine beside the CPU, which encrypts and decrypts in buffers that it reaches by itself.
 * Optional: without one, or with one that does not do its work, the CPU does it all. Only
 * crypto/cipher_engine.c may call this.
 *
 * Its buffers are in memory that no x86 address leads to, but outside of secure RAM: whoever puts a
 * secret there wipes it.
 */
#ifndef HAL_CIPHER_H
#define HAL_CIPHER_H

#include <stdbool.h>
#include <stdint.h>

#define HAL_CIPHER_BUFFER_BYTES 0x10000u /**< Of each of the two buffers. */
#define HAL_CIPHER_REQUESTS 16u          /**< As many are worked on at once. */
#define HAL_CIPHER_BLOCK_BYTES 16u
#define HAL_CIPHER_KEY_BYTES 32u /**< Of the longest key. */

enum hal_cipher_algorithm {
    HAL_CIPHER_AES_128_CTR, /**< Key of 16 bytes; the IV is the first counter, big-endian. */
    HAL_CIPHER_AES_128_XTS, /**< Data key, tweak key; the IV is the data unit's number, little-endian. */
};

enum hal_cipher_buffer { HAL_CIPHER_INPUT, HAL_CIPHER_OUTPUT };

struct hal_cipher_key {
    enum hal_cipher_algorithm algorithm;
    bool encrypt;                        /**< Else it decrypts; CTR encrypts. */
    uint8_t bytes[HAL_CIPHER_KEY_BYTES]; /**< A shorter key is followed by zeros. */
};

/** One message of CTR, or one data unit of XTS, from its beginning on. */
struct hal_cipher_request {
    uint32_t session; /**< From hal_cipher_open(). */
    uint32_t length;  /**< In bytes, not 0, a multiple of HAL_CIPHER_BLOCK_BYTES. */
    const uint8_t *source;
    uint8_t *destination; /**< Both within one of the buffers; may be the source. */
    uint8_t iv[HAL_CIPHER_BLOCK_BYTES];
};

/**
 * @return the engine's name, short, in ASCII; NULL when the board has none, or has given it up
 *         because it failed. Known once the board has started; no session is open then.
 */
const char *hal_cipher_name(void);

/** @return HAL_CIPHER_BUFFER_BYTES, aligned to a page, also where there is no engine */
uint8_t *hal_cipher_buffer(enum hal_cipher_buffer which);

/**
 * Gives the engine a key. Only while no request is worked on.
 *
 * @param key           what is made of it elsewhere than in the engine is wiped
 * @param[out] session  names it; open until hal_cipher_close()
 * @return false when the engine refuses or does not answer in time: it is then given up
 */
bool hal_cipher_open(const struct hal_cipher_key *key, uint32_t *session)
    __attribute__((warn_unused_result));

/** Makes the engine forget a key. @return as hal_cipher_open() */
bool hal_cipher_close(uint32_t session) __attribute__((warn_unused_result));

/**
 * Hands requests to the engine and returns at once. Until hal_cipher_finish() sources must not
 * change, and what destinations hold means nothing.
 *
 * @param requests  @p count of them, copied
 * @param count     1..HAL_CIPHER_REQUESTS
 */
void hal_cipher_submit(const struct hal_cipher_request *requests, uint32_t count);

/**
 * Waits for the requests of the last hal_cipher_submit().
 *
 * @return false when one failed or was not done in time; no destination is to be believed, and the
 *         engine, which is given up, touches none of them any more
 */
bool hal_cipher_finish(void) __attribute__((warn_unused_result));

#endif
