/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commits a security version on a chip (firmware/platform/rollback.h) that no board runs: there is no
 * command of SEV that does.
 *
 * usage: commit CHIP-DIRECTORY SECURITY-VERSION
 */
#include <stdio.h>
#include <stdlib.h>

#include "crypto/fatal.h"
#include "crypto/random.h"
#include "crypto/self_test.h"
#include "firmware/platform/chip.h"
#include "firmware/platform/rollback.h"
#include "hal/hosted/hosted.h"

_Noreturn void crypto_fatal(const char *what)
{
    (void)fprintf(stderr, "%s\n", what);
    abort();
}

int main(int argc, char **argv)
{
    char nv[512];
    char fuses[512];
    char error[512];
    const struct hosted_files files = {.nv = nv, .fuses = fuses};
    struct rollback_floor floor = {.security_version = 0};
    if (argc != 3) {
        (void)fprintf(stderr, "usage: commit CHIP-DIRECTORY SECURITY-VERSION\n");
        return 2;
    }
    (void)snprintf(nv, sizeof nv, "%s/nv.img", argv[1]);
    (void)snprintf(fuses, sizeof fuses, "%s/fuses.bin", argv[1]);
    floor.security_version = (uint32_t)strtoul(argv[2], NULL, 10);
    hosted_reset();
    if (!hosted_attach_files(&files, error, sizeof error)) {
        (void)fprintf(stderr, "%s\n", error);
        return 1;
    }
    crypto_start();
    return crypto_random_start() && chip_start(floor.security_version) == NULL &&
                   rollback_start(floor.security_version) == NULL &&
                   rollback_commit(&floor) == SEV_STATUS_SUCCESS
               ? 0
               : 1;
}
