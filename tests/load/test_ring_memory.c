/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ring-buffer mode: the pages of the rings belong to the firmware.
 */
#include <string.h>

#include "abi/sev_certificate.h"
#include "tests/load/groups.h"
#include "tests/load/rings.h"

#define RING_BYTES_ALL (RING_PAGES * SEV_RING_BYTES)

/** Fails the test unless the command at the head of the low queue gets the status, and then goes on. */
static void run_refused(uint32_t id, uint64_t paddr)
{
    static uint8_t before[RING_BYTES_ALL];
    const uint32_t index = rings_put(RING_QUEUE_LOW, id, paddr);
    struct sev_ring_status *status = ring_status(&rings, RING_QUEUE_LOW, index);
    const struct sev_ring_status expected = {.status = SEV_STATUS_INVALID_ADDRESS};

    memcpy(before, suite_at(rings_paddr(), RING_BYTES_ALL), RING_BYTES_ALL);
    rings_go(true);
    assert_int_equal(rings_status(RING_QUEUE_LOW, index), SEV_STATUS_INVALID_ADDRESS);
    memcpy(before + ((uint8_t *)status - (uint8_t *)suite_at(rings_paddr(), RING_BYTES_ALL)),
           &expected, sizeof expected);
    assert_memory_equal(before, suite_at(rings_paddr(), RING_BYTES_ALL), RING_BYTES_ALL);
}

static void parameters_in_a_ring_are_refused(void **state)
{
    (void)state;
    to_init();
    rings_enter();
    for (uint64_t page = 0; page < RING_PAGES; page++) {
        const uint64_t base = rings_paddr() + page * SEV_RING_BYTES;

        run_refused(SEV_COMMAND_PLATFORM_STATUS, base);
        run_refused(SEV_COMMAND_PLATFORM_STATUS, base + 0x800);
        run_refused(SEV_COMMAND_PLATFORM_STATUS, base + SEV_RING_BYTES - 4);
    }
    run_refused(SEV_COMMAND_PLATFORM_STATUS, rings_paddr() - 4); /* its last bytes are inside */

    /* The pages before and behind are free. */
    (void)rings_put(RING_QUEUE_LOW, SEV_COMMAND_PLATFORM_STATUS,
                    rings_paddr() - sizeof(struct sev_platform_status));
    (void)rings_put(RING_QUEUE_LOW, SEV_COMMAND_PLATFORM_STATUS, rings_paddr() + RING_BYTES_ALL);
    rings_go(true);
    rings_assert_heads(15, 0, false);
    rings_leave();
}

static void outputs_in_a_ring_are_refused(void **state)
{
    struct sev_get_id *get_id;
    struct sev_pdh_cert_export *export;

    (void)state;
    to_init();
    rings_enter();
    get_id = rings_buffer_at(0);
    export = rings_buffer_at(1);
    for (uint64_t page = 0; page < RING_PAGES; page++) {
        const uint64_t base = rings_paddr() + page * SEV_RING_BYTES;

        *get_id = (struct sev_get_id){.id_paddr = base + 0x100, .id_length = SEV_CHIP_ID_BYTES};
        run_refused(SEV_COMMAND_GET_ID, rings_buffer(0));
        *export = (struct sev_pdh_cert_export){
            .pdh_cert_paddr = suite_slot(6),
            .pdh_cert_length = sizeof(struct sev_certificate),
            .certs_paddr = base,
            .certs_length = sizeof(struct sev_certificate_chain),
        };
        run_refused(SEV_COMMAND_PDH_CERT_EXPORT, rings_buffer(1));
    }
    rings_leave();
}

static void guest_memory_in_a_ring_is_refused(void **state)
{
    struct sev_launch_update *update;
    struct sev_copy *copy;
    uint32_t handle;

    (void)state;
    to_init();
    handle = launch_active(0);
    rings_enter();
    update = rings_buffer_at(0);
    copy = rings_buffer_at(1);
    *update = (struct sev_launch_update){
        .handle = handle, .paddr = rings_paddr() + RING_BYTES_ALL - 16, .length = 16};
    run_refused(SEV_COMMAND_LAUNCH_UPDATE_DATA, rings_buffer(0));
    /* Begins before the rings and ends behind them. */
    update->paddr = suite_slot(4);
    update->length = SUITE_SLOT_BYTES;
    run_refused(SEV_COMMAND_LAUNCH_UPDATE_DATA, rings_buffer(0));
    *copy = (struct sev_copy){
        .handle = handle, .length = 16, .src_paddr = suite_slot(6), .dst_paddr = rings_paddr()};
    run_refused(SEV_COMMAND_COPY, rings_buffer(1));
    copy->src_paddr = rings_paddr();
    copy->dst_paddr = suite_slot(6);
    run_refused(SEV_COMMAND_COPY, rings_buffer(1));
    rings_leave();
    update->paddr = rings_paddr();
    update->length = RING_BYTES_ALL;
    assert_status(RUN(LAUNCH_UPDATE_DATA, update), SUCCESS);
}

/** Asserts that RING_BUFFER refuses the parameters. */
static void refuse(struct sev_ring_buffer parameters, enum sev_status status)
{
    assert_refused_as(RING_BUFFER, &parameters, status);
}

static void ring_buffer_refuses_bad_rings(void **state)
{
    const size_t addresses[RING_PAGES] = {
        offsetof(struct sev_ring_buffer, qlo_cmdptr_paddr),
        offsetof(struct sev_ring_buffer, qlo_statval_paddr),
        offsetof(struct sev_ring_buffer, qhi_cmdptr_paddr),
        offsetof(struct sev_ring_buffer, qhi_statval_paddr),
    };
    struct sev_ring_buffer good;

    (void)state;
    to_init_es();
    good = ring_parameters(rings_paddr());
    for (size_t i = 0; i < RING_PAGES; i++) {
        const uint64_t own = rings_paddr() + i * SEV_RING_BYTES;
        const uint64_t bad[] = {
            own + 16,
            own + SEV_RING_BYTES / 2,
            suite.low_end,
            UINT64_MAX & ~0xFFFull,
            suite.high_end,
            suite.tmr,
            suite.tmr + SEV_TMR_BYTES - SEV_RING_BYTES,
            suite.board.command_paddr,
            rings_paddr() + (i + 1) % RING_PAGES * SEV_RING_BYTES,
        };

        for (size_t j = 0; j < sizeof bad / sizeof bad[0]; j++) {
            struct sev_ring_buffer parameters = good;

            memcpy((uint8_t *)&parameters + addresses[i], &bad[j], sizeof bad[j]);
            refuse(parameters, SEV_STATUS_INVALID_ADDRESS);
        }
    }
    for (uint32_t size = 0; size < 256; size++) {
        if (size != 1) {
            struct sev_ring_buffer parameters = good;

            parameters.qlo_size = (uint8_t)size;
            refuse(parameters, SEV_STATUS_INVALID_PARAM);
            parameters = good;
            parameters.qhi_size = (uint8_t)size;
            refuse(parameters, SEV_STATUS_INVALID_PARAM);
            size += size > 3 ? 50 : 0;
        }
    }
    for (uint32_t bit = 1; bit < 16; bit++) {
        struct sev_ring_buffer parameters = good;

        parameters.int_on_empty = (uint16_t)(1u << bit);
        refuse(parameters, SEV_STATUS_INVALID_PARAM);
    }
    to_uninit();
    refuse(good, SEV_STATUS_INVALID_PLATFORM_STATE);
}

static const struct CMUnitTest tests[] = {
    ring_test(parameters_in_a_ring_are_refused),
    ring_test(outputs_in_a_ring_are_refused),
    ring_test(guest_memory_in_a_ring_is_refused),
    ring_test(ring_buffer_refuses_bad_rings),
};

PROGRAM_GROUP(ring_memory, tests);
