/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fuses of the Linux board.
 */
#include "hal/hosted/fuses.h"

#include <string.h>

#include "abi/snp_state.h"
#include "hal/fuses.h"
#include "hal/hosted/state.h"

/** Not AMD's: both texts say so to whoever finds them. Every test has the same chip. */
static const struct fuses test_fuses = {
    .magic = FUSES_MAGIC,
    .chip_secret = "virtasp TEST chip, not from AMD",
    .firmware_root_hash = "virtasp TEST: no firmware root, not AMD's",
    .ark_hash = "virtasp TEST: no ARK, not AMD's",
    .life_cycle = FUSES_LIFE_CYCLE_PRODUCTION,
    .minimum_security_version = 0,
    .product = SNP_PRODUCT_MILAN,
};

void hosted_fuses_reset(void)
{
    hosted_state()->system.fuses = test_fuses;
}

struct fuses *hosted_fuses(void)
{
    return &hosted_state()->system.fuses;
}

bool hal_fuses_read(struct fuses *fuses)
{
    *fuses = hosted_state()->system.fuses;
    if (fuses->magic != FUSES_MAGIC) {
        memset(fuses, 0, sizeof(*fuses));
        return false;
    }
    return true;
}
