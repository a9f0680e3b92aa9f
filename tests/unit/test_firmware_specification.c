/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command table has exactly the commands of section 1.6 of the API, with its numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "firmware/command_table.h"

#include "tests/unit/firmware_rows.h"

/** What section 1.6 says of every command. */
static const struct {
    uint16_t id;
    const char *name;
    uint8_t size;
    uint8_t platform_states;
} specified[] = {
    {0x001, "INIT", 0x14, 1},
    {0x002, "SHUTDOWN", 0, 7},
    {0x003, "PLATFORM_RESET", 0, 1},
    {0x004, "PLATFORM_STATUS", 0x0C, 7},
    {0x005, "PEK_GEN", 0, 2},
    {0x006, "PEK_CSR", 0x0C, 2},
    {0x007, "PEK_CERT_IMPORT", 0x1C, 2},
    {0x008, "PDH_CERT_EXPORT", 0x1C, 6},
    {0x009, "PDH_GEN", 0, 6},
    {0x00A, "DF_FLUSH", 0, 6},
    {0x00B, "DOWNLOAD_FIRMWARE", 0x0C, 1},
    {0x00C, "GET_ID", 0x0C, 7},
    {0x00D, "INIT_EX", 0x24, 1},
    {0x00E, "NOP", 0, 7},
    {0x00F, "RING_BUFFER", 0x28, 6},
    {0x020, "DECOMMISSION", 0x04, 6},
    {0x021, "ACTIVATE", 0x08, 6},
    {0x022, "DEACTIVATE", 0x04, 6},
    {0x023, "GUEST_STATUS", 0x0D, 6},
    {0x024, "COPY", 0x18, 6},
    {0x025, "ACTIVATE_EX", 0x18, 6},
    {0x030, "LAUNCH_START", 0x24, 6},
    {0x031, "LAUNCH_UPDATE_DATA", 0x14, 6},
    {0x032, "LAUNCH_UPDATE_VMSA", 0x14, 6},
    {0x033, "LAUNCH_MEASURE", 0x14, 6},
    {0x034, "LAUNCH_UPDATE_SECRET", 0x34, 6},
    {0x035, "LAUNCH_FINISH", 0x04, 6},
    {0x036, "ATTESTATION", 0x24, 6},
    {0x040, "SEND_START", 0x44, 6},
    {0x041, "SEND_UPDATE_DATA", 0x34, 6},
    {0x042, "SEND_UPDATE_VMSA", 0x34, 6},
    {0x043, "SEND_FINISH", 0x04, 6},
    {0x044, "SEND_CANCEL", 0x04, 6},
    {0x050, "RECEIVE_START", 0x24, 6},
    {0x051, "RECEIVE_UPDATE_DATA", 0x34, 6},
    {0x052, "RECEIVE_UPDATE_VMSA", 0x34, 6},
    {0x053, "RECEIVE_FINISH", 0x04, 6},
    {0x060, "DBG_DECRYPT", 0x1C, 6},
    {0x061, "DBG_ENCRYPT", 0x1C, 6},
    {0x070, "SWAP_OUT", 0x28, 6},
    {0x071, "SWAP_IN", 0x20, 6},
};

static void rows_agree_with_the_specification(void **state)
{
    const struct command_row *row;
    size_t rows = 0;

    (void)state;
    for (size_t r = 0; (row = sev_row_at(r)) != NULL; r++) {
        size_t found = 0;
        for (size_t i = 0; i < sizeof(specified) / sizeof(specified[0]); i++) {
            if (specified[i].id == row->id) {
                found++;
                assert_string_equal(row->name, specified[i].name);
                assert_int_equal(row->platform_states, specified[i].platform_states);
                assert_int_equal(row->size, specified[i].size);
            }
        }
        assert_int_equal(found, 1);
        rows++;
    }
    assert_int_equal(rows, sizeof(specified) / sizeof(specified[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rows_agree_with_the_specification)};

    return cmocka_run_group_tests_name("commands of the specification", tests, NULL, NULL);
}
