/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints what the firmware of a chip takes for its VCEK, for comparison with certificates; and, with
 * a wrapped hashstick, for its VLEK.
 *
 * usage: vcek FUSES SECURITY-VERSION TCB [WRAPPED-HASHSTICK]
 *
 * TCB is hexadecimal. The key is printed as an uncompressed point; "none" when the firmware has none.
 */
#include <stdio.h>
#include <stdlib.h>

#include "crypto/entropy.h"
#include "crypto/fatal.h"
#include "crypto/random.h"
#include "firmware/platform/chip.h"
#include "firmware/platform/chip_key.h"
#include "hal/hosted/hosted.h"

static bool read_file(const char *path, void *bytes, size_t length)
{
    FILE *file = fopen(path, "rb");
    const bool ok = file != NULL && fread(bytes, length, 1, file) == 1;

    if (file != NULL) {
        (void)fclose(file);
    }
    return ok;
}

static void print(const uint8_t number[CRYPTO_P384_BYTES])
{
    for (unsigned i = 0; i < CRYPTO_P384_BYTES; i++) {
        (void)printf("%02x", number[i]);
    }
}

int main(int argc, char **argv)
{
    struct snp_wrapped_vlek wrapped;
    const struct crypto_p384_key *key;

    if (argc < 4 || argc > 5) {
        (void)fprintf(stderr, "usage: vcek FUSES SECURITY-VERSION TCB [WRAPPED-HASHSTICK]\n");
        return 2;
    }
    hosted_reset();
    if (!read_file(argv[1], hosted_fuses(), sizeof(struct fuses)) || !crypto_random_start() ||
        chip_start((uint32_t)strtoul(argv[2], NULL, 10)) != NULL) {
        return 1;
    }
    const uint64_t tcb = strtoull(argv[3], NULL, 16);

    if (argc == 5) {
        if (!read_file(argv[4], &wrapped, sizeof wrapped) ||
            chip_vlek_load(&wrapped) != SEV_STATUS_SUCCESS) {
            return 1;
        }
        key = chip_vlek(tcb);
    } else {
        key = chip_vcek(tcb);
    }
    if (key == NULL) {
        (void)printf("none\n");
        return 0;
    }
    (void)printf("04");
    print(key->public_key.x);
    print(key->public_key.y);
    (void)printf("\n");
    return 0;
}
