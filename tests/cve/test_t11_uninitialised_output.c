/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T11, T12: an output has the length that is needed, not the one that was given, and every byte of it
 * was put there on purpose: nothing of earlier commands shows (CVE-2023-31346, CVE-2021-26404).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_checks.h"
#include "firmware/command_table.h"

#include "tests/unit/firmware_sample.h"

#define FILL 0xC7
#define MARGIN 0x200u

static bool is_output(const struct sample *sample, uint32_t buffer)
{
    return sample->row->buffers[buffer].direction == COMMAND_OUT;
}

static void check_length(struct sample *sample)
{
    const struct sample before = *sample;

    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        if (is_output(sample, i)) {
            const uint32_t length = sample_length(sample, i);
            const uint32_t larger = length + MARGIN;
            memset(board_dram(sample_address(sample, i)) - MARGIN, FILL, length + 2 * MARGIN);
            if (command_is_query(&sample->row->buffers[i])) {
                memcpy(sample->parameters + sample->row->buffers[i].length_offset, &larger, 4);
            }
        }
    }
    assert_int_equal(sample_run(sample), sample->expected);
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        if (is_output(&before, i)) {
            const uint8_t *output = board_dram(sample_address(&before, i));
            const uint32_t length = sample_length(&before, i);
            for (uint32_t b = 1; b <= MARGIN; b++) {
                assert_int_equal(*(output - b), FILL);
                assert_int_equal(output[length + b - 1], FILL);
            }
            if (command_is_query(&before.row->buffers[i])) {
                assert_memory_equal(sample->parameters + before.row->buffers[i].length_offset,
                                    before.parameters + before.row->buffers[i].length_offset, 4);
            }
        }
    }
}

static void larger_buffers_stay_untouched_behind_the_output(void **state)
{
    (void)state;
    sample_for_each(check_length);
}

/** Leaves traces in the firmware's private copies: a secret packet that is refused, full of FILL. */
static void dirty_the_staging(uint32_t handle)
{
    static uint8_t junk[SEV_PACKET_MAX];
    struct sev_packet_header header;
    struct sev_pek_cert_import import = {.pek_cert_paddr = BOARD_BUFFER(5),
                                         .pek_cert_length = 0x824,
                                         .oca_cert_paddr = BOARD_BUFFER(5) + 0x1000,
                                         .oca_cert_length = 0x824};

    memset(junk, FILL, sizeof(junk));
    memset(&header, 0, sizeof(header));
    memset(header.mac, FILL, sizeof(header.mac));
    (void)flow_inject(handle, &header, junk, sizeof(junk), SAMPLE_PAGE);
    (void)board_command(SEV_COMMAND_PEK_CERT_IMPORT, &import, sizeof(import));
}

/**
 * Runs a command twice from the same state with the same random numbers, once after commands that
 * leave traces. Any difference is something that the firmware did not initialise.
 */
static void assert_output_is_reproducible(uint32_t id)
{
    static uint8_t outputs[2][0x10000];
    static struct sample sample;

    for (int run = 0; run < 2; run++) {
        size_t used = 0;
        sample_prepare(&sample, command_table_find(id));
        const struct sample before = sample;
        if (run == 1) {
            dirty_the_staging(sample.handle);
        }
        for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
            if (is_output(&sample, i)) {
                memset(board_dram(sample_address(&sample, i)), run == 0 ? 0x00 : FILL,
                       sample_length(&sample, i));
            }
        }
        assert_int_equal(sample_run(&sample), sample.expected);
        memset(outputs[run], 0, sizeof(outputs[run]));
        for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
            if (is_output(&before, i)) {
                memcpy(outputs[run] + used, board_dram(sample_address(&before, i)),
                       sample_length(&before, i));
                used += sample_length(&before, i);
            }
        }
        assert_true(used > 0);
    }
    assert_memory_equal(outputs[0], outputs[1], sizeof(outputs[0]));
}

static void outputs_do_not_depend_on_what_was_there(void **state)
{
    (void)state;
    assert_output_is_reproducible(SEV_COMMAND_PEK_CSR);
    assert_output_is_reproducible(SEV_COMMAND_PDH_CERT_EXPORT);
    assert_output_is_reproducible(SEV_COMMAND_GET_ID);
    assert_output_is_reproducible(SEV_COMMAND_SWAP_OUT);
}

static void reserved_bytes_of_outputs_are_zero(void **state)
{
    struct sev_platform_status status;
    struct board_certificates certificates;
    static struct sample sample;
    const struct sev_attestation_report *report;

    (void)state;
    (void)board_boot_init(NULL);
    memset(board_dram(BOARD_PARAMETERS), FILL, sizeof(status));
    status = board_status();
    assert_int_equal(status.reserved, 0);
    assert_int_equal(status.config & ~SEV_STATUS_CONFIG_ES, 0);
    assert_int_equal(status.owner & ~SEV_STATUS_OWNER_EXTERNAL, 0);
    board_export(&certificates);
    for (size_t i = 0; i < sizeof(certificates.pdh.public_key.ecc.zero); i++) {
        assert_int_equal(certificates.pdh.public_key.ecc.zero[i], 0);
        assert_int_equal(certificates.chain.pek.public_key.ecc.zero[i], 0);
    }
    assert_int_equal(certificates.pdh.reserved[0] | certificates.pdh.reserved[1], 0);
    sample_prepare(&sample, command_table_find(SEV_COMMAND_ATTESTATION));
    report =
        (const struct sev_attestation_report *)(const void *)board_dram(sample_address(&sample, 0));
    assert_int_equal(sample_run(&sample), SEV_STATUS_SUCCESS);
    assert_int_equal(report->reserved, 0);
    for (size_t i = 48; i < 72; i++) {
        assert_int_equal(report->signature_r[i] | report->signature_s[i], 0);
    }
}

/** Linux's old ioctl always passes 128 bytes for the ID of a machine with one socket (4.12). */
static void id_of_one_socket_has_64_bytes(void **state)
{
    struct sev_get_id parameters = {.id_paddr = BOARD_BUFFER(0), .id_length = 128};

    (void)state;
    (void)board_boot_init(NULL);
    memset(board_dram(BOARD_BUFFER(0)), FILL, 128);
    assert_int_equal(board_command(SEV_COMMAND_GET_ID, &parameters, sizeof(parameters)),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(parameters.id_length, 64);
    for (size_t i = 64; i < 128; i++) {
        assert_int_equal(board_dram(BOARD_BUFFER(0))[i], FILL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(larger_buffers_stay_untouched_behind_the_output),
        cmocka_unit_test(outputs_do_not_depend_on_what_was_there),
        cmocka_unit_test(reserved_bytes_of_outputs_are_zero),
        cmocka_unit_test(id_of_one_socket_has_64_bytes),
    };

    return cmocka_run_group_tests_name("T11, T12 uninitialised output", tests, NULL, NULL);
}
