/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the groups before have seen of SEV-SNP's commands: no status that is not documented, and every
 * status that is, but for those that a suite like this one cannot bring about.
 */
#include "tests/conformance/coverage.h"
#include "tests/hypervisor/hypervisor.h"

#define ANY_COMMAND 0u
#define BIT(status) (1ull << SEV_STATUS_##status)

/** Statuses that are not looked for here; unit tests bring them about. */
static const struct {
    uint32_t id;
    uint64_t statuses;
} excused[] = {
    /* A device must fail, or a core keep a region of the table locked. */
    {ANY_COMMAND, BIT(HWERROR_PLATFORM) | BIT(RMP_INITIALIZATION_FAILED)},
    /* 2^64 uses of a key; 65536 pages. */
    {SNP_COMMAND_GUEST_REQUEST, BIT(AEAD_OFLOW)},
    {SNP_COMMAND_PAGE_SWAP_OUT, BIT(AEAD_OFLOW)},
    {SNP_COMMAND_GCTX_CREATE, BIT(RESOURCE_LIMIT)},
    /* An image of another version; a firmware below what is committed, which does not serve. */
    {SNP_COMMAND_DOWNLOAD_FIRMWARE_EX, BIT(BAD_VERSION)},
    {SNP_COMMAND_COMMIT, BIT(BAD_SVN) | BIT(BAD_VERSION)},
};

static uint64_t pardoned(uint32_t id)
{
    uint64_t statuses = 0;

    for (size_t i = 0; i < sizeof excused / sizeof excused[0]; i++) {
        if (excused[i].id == ANY_COMMAND || excused[i].id == id) {
            statuses |= excused[i].statuses;
        }
    }
    /* A Linux process does not become an Arm image. */
    return id == SNP_COMMAND_DOWNLOAD_FIRMWARE_EX && !program_settings.emulated
               ? statuses | BIT(SUCCESS)
               : statuses;
}

/** @return whether there was none */
static bool none(const struct row *row, const char *what, uint64_t statuses)
{
    for (uint32_t status = 0; status < 64; status++) {
        if ((statuses >> status & 1u) != 0) {
            print_error("%s: %s: %s\n", row->name, what, row_status_name(status));
        }
    }
    return statuses == 0;
}

static void documented_statuses_are_seen_and_no_others(void **state)
{
    bool good = true;

    (void)state;
    suite_need(NEEDS_CONTROL); /* It counts on every other case to have run. */
    hypervisor_read_table();
    for (size_t i = 0; i < row_count; i++) {
        const uint64_t seen = coverage_seen(rows[i].id);

        good &= none(&rows[i], "not documented", seen & ~rows[i].statuses);
        good &= none(&rows[i], "never seen", rows[i].statuses & ~seen & ~pardoned(rows[i].id));
    }
    assert_true(good);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(documented_statuses_are_seen_and_no_others),
};

PROGRAM_GROUP(coverage, tests);
