/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The groups of tests, in the order in which they run.
 */
#ifndef TESTS_CONFORMANCE_GROUPS_H
#define TESTS_CONFORMANCE_GROUPS_H

#include "tests/conformance/group.h"

/** Expands X(symbol) for every group of a test file. */
#define TEST_GROUPS(X)                                                                             \
    X(vectors)                                                                                     \
    X(mailbox)                                                                                     \
    X(doorbell)                                                                                    \
    X(platform_status)                                                                             \
    X(init)                                                                                        \
    X(init_ex)                                                                                     \
    X(init_ex_damage)                                                                              \
    X(identity)                                                                                    \
    X(pek_cert_import)                                                                             \
    X(pek_cert_import_refused)                                                                     \
    X(activate)                                                                                    \
    X(df_flush)                                                                                    \
    X(activate_ex)                                                                                 \
    X(launch_start)                                                                                \
    X(policy)                                                                                      \
    X(launch_update_data)                                                                          \
    X(launch_update_secret)                                                                        \
    X(launch_update_vmsa)                                                                          \
    X(attestation)                                                                                 \
    X(send)                                                                                        \
    X(send_target)                                                                                 \
    X(receive)                                                                                     \
    X(debug)                                                                                       \
    X(swap)                                                                                        \
    X(ring_buffer)                                                                                 \
    X(download_firmware)                                                                           \
    X(handles)                                                                                     \
    X(memory)                                                                                      \
    X(status)                                                                                      \
    X(damaged_flash)                                                                               \
    X(garbage)

#define DECLARE_GROUP(symbol) extern const struct test_group test_group_##symbol;
TEST_GROUPS(DECLARE_GROUP)
#undef DECLARE_GROUP

/** Defines the group of a test file from its array of tests. */
#define TEST_GROUP(symbol, array)                                                                  \
    const struct test_group test_group_##symbol = {#symbol, (array),                               \
                                                   sizeof(array) / sizeof((array)[0])}

/**
 * Makes the tests that hold for every command; the command table must have been read.
 *
 * @param[out] group  its tests live as long as the program
 */
void every_group(struct test_group *group);

#endif
