/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-384: the curve, the random source, and public keys (SP 800-56A section 5.6.2.3.4).
 */
#include "crypto/p384.h"

#include <string.h>

#include "crypto/p384_internal.h"
#include "crypto/random.h"

#define UNCOMPRESSED_POINT 0x04u /* First byte of a point in the form of SEC 1, section 2.3.3. */
#define POINT_BYTES (1u + 2u * CRYPTO_P384_BYTES)

_Static_assert(sizeof(struct crypto_p384_public) == POINT_BYTES - 1u, "x and y without a gap");

static int fill_random(void *context, unsigned char *output, size_t length)
{
    (void)context;
    return crypto_random(output, length) ? 0 : MBEDTLS_ERR_ECP_RANDOM_FAILED;
}

const struct p384_random p384_system_random = {.fill = fill_random};

int p384_load(mbedtls_ecp_group *group)
{
    mbedtls_ecp_group_init(group);
    return mbedtls_ecp_group_load(group, MBEDTLS_ECP_DP_SECP384R1);
}

int p384_read_public(const mbedtls_ecp_group *group, const struct crypto_p384_public *public_key,
                     mbedtls_ecp_point *point)
{
    uint8_t bytes[POINT_BYTES] = {UNCOMPRESSED_POINT};
    memcpy(&bytes[1], public_key, sizeof(*public_key));
    const int result = mbedtls_ecp_point_read_binary(group, point, bytes, sizeof(bytes));
    return result != 0 ? result : mbedtls_ecp_check_pubkey(group, point);
}

int p384_write_public(const mbedtls_ecp_group *group, const mbedtls_ecp_point *point,
                      struct crypto_p384_public *public_key)
{
    uint8_t bytes[POINT_BYTES];
    size_t length = 0;
    const int result = mbedtls_ecp_point_write_binary(group, point, MBEDTLS_ECP_PF_UNCOMPRESSED,
                                                      &length, bytes, sizeof(bytes));
    if (result != 0 || length != sizeof(bytes)) {
        return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
    }
    memcpy(public_key, &bytes[1], sizeof(*public_key));
    return 0;
}

bool crypto_p384_is_valid(const struct crypto_p384_public *public_key)
{
    mbedtls_ecp_group group;
    mbedtls_ecp_point point;
    mbedtls_ecp_point_init(&point);
    const bool valid = p384_load(&group) == 0 && p384_read_public(&group, public_key, &point) == 0;
    mbedtls_ecp_point_free(&point);
    mbedtls_ecp_group_free(&group);
    return valid;
}
