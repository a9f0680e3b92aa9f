/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes everything that reads certificates from outside: SEV certificates, the ASK and ARK of
 * SEND_START. The first bytes of the input damage certificates that are good otherwise.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/p384.h"
#include "firmware/platform/amd_certificate.h"
#include "firmware/platform/certificate.h"

#include "tests/fuzz/input.h"
#include "tests/fuzz/machine.h"

#define CHANGES_MAX 8u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct crypto_p384_key key;
static struct sev_certificate good;

static void start(void)
{
    static bool started;

    if (!started) {
        machine_reset();
        if (!crypto_p384_generate(&key)) {
            abort();
        }
        certificate_make(&good, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256, &key.public_key);
        if (!certificate_sign(&good, 0, SEV_USAGE_OCA, &key)) {
            abort();
        }
        started = true;
    }
}

/** Changes bytes of a certificate. @return whether a byte that is signed, or a signature, changed */
static bool damage(struct input *input, struct sev_certificate *certificate)
{
    uint8_t *bytes = (uint8_t *)certificate;

    for (uint32_t i = input_below(input, CHANGES_MAX + 1u); i != 0; i--) {
        bytes[input_u32(input) % sizeof(*certificate)] ^= input_u8(input);
    }
    return memcmp(certificate, &good, offsetof(struct sev_certificate, slots[1])) != 0;
}

static void try_sev_certificate(struct input *input)
{
    struct sev_certificate certificate = good;
    struct crypto_p384_public found;
    const bool damaged = damage(input, &certificate);
    enum sev_status status;

    if (input_below(input, 4) == 3) { /* Not even its shape. */
        input_bytes(input, &certificate, sizeof(certificate));
    }
    if (certificate_public_key(&certificate, &found) && !crypto_p384_is_valid(&found)) {
        abort();
    }
    (void)certificate_is(&certificate, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256, &found);
    (void)certificate_slot_is_empty(&certificate, 0);
    (void)certificate_slot_is_empty(&certificate, 1);
    status = certificate_verify(&certificate, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256,
                                &key.public_key);
    if (status == SEV_STATUS_SUCCESS && damaged &&
        memcmp(&certificate, &good, SEV_CERTIFICATE_SIGNED_BYTES) != 0) {
        abort(); /* A forgery. */
    }
    (void)certificate_verify(&certificate, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA384,
                             &key.public_key);
}

static void try_amd_chain(struct input *input)
{
    static uint8_t chain[3200];
    static const uint32_t lengths[] = {1664, 3200};
    const uint32_t length = lengths[input_below(input, 2)];
    const uint32_t bits = length == 1664 ? 2048 : 4096;
    const struct amd_certificate_header header = {
        .version = 1, .exponent_bits = bits, .modulus_bits = bits};

    memset(chain, 0, sizeof(chain));
    for (uint32_t i = 0; i < 2; i++) {
        memcpy(chain + i * length / 2, &header, sizeof(header));
        chain[i * length / 2 + sizeof(header)] = 1; /* The exponent, 65537. */
        chain[i * length / 2 + sizeof(header) + 2] = 1;
        input_bytes(input, chain + i * length / 2 + 4, 32);
    }
    for (uint32_t i = input_below(input, 64); i != 0; i--) {
        chain[input_u32(input) % length] = input_u8(input);
    }
    if (amd_chain_fits(chain, length) &&
        amd_chain_verify(chain, length, &good) == SEV_STATUS_SUCCESS) {
        abort(); /* Nobody has the root's key. */
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {.data = data, .left = size};

    start();
    if (input_below(&input, 2) == 0) {
        try_sev_certificate(&input);
    } else {
        try_amd_chain(&input);
    }
    return 0;
}
