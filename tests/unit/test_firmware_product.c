/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Products and TCB versions (firmware/platform/product.h, tcb.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/platform/chip.h"
#include "firmware/platform/product.h"
#include "firmware/platform/rollback.h"
#include "firmware/platform/tcb.h"

#include "tests/unit/firmware_board.h"

/** What the outside sees of a product. */
struct expected {
    uint32_t id;
    uint8_t family, model, stepping;
    uint32_t cpuid_eax;
    uint8_t api[2];
    uint8_t report_version;
    uint32_t chip_id_bytes;
    uint64_t tcb; /**< With security version 1. */
    unsigned snp_shift;
};

static const struct expected products[] = {
    {SNP_PRODUCT_ROME, 0x17, 0x31, 0, 0x00830F10, {0, 24}, 0, 64, 0, 0},
    {SNP_PRODUCT_MILAN, 0x19, 0x01, 0, 0x00A00F10, {1, 58}, 5, 64, 0xD318000000000004, 48},
    {SNP_PRODUCT_GENOA, 0x19, 0x11, 0, 0x00A10F10, {1, 58}, 5, 64, 0xD318000000000004, 48},
    {SNP_PRODUCT_TURIN, 0x1A, 0x02, 0, 0x00B00F20, {1, 58}, 5, 8, 0x4800000018000401, 24},
    {SNP_PRODUCT_VENICE, 0x1A, 0x50, 0, 0x00B50F00, {1, 58}, 5, 8, 0x4800000018000401, 24},
};

#define PRODUCTS (sizeof(products) / sizeof(products[0]))

/** Starts the chip as that product, with that report version in the fuses. */
static const char *become(uint32_t id, uint32_t report_version, uint32_t security_version)
{
    hosted_fuses()->product = id;
    hosted_fuses()->report_version = report_version;
    return chip_start(security_version);
}

/** Family, model and stepping of CPUID function 1, as AMD's manual composes them. */
static void check_cpuid(const struct product *is)
{
    const uint32_t eax = is->cpuid_eax;

    assert_int_equal(eax >> 8 & 0xF, 0xF); /* So the extended ones count. */
    assert_int_equal((eax >> 8 & 0xF) + (eax >> 20 & 0xFF), is->family);
    assert_int_equal((eax >> 12 & 0xF0) | (eax >> 4 & 0xF), is->model);
    assert_int_equal(eax & 0xF, is->stepping);
}

static void each_product_is_what_verifiers_know(void **state)
{
    (void)state;
    for (size_t i = 0; i < PRODUCTS; i++) {
        const struct expected *expected = &products[i];

        assert_null(become(expected->id, 0, 1));
        const struct product *is = product();

        assert_int_equal(is->id, expected->id);
        assert_int_equal(is->has_snp, expected->id != SNP_PRODUCT_ROME);
        assert_int_equal(is->family, expected->family);
        assert_int_equal(is->model, expected->model);
        assert_int_equal(is->stepping, expected->stepping);
        assert_int_equal(is->cpuid_eax, expected->cpuid_eax);
        check_cpuid(is);
        assert_int_equal(is->api_major, expected->api[0]);
        assert_int_equal(is->api_minor, expected->api[1]);
        assert_int_equal(is->report_version, expected->report_version);
        assert_int_equal(is->chip_id_bytes, expected->chip_id_bytes);
        assert_int_equal(tcb_current(), expected->tcb);
        assert_int_equal(tcb_of(1), expected->tcb);
    }
}

static void firmware_part_of_the_tcb_follows_the_security_version(void **state)
{
    static const struct {
        uint32_t security_version;
        uint8_t part;
    } cases[] = {{0, 23}, {1, 24}, {103, 126}, {104, 127}, {105, 127}, {UINT32_MAX, 127}};

    (void)state;
    for (size_t i = 1; i < PRODUCTS; i++) {
        for (size_t j = 0; j < sizeof(cases) / sizeof(cases[0]); j++) {
            const uint64_t mask = 0xFFull << products[i].snp_shift;

            assert_null(become(products[i].id, 0, cases[j].security_version));
            assert_int_equal(tcb_current(), (products[i].tcb & ~mask) |
                                                (uint64_t)cases[j].part << products[i].snp_shift);
        }
    }
    assert_null(become(SNP_PRODUCT_ROME, 0, 50));
    assert_int_equal(tcb_current(), 0);
}

static void fuses_choose_the_report_version(void **state)
{
    static const uint32_t versions[] = {2, 3, 5};

    (void)state;
    for (size_t i = 1; i < PRODUCTS; i++) {
        for (size_t j = 0; j < sizeof(versions) / sizeof(versions[0]); j++) {
            assert_null(become(products[i].id, versions[j], 0));
            assert_int_equal(product()->report_version, versions[j]);
        }
    }
}

static void unknown_fuses_stop_the_firmware(void **state)
{
    static const uint32_t versions[] = {1, 4, 6, 0x102, UINT32_MAX};

    (void)state;
    assert_string_equal(become(5, 0, 0), "fuses: unknown product");
    assert_string_equal(become(0x101, 0, 0), "fuses: unknown product");
    assert_string_equal(board_restart(), "fuses: unknown product");
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        assert_string_equal(become(SNP_PRODUCT_MILAN, versions[i], 0),
                            "fuses: unknown report version");
    }
    assert_string_equal(become(SNP_PRODUCT_ROME, 2, 0), "fuses: unknown report version");
    assert_null(become(SNP_PRODUCT_MILAN, 0, 0));
}

static void chip_ids_of_family_1a_have_eight_bytes(void **state)
{
    static const uint8_t zeros[SEV_CHIP_ID_BYTES];
    uint8_t whole[2][SEV_CHIP_ID_BYTES];

    (void)state;
    assert_null(become(SNP_PRODUCT_MILAN, 0, 0));
    for (uint32_t socket = 0; socket < 2; socket++) {
        chip_id(socket, whole[socket]);
        assert_memory_not_equal(&whole[socket][8], zeros, 56);
    }
    for (size_t i = 0; i < PRODUCTS; i++) {
        assert_null(become(products[i].id, 0, 0));
        for (uint32_t socket = 0; socket < 2; socket++) {
            const uint32_t bytes = products[i].chip_id_bytes;
            uint8_t id[SEV_CHIP_ID_BYTES];

            chip_id(socket, id);
            assert_memory_equal(id, whole[socket], bytes);
            assert_memory_equal(&id[bytes], zeros, sizeof(id) - bytes);
        }
    }
}

static void get_id_gives_what_reports_and_certificates_have(void **state)
{
    struct sev_get_id parameters = {.id_paddr = BOARD_BUFFER(0), .id_length = 64};
    uint8_t id[SEV_CHIP_ID_BYTES];

    (void)state;
    assert_null(become(SNP_PRODUCT_TURIN, 0, 0));
    chip_id(0, id);
    assert_int_equal(board_command(SEV_COMMAND_GET_ID, &parameters, sizeof(parameters)),
                     SEV_STATUS_SUCCESS);
    assert_memory_equal(board_dram(BOARD_BUFFER(0)), id, sizeof(id));
    assert_int_equal(id[8], 0);
}

static void tcb_versions_are_ordered_byte_by_byte(void **state)
{
    const uint64_t tcb = 0xD318000000000004;

    (void)state;
    assert_true(tcb_is_at_most(tcb, tcb));
    assert_true(tcb_is_at_most(0, tcb));
    for (unsigned part = 0; part < SNP_TCB_PARTS; part++) {
        const uint64_t one = 1ull << (8 * part);
        const uint64_t others = 0x0101010101010101ull & ~one;

        assert_true(tcb_is_at_most(tcb, tcb + one));
        assert_false(tcb_is_at_most(tcb + one, tcb));
        assert_false(tcb_is_at_most(tcb + one, tcb + others)); /* Whatever the others are. */
        assert_int_equal(tcb_lower_of(tcb + one, tcb + others), tcb);
        assert_int_equal(tcb_part(0x0807060504030201, part), part + 1);
    }
    assert_int_equal(tcb_lower_of(0xFF00FF00FF00FF00, 0x00FF00FF00FF00FF), 0);
}

static void chip_that_never_committed_counts_the_current_tcb(void **state)
{
    struct rollback_floor floor = {.security_version = 3};

    (void)state;
    assert_null(become(SNP_PRODUCT_MILAN, 0, 5));
    assert_null(rollback_start(5));
    assert_int_equal(rollback_committed_tcb(), 0xD31C000000000004);
    floor.tcb = tcb_of(3);
    assert_int_equal(rollback_commit(&floor), SEV_STATUS_SUCCESS);
    assert_int_equal(rollback_committed_tcb(), 0xD31A000000000004);
    assert_null(rollback_start(5));
    assert_int_equal(rollback_committed_tcb(), 0xD31A000000000004);
}

static void legacy_api_serves_with_the_version_of_the_product(void **state)
{
    (void)state;
    for (size_t i = 0; i < PRODUCTS; i++) {
        hosted_fuses()->product = products[i].id;
        assert_null(board_restart());
        assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
        const struct sev_platform_status status = board_status();

        assert_int_equal(status.api_major, products[i].api[0]);
        assert_int_equal(status.api_minor, products[i].api[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_product_is_what_verifiers_know, board_boot),
        cmocka_unit_test_setup(firmware_part_of_the_tcb_follows_the_security_version, board_boot),
        cmocka_unit_test_setup(fuses_choose_the_report_version, board_boot),
        cmocka_unit_test_setup(unknown_fuses_stop_the_firmware, board_boot),
        cmocka_unit_test_setup(chip_ids_of_family_1a_have_eight_bytes, board_boot),
        cmocka_unit_test_setup(get_id_gives_what_reports_and_certificates_have, board_boot),
        cmocka_unit_test_setup(tcb_versions_are_ordered_byte_by_byte, board_boot),
        cmocka_unit_test_setup(chip_that_never_committed_counts_the_current_tcb, board_boot),
        cmocka_unit_test_setup(legacy_api_serves_with_the_version_of_the_product, board_boot),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
