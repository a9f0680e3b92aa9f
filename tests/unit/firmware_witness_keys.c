/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attestation keys by the second implementation (firmware_witness_keys.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "firmware/platform/chip_key.h"

#include "tests/snp/chip_keys.h"
#include "tests/unit/firmware_board.h"
#include "tests/unit/firmware_witness_keys.h"

static const uint8_t provider_secret[] = "a cloud provider's secret";

static void vcek_stick(uint64_t tcb, struct witness_stick *stick)
{
    witness_vcek_stick(hosted_fuses()->chip_secret, tcb, stick);
}

static void vlek_stick(uint64_t tcb, struct witness_stick *stick)
{
    witness_vlek_stick(provider_secret, sizeof(provider_secret), tcb, stick);
}

void witness_keys_load_vlek(uint64_t tcb)
{
    const uint8_t iv[12] = {1};
    struct snp_wrapped_vlek wrapped;
    struct witness_stick stick;

    vlek_stick(tcb, &stick);
    witness_vlek_wrap(hosted_fuses()->chip_secret, &stick, iv, (uint8_t *)&wrapped);
    assert_int_equal(chip_vlek_load(&wrapped), SEV_STATUS_SUCCESS);
}

bool witness_keys_vcek_signed(const uint8_t report[WITNESS_REPORT_BYTES], uint64_t tcb)
{
    struct witness_stick stick;

    vcek_stick(tcb, &stick);
    EVP_PKEY *key = witness_vcek(&stick);
    const bool is_signed = witness_report_is_signed(report, key);
    EVP_PKEY_free(key);
    return is_signed;
}

bool witness_keys_vlek_signed(const uint8_t report[WITNESS_REPORT_BYTES], uint64_t tcb)
{
    struct witness_stick stick;

    vlek_stick(tcb, &stick);
    EVP_PKEY *key = witness_vlek(&stick);
    const bool is_signed = witness_report_is_signed(report, key);
    EVP_PKEY_free(key);
    return is_signed;
}

void witness_keys_vcek_root(uint64_t tcb, uint8_t root[32])
{
    struct witness_stick stick;

    vcek_stick(tcb, &stick);
    witness_guest_root(&stick, root);
}

void witness_keys_vlek_root(uint64_t tcb, uint8_t root[32])
{
    struct witness_stick stick;

    vlek_stick(tcb, &stick);
    witness_guest_root(&stick, root);
}
