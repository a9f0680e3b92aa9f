/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identity of the chip (chip.h). Labels separate the keys that come from the one chip secret.
 */
#include "firmware/platform/chip.h"

#include <string.h>

#include "crypto/hmac.h"
#include "crypto/sha2.h"
#include "firmware/platform/certificate.h"
#include "firmware/platform/chip_key.h"
#include "firmware/platform/product.h"
#include "firmware/platform/tcb.h"
#include "hal/fuses.h"

#define LABEL_STORAGE "virtasp-persistent-data"
#define LABEL_SECOND_SOCKET "virtasp-second-socket-id"

static struct crypto_p384_key cek;
static uint8_t storage_key[32];
static uint8_t ark_hash[32];
static uint8_t ids[2][SEV_CHIP_ID_BYTES];

/** Derives the CEK (section 5.2). */
static bool derive_cek(const struct fuses *fuses)
{
    uint8_t seed[CRYPTO_P384_SEED_BYTES];
    bool ok;

    crypto_kdf(fuses->chip_secret, sizeof fuses->chip_secret, SEV_LABEL_CEK, NULL, 0, seed,
               sizeof seed);
    ok = crypto_p384_from_seed(seed, &cek);
    crypto_wipe(seed, sizeof seed);
    return ok;
}

/** Derives all that does not need the CEK to be checked. */
static void derive_rest(const struct fuses *fuses)
{
    crypto_kdf(fuses->chip_secret, sizeof fuses->chip_secret, LABEL_STORAGE, NULL, 0, storage_key,
               sizeof storage_key);
    crypto_kdf(fuses->chip_secret, sizeof fuses->chip_secret, LABEL_SECOND_SOCKET, NULL, 0, ids[1],
               sizeof ids[1]);
    memcpy(ark_hash, fuses->ark_hash, sizeof ark_hash);
    crypto_sha512(&cek.public_key, sizeof cek.public_key, ids[0]);
    for (uint32_t socket = 0; socket < sizeof ids / sizeof ids[0]; socket++) {
        memset(&ids[socket][product()->chip_id_bytes], 0,
               SEV_CHIP_ID_BYTES - product()->chip_id_bytes);
    }
}

const char *chip_start(uint32_t security_version)
{
    struct fuses fuses;
    const char *problem;

    if (!hal_fuses_read(&fuses)) {
        return "fuses";
    }
    problem = product_start(&fuses);
    if (problem == NULL && !derive_cek(&fuses)) {
        problem = "chip endorsement key";
    }
    if (problem == NULL) {
        tcb_start(security_version);
        derive_rest(&fuses);
        chip_key_start(&fuses);
    }
    crypto_wipe(&fuses, sizeof fuses);
    return problem;
}

const struct crypto_p384_key *chip_cek(void)
{
    return &cek;
}

void chip_cek_certificate(struct sev_certificate *certificate)
{
    certificate_make(certificate, SEV_USAGE_CEK, SEV_ALGORITHM_ECDSA_SHA256, &cek.public_key);
    certificate->api_major = SEV_CEK_API_MAJOR;
    certificate->api_minor = SEV_CEK_API_MINOR;
}

void chip_id(uint32_t socket, uint8_t id[SEV_CHIP_ID_BYTES])
{
    memcpy(id, ids[socket == 0 ? 0 : 1], SEV_CHIP_ID_BYTES);
}

const uint8_t *chip_storage_key(void)
{
    return storage_key;
}

const uint8_t *chip_ark_hash(void)
{
    return ark_hash;
}
