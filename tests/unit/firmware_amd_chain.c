/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chains of AMD certificates (firmware_amd_chain.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/bn.h>
#include <openssl/rsa.h>

#include "abi/fuses.h"
#include "firmware/platform/amd_certificate.h"
#include "firmware/platform/chip.h"

#include "tests/unit/firmware_amd_chain.h"
#include "tests/unit/firmware_board.h"

struct vendor vendors[VENDORS] = {{.bits = 2048}, {.bits = 4096}};

uint32_t half(const struct chain *chain)
{
    return AMD_CERTIFICATE_BYTES(chain->bits);
}

uint8_t *ask_of(struct chain *chain)
{
    return chain->amd;
}

uint8_t *ark_of(struct chain *chain)
{
    return chain->amd + half(chain);
}

static void reverse(uint8_t *to, const uint8_t *from, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        to[i] = from[length - 1 - i];
    }
}

/** RSASSA-PSS with the hash that goes with the key's size; the signature is little-endian. */
static void sign(EVP_PKEY *key, const void *data, size_t length, uint8_t *signature)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *settings = NULL;
    uint8_t big_endian[512];
    size_t bytes = sizeof(big_endian);
    const EVP_MD *hash = EVP_PKEY_get_bits(key) == 2048 ? EVP_sha256() : EVP_sha384();

    assert_int_equal(EVP_DigestSignInit(context, &settings, hash, NULL, key), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST), 1);
    assert_int_equal(EVP_DigestSign(context, big_endian, &bytes, data, length), 1);
    reverse(signature, big_endian, bytes);
    EVP_MD_CTX_free(context);
}

void sign_amd(EVP_PKEY *key, uint8_t *certificate, uint32_t bits)
{
    const size_t length = AMD_CERTIFICATE_SIGNED_BYTES(bits);

    sign(key, certificate, length, certificate + length);
}

static void make_amd(const struct vendor *vendor, EVP_PKEY *key, uint32_t usage, uint8_t *to)
{
    const size_t bytes = vendor->bits / 8;
    struct amd_certificate_header header = {
        .version = 1,
        .key_usage = usage,
        .exponent_bits = vendor->bits,
        .modulus_bits = vendor->bits,
    };
    uint8_t modulus[512];
    BIGNUM *number = NULL;

    memset(header.certifying_id, 0xA1, sizeof(header.certifying_id));
    memset(header.key_id, usage == SEV_USAGE_ARK ? 0xA1 : 0xA2, sizeof(header.key_id));
    memcpy(to, &header, sizeof(header));
    memset(to + sizeof(header), 0, bytes);
    to[sizeof(header)] = 1;
    to[sizeof(header) + 2] = 1; /* 65537 */
    assert_int_equal(EVP_PKEY_get_bn_param(key, "n", &number), 1);
    assert_int_equal(BN_bn2binpad(number, modulus, (int)bytes), (int)bytes);
    BN_free(number);
    reverse(to + sizeof(header) + bytes, modulus, bytes);
    sign_amd(vendor->ark, to, vendor->bits);
}

void sign_cek(const struct vendor *vendor, struct sev_certificate *cek, uint32_t slot)
{
    cek->slots[slot].usage = SEV_USAGE_ASK;
    cek->slots[slot].algorithm =
        vendor->bits == 2048 ? SEV_ALGORITHM_RSA_SHA256 : SEV_ALGORITHM_RSA_SHA384;
    sign(vendor->ask, cek, SEV_CERTIFICATE_SIGNED_BYTES, cek->slots[slot].signature.rsa);
}

void trust(const struct chain *chain)
{
    uint8_t hash[32];

    assert_int_equal(EVP_Digest(chain->amd + half(chain), AMD_CERTIFICATE_SIGNED_BYTES(chain->bits),
                                hash, NULL, EVP_sha256(), NULL),
                     1);
    memcpy(hosted_fuses()->ark_hash, hash, sizeof(hash));
    assert_null(chip_start(0));
}

enum sev_status verify(const struct chain *chain)
{
    assert_true(amd_chain_fits(chain->amd, 2 * half(chain)));
    return amd_chain_verify(chain->amd, 2 * half(chain), &chain->cek);
}

int make_vendors(void **state)
{
    (void)board_boot(state);
    for (size_t i = 0; i < VENDORS; i++) {
        struct vendor *vendor = &vendors[i];
        struct chain *good = &vendor->good;

        vendor->ark = EVP_RSA_gen(vendor->bits);
        vendor->ask = EVP_RSA_gen(vendor->bits);
        good->bits = vendor->bits;
        make_amd(vendor, vendor->ask, SEV_USAGE_ASK, ask_of(good));
        make_amd(vendor, vendor->ark, SEV_USAGE_ARK, ark_of(good));
        chip_cek_certificate(&good->cek);
        sign_cek(vendor, &good->cek, 0);
    }
    return 0;
}

int free_vendors(void **state)
{
    (void)state;
    for (size_t i = 0; i < VENDORS; i++) {
        EVP_PKEY_free(vendors[i].ark);
        EVP_PKEY_free(vendors[i].ask);
    }
    return 0;
}
