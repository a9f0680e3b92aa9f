/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For every command with parameters: with the C-bit in an address, what lies there is encrypted with
 * the host's (ASID 0) key, on the way in and on the way out (sections 1.4, 11.4).
 */
#include <string.h>

#include "tests/conformance/every.h"

#define BLOCK 16u
#define PARAMETERS 1u /**< The command buffer is encrypted. */
#define BUFFERS 2u    /**< What it points to is. */

static uint8_t scratch[SEV_TMR_BYTES]; /* The largest buffer is a firmware image. */

/** Encrypts memory in place with the host's key. */
static void encrypt(uint64_t paddr, size_t length)
{
    const size_t whole = (length + BLOCK - 1) & ~(size_t)(BLOCK - 1);
    uint8_t *bytes = suite_at(paddr, whole);

    assert_true(whole <= sizeof scratch);
    memcpy(scratch, bytes, whole);
    assert_int_equal(memory_controller_write(suite_memory(), 0, paddr, scratch, whole),
                     MEMORY_CONTROLLER_OK);
    assert_memory_not_equal(scratch, bytes, whole);
}

/** Decrypts memory in place. */
static void decrypt(uint64_t paddr, size_t length)
{
    const size_t whole = (length + BLOCK - 1) & ~(size_t)(BLOCK - 1);

    assert_int_equal(memory_controller_read(suite_memory(), 0, paddr, scratch, whole),
                     MEMORY_CONTROLLER_OK);
    memcpy(suite_at(paddr, whole), scratch, whole);
}

/** Applies a function to every host buffer of the request. */
static void each_host_buffer(const struct request *request, void (*function)(uint64_t, size_t))
{
    const uint64_t c_bit = 1ull << suite.machine.c_bit;

    for (size_t i = 0; i < request->row->buffer_count; i++) {
        const struct row_buffer *buffer = &request->row->buffers[i];
        const uint32_t length = request_buffer_bytes(request, buffer);

        /* Of the TMR, the only buffer with a minimum, the C-bit is ignored. */
        if (buffer->direction != ROW_GUEST && buffer->rule != ROW_PAGES && length != 0) {
            function(request_get_u64(request, buffer->paddr_offset) & ~c_bit, length);
        }
    }
}

/** Sets the C-bit in the address of every host buffer. */
static void set_c_bits(struct request *request)
{
    for (size_t i = 0; i < request->row->buffer_count; i++) {
        const struct row_buffer *buffer = &request->row->buffers[i];

        if (buffer->direction != ROW_GUEST) {
            request_set_u64(request, buffer->paddr_offset,
                            request_get_u64(request, buffer->paddr_offset) |
                                1ull << suite.machine.c_bit);
        }
    }
}

/** Runs the request with parameters, buffers or both encrypted; decrypts what came back. */
static int run_encrypted(struct request *request, unsigned what)
{
    const uint64_t paddr = suite.board.command_paddr;
    const uint64_t c_bit = (what & PARAMETERS) != 0 ? 1ull << suite.machine.c_bit : 0;
    uint8_t *page = suite_at(paddr, DRAM_PAGE_BYTES);

    if ((what & BUFFERS) != 0) {
        each_host_buffer(request, encrypt);
        set_c_bits(request);
    }
    memset(page, SUITE_PATTERN, DRAM_PAGE_BYTES);
    memcpy(page, request->parameters, request->row->size);
    if (c_bit != 0) {
        encrypt(paddr, DRAM_PAGE_BYTES);
    }
    const int status = suite_issue(request->row->id, paddr | c_bit);

    if (c_bit != 0) {
        decrypt(paddr, DRAM_PAGE_BYTES);
    }
    memcpy(request->parameters, page, request->row->size);
    for (size_t i = request->row->size; i < DRAM_PAGE_BYTES; i++) {
        assert_int_equal(page[i], SUITE_PATTERN);
    }
    if ((what & BUFFERS) != 0) {
        each_host_buffer(request, decrypt);
    }
    return status;
}

/** Compares the outputs with those of a request that was not encrypted. */
static void compare_outputs(const struct request *request, const struct request *plain,
                            const uint8_t *outputs)
{
    const uint64_t c_bit = 1ull << suite.machine.c_bit;

    for (size_t i = 0; i < request->row->buffer_count; i++) {
        const struct row_buffer *buffer = &request->row->buffers[i];
        const uint32_t length = request_buffer_bytes(plain, buffer);
        const uint64_t paddr = request_get_u64(request, buffer->paddr_offset) & ~c_bit;

        if (buffer->direction == ROW_OUT) {
            assert_memory_equal(suite_at(paddr, length), outputs, length);
            outputs += length;
        }
    }
}

/** Collects the outputs of a request. */
static void collect_outputs(const struct request *request, uint8_t *outputs)
{
    for (size_t i = 0; i < request->row->buffer_count; i++) {
        const struct row_buffer *buffer = &request->row->buffers[i];
        const uint32_t length = request_buffer_bytes(request, buffer);

        if (buffer->direction == ROW_OUT) {
            memcpy(outputs, suite_at(request_get_u64(request, buffer->paddr_offset), length),
                   length);
            outputs += length;
        }
    }
}

void every_encrypted(void **state)
{
    static uint8_t outputs[SUITE_SLOT_BYTES];
    const struct row *row = *state;

    for (unsigned what = PARAMETERS; what <= (PARAMETERS | BUFFERS); what++) {
        struct request request;
        struct request plain;

        request_prepare(&request, row);
        plain = request;
        if (request.repeatable) {
            assert_request_succeeds(&plain);
            collect_outputs(&plain, outputs);
        }
        assert_status_is(run_encrypted(&request, what), request.success);
        if (request.repeatable) {
            compare_outputs(&request, &plain, outputs);
        }
    }
}
