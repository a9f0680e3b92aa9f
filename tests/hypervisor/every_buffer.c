/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every command of SEV-SNP that names memory (every.h).
 */
#include "host/x86/snp_pages.h"
#include "tests/hypervisor/every.h"

/** Addresses that a buffer cannot have. */
static void try_addresses(const struct row *row, const struct row_buffer *buffer)
{
    const uint32_t alignment = buffer->alignment != 0 ? buffer->alignment : DRAM_PAGE_BYTES;
    struct request request;

    request_make(&request, row);
    if (!request_has(&request, buffer)) {
        return;
    }
    const uint64_t paddr = request_address(&request, buffer->paddr_offset);
    const uint64_t wrong[] = {alignment > 1 ? paddr + alignment / 2u : EVERY_NO_ADDRESS,
                              suite.low_end, EVERY_NO_ADDRESS};

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        request_set_address(&request, buffer->paddr_offset, wrong[i]);
        every_refused(&request, SEV_STATUS_INVALID_ADDRESS, "buffer elsewhere");
    }
    request_set_address(&request, buffer->paddr_offset, hypervisor.table);
    if (every_is_on(&request)) {
        every_refused(&request, SEV_STATUS_INVALID_ADDRESS, "buffer in the RMP");
    }
    request_set_address(&request, buffer->paddr_offset, paddr);
    every_expect(row, request_issue(&request), request_success(&request), "afterwards");
}

static void buffers_are_aligned_memory(void **state)
{
    (void)state;
    hypervisor_read_table();
    for (size_t i = 0; i < row_count; i++) {
        for (size_t j = 0; j < rows[i].buffer_count; j++) {
            try_addresses(&rows[i], &rows[i].buffers[j]);
        }
    }
}

/** @return the states that a buffer's page may have */
static uint32_t allowed(const struct row_buffer *buffer)
{
    if (buffer->page_states != 0) {
        return buffer->page_states;
    }
    return buffer->written ? EVERY_OUTPUT : EVERY_READABLE;
}

static void try_pages(const struct row *row, const struct row_buffer *buffer)
{
    struct request request;

    for (size_t i = 0; i < EVERY_STATES; i++) {
        if ((allowed(buffer) >> every_states[i] & 1u) != 0) {
            continue;
        }
        request_make(&request, row);
        if (!every_is_on(&request) || !request_has(&request, buffer)) {
            return;
        }
        request_set_address(&request, buffer->paddr_offset, every_page_in(every_states[i]));
        every_refused(&request, SEV_STATUS_INVALID_PAGE_STATE, x86_rmp_state_name(every_states[i]));
    }
}

static void buffers_pages_have_the_right_state(void **state)
{
    (void)state;
    hypervisor_read_table();
    for (size_t i = 0; i < row_count; i++) {
        for (size_t j = 0; j < rows[i].buffer_count; j++) {
            try_pages(&rows[i], &rows[i].buffers[j]);
        }
    }
}

/** Part of a page of 2 MiB, where one of 4 KiB is wanted. */
static void pages_have_the_right_size(void **state)
{
    struct request request;

    (void)state;
    hypervisor_read_table();
    for (size_t i = 0; i < row_count; i++) {
        for (size_t j = 0; j < rows[i].buffer_count; j++) {
            const struct row_buffer *buffer = &rows[i].buffers[j];
            const bool guests = (buffer->page_states & EVERY_STATE(PRE_GUEST)) != 0;

            if (buffer->page_states == 0) {
                continue;
            }
            request_make(&request, &rows[i]);
            if (!request_has(&request, buffer)) {
                continue;
            }
            assert_int_equal(
                guests
                    ? snp_page_to_guest(&hypervisor.rmp, hypervisor.region, true, SUBJECT_ASID, 0)
                    : snp_page_to_firmware(&hypervisor.rmp, hypervisor.region, true),
                RMP_SUCCESS);
            request_set_address(&request, buffer->paddr_offset, hypervisor.region);
            every_refused(&request, SEV_STATUS_INVALID_PAGE_SIZE, "part of 2 MiB");
        }
    }
}

/** A page of another guest, in a state that the command takes. */
static void pages_are_the_guest_s_own(void **state)
{
    const uint32_t guests = EVERY_STATE(PRE_GUEST) | EVERY_STATE(PRE_SWAP);
    struct request request;

    (void)state;
    hypervisor_read_table();
    for (size_t i = 0; i < row_count; i++) {
        for (size_t j = 0; j < rows[i].buffer_count; j++) {
            const struct row_buffer *buffer = &rows[i].buffers[j];

            if ((buffer->page_states & guests) == 0) {
                continue;
            }
            request_make(&request, &rows[i]);
            if (request_has(&request, buffer)) {
                request_set_address(&request, buffer->paddr_offset,
                                    every_page_in(X86_RMP_PRE_GUEST));
                every_refused(&request, SEV_STATUS_INVALID_PAGE_OWNER, "another guest's page");
            }
        }
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(buffers_are_aligned_memory),
    cmocka_unit_test(buffers_pages_have_the_right_state),
    cmocka_unit_test(pages_have_the_right_size),
    cmocka_unit_test(pages_are_the_guest_s_own),
};

PROGRAM_GROUP(every_buffer, tests);
