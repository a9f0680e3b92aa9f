/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flows of commands in every mode and layout (flows.h).
 */
#include "tests/memory/flows.h"

#include <string.h>

#include "host/lib/fabric.h"
#include "tests/common/random.h"

#define MEASURE_PLACE 8u
#define PDH_PLACE 9u
#define CHAIN_PLACE 10u

static const struct host_layout layouts[] = {{5}, {0xFF3}};

void flow_run_all(flow *run)
{
    const size_t count = suite.quick ? 1 : sizeof layouts / sizeof layouts[0];

    for (int mode = HOST_PLAIN; mode < HOST_MODES; mode++) {
        for (size_t i = 0; i < count; i++) {
            const struct host_layout layout = suite.quick ? layouts[1] : layouts[i];

            host_enter((enum host_mode)mode);
            run(layout);
        }
    }
    host_leave();
}

int flow_teardown(void **state)
{
    (void)state;
    if (!suite.gone) {
        host_leave();
    }
    return 0;
}

void flow_initialise(struct host_layout layout, bool es)
{
    struct sev_init parameters = {
        .options = es ? SEV_INIT_OPTION_ES : 0,
        .tmr_paddr = suite.tmr,
        .tmr_length = SEV_TMR_BYTES,
    };

    assert_status(HOST_RUN(layout, INIT, &parameters), SUCCESS);
    flush();
}

uint32_t flow_launch(struct host_layout layout, uint32_t policy, uint32_t asid)
{
    struct sev_launch_start start = {.policy = policy};
    struct sev_activate activation = {.asid = asid};

    assert_status(HOST_RUN(layout, LAUNCH_START, &start), SUCCESS);
    activation.handle = start.handle;
    assert_status(HOST_RUN(layout, ACTIVATE, &activation), SUCCESS);
    return start.handle;
}

void flow_update(struct host_layout layout, uint32_t handle, uint64_t paddr, uint32_t length)
{
    struct sev_launch_update parameters = {
        .handle = handle, .paddr = host_address(paddr), .length = length};

    assert_status(HOST_RUN(layout, LAUNCH_UPDATE_DATA, &parameters), SUCCESS);
}

void flow_finish(struct host_layout layout, uint32_t handle, struct sev_measurement *measurement)
{
    const uint64_t paddr = host_place(layout, MEASURE_PLACE, sizeof *measurement, 1);
    struct sev_launch_measure parameters = {
        .handle = handle,
        .measure_paddr = host_address(paddr),
        .measure_length = sizeof *measurement,
    };
    struct sev_handle finish_parameters = {.handle = handle};

    assert_status(HOST_RUN(layout, LAUNCH_MEASURE, &parameters), SUCCESS);
    host_check_around(paddr, sizeof *measurement);
    host_get(paddr, measurement, sizeof *measurement);
    assert_status(HOST_RUN(layout, LAUNCH_FINISH, &finish_parameters), SUCCESS);
}

void flow_tear_down(struct host_layout layout, uint32_t handle)
{
    struct sev_handle parameters = {.handle = handle};

    assert_status(HOST_RUN(layout, DEACTIVATE, &parameters), SUCCESS);
    assert_status(HOST_RUN(layout, DECOMMISSION, &parameters), SUCCESS);
}

void flow_export(struct host_layout layout, struct sev_certificate *pdh,
                 struct sev_certificate_chain *chain)
{
    const uint64_t pdh_paddr = host_place(layout, PDH_PLACE, sizeof *pdh, 1);
    const uint64_t chain_paddr = host_place(layout, CHAIN_PLACE, sizeof *chain, 1);
    struct sev_pdh_cert_export parameters = {
        .pdh_cert_paddr = host_address(pdh_paddr),
        .pdh_cert_length = sizeof *pdh,
        .certs_paddr = host_address(chain_paddr),
        .certs_length = sizeof *chain,
    };

    assert_status(HOST_RUN(layout, PDH_CERT_EXPORT, &parameters), SUCCESS);
    host_check_around(pdh_paddr, sizeof *pdh);
    host_check_around(chain_paddr, sizeof *chain);
    host_get(pdh_paddr, pdh, sizeof *pdh);
    host_get(chain_paddr, chain, sizeof *chain);
}

void flow_fill(void *bytes, size_t length)
{
    static struct random_state random = {0x5EC12E7u};

    random_fill(&random, bytes, length);
}
