/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The disk of a virtual machine (disk.h).
 */
#include "host/emulator/disk.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#define NONCE_BYTES 12
#define TAG_BYTES 16
#define TAG_OFFSET 12u
#define LENGTH_OFFSET 28u
#define TEXT_OFFSET 32u

static const char label[] = "disk of a virtual machine\n";
static const char text[] = "only who has the owner's secret reads this";

bool disk_make(uint8_t *disk, const uint8_t *secret)
{
    uint8_t *sector = disk + GUEST_SECTOR_BYTES;
    const uint32_t length = sizeof text - 1;
    int done = 0;
    memset(disk, 0, DISK_BYTES);
    memcpy(disk, label, sizeof label);
    memcpy(sector + LENGTH_OFFSET, &length, sizeof length);
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    const bool good =
        cipher != NULL && RAND_bytes(sector, NONCE_BYTES) == 1 &&
        EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, secret, sector) == 1 &&
        EVP_EncryptUpdate(cipher, sector + TEXT_OFFSET, &done, (const uint8_t *)text,
                          (int)length) == 1 &&
        EVP_EncryptFinal_ex(cipher, sector + TEXT_OFFSET + done, &done) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, sector + TAG_OFFSET) == 1;
    EVP_CIPHER_CTX_free(cipher);
    return good;
}
