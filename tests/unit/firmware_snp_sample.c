/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Examples of SEV-SNP's commands (firmware_snp_sample.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_table.h"

#include "tests/unit/firmware_snp_sample_steps.h"

void snp_sample_prepare(struct snp_sample *sample, const struct command_row *row)
{
    *sample = (struct snp_sample){.row = row, .expected = SEV_STATUS_SUCCESS};
    if (row->id == SNP_COMMAND_INIT_EX) {
        (void)snp_boot(NULL);
    } else {
        (void)pages_boot(NULL);
        pages_make_guest(SNP_SAMPLE_GUEST, SNP_ASID, SNP_SAMPLE_POLICY);
    }
    snp_sample_fill_in(sample);
    if (row->id == SNP_COMMAND_SHUTDOWN_EX) {
        board_wbinvd();
        assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    }
    memcpy(board_dram(BOARD_PARAMETERS), sample->parameters, row->size);
}

enum sev_status snp_sample_run(const struct snp_sample *sample)
{
    uint8_t parameters[sizeof sample->parameters];

    memcpy(parameters, sample->parameters, sizeof parameters);
    return board_command(sample->row->id, parameters, sample->row->size);
}

void snp_sample_for_each(void (*check)(struct snp_sample *sample))
{
    const struct command_row *row;
    struct snp_sample sample;

    for (size_t i = 0; (row = command_table_at(i)) != NULL; i++) {
        /* A file that is no image, DOWNLOAD_FIRMWARE's tests have; nothing depends on a page. */
        if (row->needs_snp && row->size != 0 && row->id != SNP_COMMAND_DOWNLOAD_FIRMWARE_EX) {
            snp_sample_prepare(&sample, row);
            check(&sample);
        }
    }
}

bool snp_sample_has(const struct snp_sample *sample, uint32_t buffer)
{
    const struct command_buffer *rule = &sample->row->buffers[buffer];

    return rule->direction != COMMAND_UNUSED && command_has_buffer(rule, sample->parameters);
}

uint64_t snp_sample_address(const struct snp_sample *sample, uint32_t buffer)
{
    uint64_t paddr;

    memcpy(&paddr, sample->parameters + sample->row->buffers[buffer].paddr_offset, sizeof paddr);
    return paddr;
}

uint32_t snp_sample_length(const struct snp_sample *sample, uint32_t buffer)
{
    const struct command_buffer *rule = &sample->row->buffers[buffer];

    switch (rule->rule) {
    case COMMAND_LENGTH_PAGE:
        return SNP_PAGE_BYTES;
    case COMMAND_LENGTH_WORDS:
        return sizeof(uint32_t);
    default:
        return rule->length;
    }
}

void snp_sample_set_address(struct snp_sample *sample, uint32_t buffer, uint64_t paddr)
{
    memcpy(sample->parameters + sample->row->buffers[buffer].paddr_offset, &paddr, sizeof paddr);
}

void snp_sample_set_guest(struct snp_sample *sample, uint64_t paddr)
{
    memcpy(sample->parameters + sample->row->guest_offset, &paddr, sizeof paddr);
}
