/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T15: points that are not on P-384 are refused wherever a public key comes in; with one of them the
 * answers of ECDH would leak the PDH's private key (CVE-2019-9836, CVE-2021-26408).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_table.h"

#include "tests/unit/firmware_hex.h"
#include "tests/unit/firmware_sample.h"

/* p of P-384, and two numbers that a point cannot have. */
#define P                                                                                          \
    "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffff" \
    "ffff"
#define ALL_ONES                                                                                   \
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" \
    "ffff"
#define ZERO                                                                                       \
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" \
    "0000"
#define ONE                                                                                        \
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" \
    "0001"
/* x of 7 G; y of 11 G. */
#define X7                                                                                         \
    "283c1d7365ce4788f29f8ebf234edffead6fe997fbea5ffa2d58cc9dfa7b1c508b05526f55b9ebb2040f05b48fb6" \
    "d0e1"
#define Y11                                                                                        \
    "2e4c0c234e30ab96688505544ac5e0396fc4eed8dfc363fd43ff93f41b52a3255466d51263aaff357d5dba8138c5" \
    "e0bb"

static const struct {
    const char *x;
    const char *y;
} points[] = {
    {ZERO, ZERO}, {ZERO, ONE},          {ONE, ONE},     {X7, Y11},       {X7, ZERO}, {P, ZERO},
    {ZERO, P},    {ALL_ONES, ALL_ONES}, {X7, ALL_ONES}, {ALL_ONES, Y11}, {P, P},
};

#define COUNT (sizeof(points) / sizeof(points[0]))

static void reverse(uint8_t *to, const uint8_t *from)
{
    for (size_t i = 0; i < 48; i++) {
        to[i] = from[47 - i];
    }
}

/** Gives a certificate in DRAM another point. */
static void set_point(uint64_t paddr, size_t which)
{
    struct sev_certificate certificate;
    uint8_t number[48];

    memcpy(&certificate, board_dram(paddr), sizeof(certificate));
    hex(points[which].x, number, 48);
    reverse(certificate.public_key.ecc.qx, number);
    hex(points[which].y, number, 48);
    reverse(certificate.public_key.ecc.qy, number);
    memcpy(board_dram(paddr), &certificate, sizeof(certificate));
}

/** Every bad point in one certificate of a command. */
static void refuse_points(uint32_t id, uint32_t buffer)
{
    static struct sample sample;
    static uint8_t good[sizeof(struct sev_certificate)];

    sample_prepare(&sample, command_table_find(id));
    const uint64_t paddr = sample_address(&sample, buffer);
    const uint32_t guests = board_status().guest_count;
    memcpy(good, board_dram(paddr), sizeof(good));
    for (size_t i = 0; i < COUNT; i++) {
        set_point(paddr, i);
        assert_int_equal(sample_run(&sample), SEV_STATUS_INVALID_CERTIFICATE);
        assert_int_equal(board_status().guest_count, guests);
    }
    memcpy(board_dram(paddr), good, sizeof(good));
    assert_int_equal(sample_run(&sample), sample.expected);
}

static void owner_of_launch_start(void **state)
{
    (void)state;
    refuse_points(SEV_COMMAND_LAUNCH_START, 0);
}

static void origin_of_receive_start(void **state)
{
    (void)state;
    refuse_points(SEV_COMMAND_RECEIVE_START, 0);
}

static void target_of_send_start(void **state)
{
    (void)state;
    refuse_points(SEV_COMMAND_SEND_START, 0);
}

static void pek_of_import(void **state)
{
    (void)state;
    refuse_points(SEV_COMMAND_PEK_CERT_IMPORT, 0);
}

static void oca_of_import(void **state)
{
    (void)state;
    refuse_points(SEV_COMMAND_PEK_CERT_IMPORT, 1);
}

/** The refusals above are for points off the curve, not for unknown ones. */
static void negated_point_is_on_the_curve(void **state)
{
    static struct sample sample;
    struct sev_certificate certificate;
    uint8_t p[48];
    uint8_t negated[48];
    int borrow = 0;

    (void)state;
    sample_prepare(&sample, command_table_find(SEV_COMMAND_LAUNCH_START));
    memcpy(&certificate, board_dram(sample_address(&sample, 0)), sizeof(certificate));
    hex(P, negated, 48);
    reverse(p, negated);
    for (size_t i = 0; i < 48; i++) { /* p - y, little-endian. */
        const int digit = p[i] - certificate.public_key.ecc.qy[i] - borrow;
        borrow = digit < 0 ? 1 : 0;
        certificate.public_key.ecc.qy[i] = (uint8_t)digit;
    }
    memcpy(board_dram(sample_address(&sample, 0)), &certificate, sizeof(certificate));
    /* ECDH uses x alone, which is the same for both. */
    assert_int_equal(sample_run(&sample), SEV_STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(owner_of_launch_start), cmocka_unit_test(origin_of_receive_start),
        cmocka_unit_test(target_of_send_start),  cmocka_unit_test(pek_of_import),
        cmocka_unit_test(oca_of_import),         cmocka_unit_test(negated_point_is_on_the_curve),
    };

    return cmocka_run_group_tests_name("T15 invalid curve", tests, NULL, NULL);
}
