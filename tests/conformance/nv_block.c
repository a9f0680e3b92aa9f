/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INIT_EX's block (nv_block.h).
 */
#include "tests/conformance/nv_block.h"

uint8_t *nv_block(void)
{
    return suite_at(suite.nv, SEV_NV_BYTES);
}

struct sev_init_ex nv_parameters(void)
{
    return (struct sev_init_ex){
        .length = sizeof(struct sev_init_ex),
        .nv_paddr = suite.nv,
        .nv_length = SEV_NV_BYTES,
    };
}

bool nv_block_is(uint8_t value, size_t from)
{
    for (size_t i = from; i < SEV_NV_BYTES; i++) {
        if (nv_block()[i] != value) {
            return false;
        }
    }
    return true;
}

size_t nv_record_bytes(void)
{
    size_t length = SEV_NV_BYTES;

    while (length > 0 && nv_block()[length - 1] == 0xFF) {
        length--;
    }
    return length;
}
