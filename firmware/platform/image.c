/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Acceptance of a signed firmware image (abi/image.h), for the boot ROM and for DOWNLOAD_FIRMWARE.
 */
#include "firmware/platform/image.h"

#include <stdbool.h>
#include <stddef.h>

#include "crypto/rsa.h"
#include "crypto/secret.h"
#include "crypto/sha2.h"

#define ENTRY_THUMB 1u
#define ENTRY_ALIGNMENT_MASK 3u
#define ENTRY_UNALIGNED 2u

_Static_assert(CRYPTO_SHA384_BYTES == IMAGE_HASH_BYTES, "all hashes of an image are SHA-384");

/** What the checks look at. */
struct image {
    const struct image_header *header;
    const struct fuses *fuses;
    const void *body;
};

/** One check and what it means to fail it. */
struct check {
    enum image_refusal refusal;
    bool (*holds)(const struct image *image);
};

static bool fuses_hold(const struct image *image)
{
    static const uint8_t no_secret[sizeof(image->fuses->chip_secret)];
    const struct fuses *fuses = image->fuses;

    return fuses->magic == FUSES_MAGIC && fuses->life_cycle == FUSES_LIFE_CYCLE_PRODUCTION &&
           !crypto_equal(fuses->chip_secret, no_secret, sizeof(no_secret));
}

static bool format_holds(const struct image *image)
{
    const struct image_header *header = image->header;

    return header->magic == IMAGE_MAGIC && header->version == IMAGE_VERSION &&
           header->load_address == IMAGE_LOAD_ADDRESS;
}

static bool size_holds(const struct image *image)
{
    uint32_t bytes = image->header->body_bytes;

    return bytes != 0 && bytes <= IMAGE_BODY_MAX && bytes % sizeof(uint32_t) == 0;
}

static bool entry_holds(const struct image *image)
{
    const struct image_header *header = image->header;
    uint32_t offset = (header->entry & ~ENTRY_THUMB) - IMAGE_LOAD_ADDRESS;

    return offset < header->body_bytes && (header->entry & ENTRY_ALIGNMENT_MASK) != ENTRY_UNALIGNED;
}

static bool root_holds(const struct image *image)
{
    uint8_t hash[CRYPTO_SHA384_BYTES];

    crypto_sha384(&image->header->root_key, sizeof(image->header->root_key), hash);
    return crypto_equal(hash, image->fuses->firmware_root_hash, sizeof(hash));
}

/** Whether @p signature is @p key's over the bytes from @p start up to the signature. */
static bool is_signed(const struct image_public_key *key, const void *start,
                      const uint8_t signature[IMAGE_RSA_BYTES])
{
    uint8_t hash[CRYPTO_SHA384_BYTES];

    crypto_sha384(start, (size_t)(signature - (const uint8_t *)start), hash);
    return crypto_rsa_pss_verify(CRYPTO_RSA_SHA384, key->modulus, IMAGE_RSA_BYTES, key->exponent,
                                 hash, signature);
}

static bool key_certificate_holds(const struct image *image)
{
    const struct image_key_certificate *certificate = &image->header->signing_key;

    return certificate->usage == IMAGE_KEY_USAGE_FIRMWARE &&
           is_signed(&image->header->root_key, certificate, certificate->signature);
}

static bool signature_holds(const struct image *image)
{
    const struct image_header *header = image->header;

    return is_signed(&header->signing_key.key, header, header->signature);
}

static bool security_version_holds(const struct image *image)
{
    const struct image_header *header = image->header;

    return header->security_version >= image->fuses->minimum_security_version &&
           header->security_version >= header->signing_key.minimum_security_version;
}

static bool body_holds(const struct image *image)
{
    uint8_t hash[CRYPTO_SHA384_BYTES];

    crypto_sha384(image->body, image->header->body_bytes, hash);
    return crypto_equal(hash, image->header->body_sha384, sizeof(hash));
}

/* In an order in which each check relies only on what those before it have established. */
static const struct check header_checks[] = {
    {IMAGE_REFUSAL_BAD_FUSES, fuses_hold},
    {IMAGE_REFUSAL_BAD_HEADER, format_holds},
    {IMAGE_REFUSAL_BAD_SIZE, size_holds},
    {IMAGE_REFUSAL_BAD_HEADER, entry_holds},
    {IMAGE_REFUSAL_WRONG_ROOT, root_holds},
    {IMAGE_REFUSAL_BAD_KEY_CERTIFICATE, key_certificate_holds},
    {IMAGE_REFUSAL_BAD_SIGNATURE, signature_holds},
    {IMAGE_REFUSAL_BAD_SECURITY_VERSION, security_version_holds},
};

static const struct check body_checks[] = {
    {IMAGE_REFUSAL_BAD_BODY, body_holds},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
_Static_assert(COUNT(header_checks) == IMAGE_HEADER_CHECKS, "IMAGE_HEADER_ACCEPTED");
_Static_assert(COUNT(body_checks) == IMAGE_BODY_CHECKS, "IMAGE_BODY_ACCEPTED");

/**
 * Makes one check. Not inlined, and opaque to the compiler: two calls are two executions, and their
 * results are never assumed to be what a comparison just showed.
 */
__attribute__((noinline)) static uint32_t make_check(const struct check *check,
                                                     const struct image *image)
{
    uint32_t result = check->holds(image) ? IMAGE_CHECK_PASSED : 0;

    __asm__ volatile("" : "+r"(result) : : "memory");
    return result;
}

static struct image_verdict make_checks(const struct check *checks, size_t count,
                                        const struct image *image)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < count; i++) {
        uint32_t first = make_check(&checks[i], image);
        uint32_t second = make_check(&checks[i], image);

        sum += first + second;
        __asm__ volatile("" : "+r"(sum));
        if (first != IMAGE_CHECK_PASSED || second != IMAGE_CHECK_PASSED) {
            return (struct image_verdict){checks[i].refusal, 0};
        }
    }
    return (struct image_verdict){IMAGE_REFUSAL_NONE, sum};
}

struct image_verdict image_check_header(const struct image_header *header,
                                        const struct fuses *fuses)
{
    const struct image image = {.header = header, .fuses = fuses};

    return make_checks(header_checks, COUNT(header_checks), &image);
}

struct image_verdict image_check_body(const struct image_header *header, const void *body)
{
    const struct image image = {.header = header, .body = body};

    return make_checks(body_checks, COUNT(body_checks), &image);
}

const char *image_refusal_name(enum image_refusal refusal)
{
    static const char *const names[] = {
#define IMAGE_REFUSAL_NAME(name) [IMAGE_REFUSAL_##name] = #name,
        IMAGE_REFUSAL_LIST(IMAGE_REFUSAL_NAME)
#undef IMAGE_REFUSAL_NAME
    };

    return (size_t)refusal < COUNT(names) ? names[refusal] : "UNKNOWN";
}
