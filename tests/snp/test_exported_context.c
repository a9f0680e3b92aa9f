/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's context as a migration agent carries it: the fields lie side by side, none is lost, and
 * what cannot be is named.
 */
#include "tests/snp/exported_context.h"
#include "tests/snp/testing.h"

static uint8_t bytes[WITNESS_CONTEXT_BYTES];

/* Every byte that is not reserved has a value of its own. */
static void make(void)
{
    fill_pattern(bytes, sizeof bytes);
    memset(bytes + 0x220, 0, 8);
    bytes[0x220] = 3;
    bytes[0x230] = 2;
    memset(bytes + 0x231, 0, 7);
    memset(bytes + 0x2B0, 0, 80);
}

static void fields_and_reserved_bytes_cover_the_context(void **state)
{
    static uint8_t seen[WITNESS_CONTEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < witness_context_field_count; i++) {
        const struct witness_context_field *field = &witness_context_fields[i];

        assert_true(!field->number || field->size == 8);
        for (size_t at = field->offset; at < field->offset + field->size; at++) {
            assert_int_equal(seen[at]++, 0);
        }
    }
    for (size_t at = 0; at < sizeof seen; at++) {
        const bool reserved = (at >= 0x231 && at < 0x238) || at >= 0x2B0;

        assert_int_equal(seen[at], reserved ? 0 : 1);
    }
}

static void a_context_has_the_layout_of_the_interface(void **state)
{
    struct witness_context context;

    (void)state;
    make();
    assert_sound(witness_context_read(bytes, &context));
    assert_memory_equal(context.oek, bytes + 0x30, 32);
    assert_memory_equal(context.vmpck[3], bytes + 0xB0, 32);
    assert_memory_equal(context.report_id, bytes + 0x170, 32);
    assert_memory_equal(context.imd, bytes + 0x190, 48);
    assert_memory_equal(context.root_mdata, bytes + 0x1E0, 64);
    assert_int_equal(context.message_count[1], witness_load64(bytes + 0x1C8));
    assert_int_equal(context.flags, 3);
    assert_int_equal(context.policy, witness_load64(bytes + 0x228));
    assert_int_equal(context.state, 2);
    assert_int_equal(context.oek_count, witness_load64(bytes + 0x238));
    assert_memory_equal(context.id_block, bytes + 0x240, 96);
    assert_memory_equal(context.gosvw, bytes + 0x2A0, 16);
}

static void what_is_read_is_written_again(void **state)
{
    struct witness_context context;
    uint8_t again[WITNESS_CONTEXT_BYTES];

    (void)state;
    make();
    for (size_t at = 0; at < sizeof bytes; at++) {
        const bool reserved = (at >= 0x231 && at < 0x238) || at >= 0x2B0;

        bytes[at] ^= 0x80;
        (void)witness_context_read(bytes, &context);
        witness_context_write(&context, again);
        assert_int_equal(memcmp(again, bytes, sizeof again) == 0, !reserved);
        bytes[at] ^= 0x80;
    }
}

static void what_cannot_be_is_named(void **state)
{
    static const struct {
        size_t at;
        uint8_t value;
        const char *fault;
    } cases[] = {
        {0x231, 1, "reserved bytes at 231h"},
        {0x237, 0x80, "reserved bytes at 231h"},
        {0x2B0, 1, "reserved bytes at 2B0h"},
        {0x2FF, 0x80, "reserved bytes at 2B0h"},
        {0x230, 0, "STATE"},
        {0x230, 3, "STATE"},
        {0x220, 7, "flags"},
        {0x227, 0x80, "flags"},
        {0x220, 1, "an author key without an ID block"},
        {0x220, 0, "an ID block without its flag"},
        {0x220, 2, "an author key without its flag"},
    };
    struct witness_context context;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        make();
        bytes[cases[i].at] = cases[i].value;
        assert_fault(witness_context_read(bytes, &context), cases[i].fault);
    }
}

static void an_export_is_read_with_its_frame(void **state)
{
    static const struct {
        size_t at;
        uint8_t value;
        const char *fault;
    } cases[] = {
        {0, 0x16, "contents beside a status"},      {4, 1, "size of the context"},
        {8, 1, "version of the context"},           {12, 1, "reserved bytes of the export"},
        {31, 0x80, "reserved bytes of the export"}, {0x20 + 0x230, 0, "STATE"},
    };
    uint8_t payload[WITNESS_CONTEXT_MESSAGE_BYTES];
    struct witness_context context;

    (void)state;
    make();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        memset(payload, 0, sizeof payload);
        witness_store32(payload + 4, 0x300);
        witness_store32(payload + 8, 2);
        memcpy(payload + 0x20, bytes, sizeof bytes);
        assert_sound(witness_export_read(payload, &context));
        payload[cases[i].at] = cases[i].value;
        assert_fault(witness_export_read(payload, &context), cases[i].fault);
    }
    memset(payload, 0, sizeof payload);
    payload[0] = 0x16;
    assert_fault(witness_export_read(payload, &context), "status of the export");
}

static void an_import_has_the_layout_of_the_interface(void **state)
{
    uint8_t payload[WITNESS_CONTEXT_MESSAGE_BYTES];
    struct witness_context context;

    (void)state;
    make();
    assert_sound(witness_context_read(bytes, &context));
    witness_import_write(0x0000123456789000, &context, payload);
    assert_hex(payload,
               "0090785634120000"
               "00030000"
               "02000000"
               "00000000000000000000000000000000",
               0x20);
    assert_memory_equal(payload + 0x20, bytes, sizeof bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_and_reserved_bytes_cover_the_context),
        cmocka_unit_test(a_context_has_the_layout_of_the_interface),
        cmocka_unit_test(what_is_read_is_written_again),
        cmocka_unit_test(what_cannot_be_is_named),
        cmocka_unit_test(an_export_is_read_with_its_frame),
        cmocka_unit_test(an_import_has_the_layout_of_the_interface),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
