/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of host memory share: running one flow of commands in every mode and layout.
 */
#ifndef TESTS_MEMORY_FLOWS_H
#define TESTS_MEMORY_FLOWS_H

#include "host/lib/owner.h"
#include "tests/common/program.h"
#include "tests/memory/host_memory.h"

/** Commands that are run with all their buffers at places of one layout. */
typedef void flow(struct host_layout layout);

/** Runs a flow in every mode, with buffers at several offsets; each time from UNINIT. */
void flow_run_all(flow *run);

/** Teardown of every test here. */
int flow_teardown(void **state);

#define flow_test(function) cmocka_unit_test_teardown(function, flow_teardown)

/** INIT, with SEV-ES if asked for, and all ASIDs usable. */
void flow_initialise(struct host_layout layout, bool es);

/** LAUNCH_START without a session, and ACTIVATE. @return handle */
uint32_t flow_launch(struct host_layout layout, uint32_t policy, uint32_t asid);

/** LAUNCH_UPDATE_DATA of host memory at @p paddr, which holds plaintext as this mode has it. */
void flow_update(struct host_layout layout, uint32_t handle, uint64_t paddr, uint32_t length);

/** LAUNCH_MEASURE and LAUNCH_FINISH. */
void flow_finish(struct host_layout layout, uint32_t handle, struct sev_measurement *measurement);

/** DEACTIVATE and DECOMMISSION. */
void flow_tear_down(struct host_layout layout, uint32_t handle);

/** PDH_CERT_EXPORT; fails the test unless the memory around the outputs stays. */
void flow_export(struct host_layout layout, struct sev_certificate *pdh,
                 struct sev_certificate_chain *chain);

/** Bytes that no other call has returned. */
void flow_fill(void *bytes, size_t length);

#define MEMORY_GROUPS(X)                                                                           \
    X(platform)                                                                                    \
    X(launch)                                                                                      \
    X(transfer)                                                                                    \
    X(copies)                                                                                      \
    X(rings)                                                                                       \
    X(keys)                                                                                        \
    X(ranges)

#define DECLARE_GROUP(symbol) extern const struct test_group program_group_##symbol;
MEMORY_GROUPS(DECLARE_GROUP)
#undef DECLARE_GROUP

#endif
