/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T13, T14: secrets do not stay in memory. The firmware's variables are searched for a guest's keys
 * after the commands that end their life, and so is the stack that the command ran on; DRAM is
 * searched for the plaintext of a launch secret (CVE-2023-31356, CVE-2021-26403).
 *
 * The test's own copies are on the heap, which is not searched.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/dispatch.h"
#include "firmware/guest/guest.h"
#include "firmware/platform/platform.h"

#include "tests/cve/search.h"
#include "tests/unit/firmware_flow.h"

#define STACK_BYTES 0x400000u

struct secrets {
    struct flow_owner owner;
    uint8_t vek[16];
    uint8_t pek[48]; /**< Private keys of the platform. */
    uint8_t pdh[48];
};

static struct secrets *known;
static uint32_t handle;

static int boot(void **state)
{
    (void)board_boot_init(state);
    known = test_malloc(sizeof(*known));
    flow_owner(&known->owner, 0);
    for (size_t i = 0; i < 16; i++) { /* Not the pattern that other tests have. */
        known->owner.keys.tek[i] ^= 0x91;
        known->owner.keys.tik[i] ^= 0xA3;
    }
    struct board_certificates *certificates = test_malloc(sizeof(*certificates));
    board_export(certificates);
    oracle_session(&known->owner.session, &known->owner.key, &certificates->pdh, 0,
                   &known->owner.keys);
    test_free(certificates);
    handle = flow_start(&known->owner, 0);
    flow_flush();
    assert_int_equal(flow_activate(handle, BOARD_ASID), SEV_STATUS_SUCCESS);
    memcpy(known->vek, board_memctl()->slots[BOARD_ASID].key, 16);
    memcpy(known->pek, platform_identity()->pek_key.d, 48);
    memcpy(known->pdh, platform_identity()->pdh_key.d, 48);
    /* The search finds what is there. */
    assert_int_equal(search_variables(known->vek, 16), 1);
    assert_int_equal(search_variables(known->owner.keys.tek, 16), 1);
    assert_int_equal(search_variables(known->owner.keys.tik, 16), 1);
    assert_int_equal(search_variables(known->pek, 48), 1);
    return 0;
}

static int clean_up(void **state)
{
    (void)state;
    test_free(known);
    return 0;
}

static void launch_finish_wipes_the_transport_keys(void **state)
{
    struct sev_measurement *measurement = test_malloc(sizeof(*measurement));

    (void)state;
    assert_int_equal(flow_measure(handle, measurement), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order_guest(SEV_COMMAND_LAUNCH_FINISH, handle), SEV_STATUS_SUCCESS);
    assert_int_equal(search_variables(known->owner.keys.tek, 16), 0);
    assert_int_equal(search_variables(known->owner.keys.tik, 16), 0);
    assert_int_equal(search_variables(measurement->measure, 32), 0);
    assert_int_equal(search_variables(known->vek, 16), 1);
    test_free(measurement);
}

static void decommission_wipes_the_context(void **state)
{
    (void)state;
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, handle), SEV_STATUS_SUCCESS);
    assert_int_equal(search_variables(known->vek, 16), 1);
    assert_int_equal(board_order_guest(SEV_COMMAND_DECOMMISSION, handle), SEV_STATUS_SUCCESS);
    assert_int_equal(search_variables(known->vek, 16), 0);
    assert_int_equal(search_variables(known->owner.keys.tek, 16), 0);
    assert_int_equal(search_variables(known->owner.keys.tik, 16), 0);
    assert_int_equal(
        search_count(hosted_fabric(), hosted_fabric() + FABRIC_FILE_BYTES, known->vek, 16), 0);
}

static void shutdown_wipes_guests_and_platform_keys(void **state)
{
    (void)state;
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(search_variables(known->vek, 16), 0);
    assert_int_equal(search_variables(known->owner.keys.tek, 16), 0);
    assert_int_equal(search_variables(known->owner.keys.tik, 16), 0);
    assert_int_equal(search_variables(known->pek, 48), 0);
    assert_int_equal(search_variables(known->pdh, 48), 0);
    assert_int_equal(
        search_count(hosted_fabric(), hosted_fabric() + FABRIC_FILE_BYTES, known->vek, 16), 0);
}

static void replaced_keys_are_wiped(void **state)
{
    (void)state;
    assert_int_equal(board_order(SEV_COMMAND_PDH_GEN), SEV_STATUS_SUCCESS);
    assert_int_equal(search_variables(known->pdh, 48), 0);
    assert_int_equal(search_variables(known->pek, 48), 1);
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, handle), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order_guest(SEV_COMMAND_DECOMMISSION, handle), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SEV_COMMAND_PEK_GEN), SEV_STATUS_SUCCESS);
    assert_int_equal(search_variables(known->pek, 48), 0);
}

/** A secret is in no variable and nowhere in DRAM, in plaintext. */
static void launch_secret_leaves_no_plaintext(void **state)
{
    struct {
        uint8_t plain[256];
        uint8_t cipher[256];
        struct sev_packet_header header;
        struct sev_measurement measurement;
    } *secret = test_malloc(sizeof(*secret));

    (void)state;
    for (size_t i = 0; i < sizeof(secret->plain); i++) {
        secret->plain[i] = (uint8_t)(i * 37 + 11);
    }
    assert_int_equal(flow_measure(handle, &secret->measurement), SEV_STATUS_SUCCESS);
    flow_packet(SEV_MAC_CONTEXT_LAUNCH_SECRET, &known->owner.keys, secret->measurement.measure,
                secret->plain, 256, &secret->header, secret->cipher);
    assert_int_equal(flow_inject(handle, &secret->header, secret->cipher, 256, BOARD_BUFFER(8)),
                     SEV_STATUS_SUCCESS);
    for (size_t at = 0; at < 256; at += 16) {
        assert_int_equal(search_variables(secret->plain + at, 16), 0);
        assert_int_equal(
            search_count(hosted_dram(), hosted_dram() + BOARD_BUFFER(12), secret->plain + at, 16),
            0);
    }
    test_free(secret);
}

/** What a thread runs, on a stack that can be searched afterwards. */
struct job {
    void (*function)(struct job *job);
    uint32_t id;
    enum sev_status status;
    const uint8_t *secret;
};

/** One command. */
static void run(struct job *job)
{
    job->status = dispatch_command(job->id, BOARD_PARAMETERS);
}

/** Forgets to wipe a key. */
static void forget(struct job *job)
{
    volatile uint8_t copy[16];

    for (size_t i = 0; i < sizeof(copy); i++) {
        copy[i] = job->secret[i];
    }
}

/** Leaves room above the job's frames, which the end of the thread will use. */
static void *run_deep(void *job)
{
    volatile uint8_t room[0x8000];

    room[0] = 0;
    ((struct job *)job)->function(job);
    room[sizeof(room) - 1] = 0;
    return NULL;
}

/** Runs a job on a stack of its own. @return how often its secret is left on it */
static size_t left_by(struct job *job)
{
    uint8_t *stack = NULL;
    pthread_attr_t attributes;
    pthread_t thread;
    size_t found;

    assert_int_equal(posix_memalign((void **)&stack, 0x1000, STACK_BYTES), 0);
    memset(stack, 0, STACK_BYTES);
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstack(&attributes, stack, STACK_BYTES), 0);
    assert_int_equal(pthread_create(&thread, &attributes, run_deep, job), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    found = search_count(stack, stack + STACK_BYTES, job->secret, 16);
    assert_int_equal(pthread_attr_destroy(&attributes), 0);
    free(stack);
    return found;
}

/** Runs a command. @return how often the secret is left on its stack */
static size_t left_on_stack(uint32_t id, const void *parameters, size_t size, const uint8_t *secret)
{
    struct job job = {.function = run, .id = id, .secret = secret};
    size_t found;

    memcpy(board_dram(BOARD_PARAMETERS), parameters, size);
    found = left_by(&job);
    assert_int_equal(job.status, SEV_STATUS_SUCCESS);
    return found;
}

/** Newer sanitizers move local variables off the stack by default; here the stack is searched. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_stack_use_after_return=0";
}

static void search_finds_a_key_that_was_not_wiped(void **state)
{
    struct job job = {.function = forget, .secret = known->vek};

    (void)state;
    assert_int_equal(left_by(&job), 1);
}

static void launch_start_leaves_no_key_on_the_stack(void **state)
{
    struct sev_launch_start parameters;

    (void)state;
    flow_prepare_start(&parameters, &known->owner, 0);
    assert_int_equal(left_on_stack(SEV_COMMAND_LAUNCH_START, &parameters, sizeof(parameters),
                                   known->owner.keys.tek),
                     0);
    assert_int_equal(left_on_stack(SEV_COMMAND_LAUNCH_START, &parameters, sizeof(parameters),
                                   known->owner.keys.tik),
                     0);
}

static void memory_commands_leave_no_key_on_the_stack(void **state)
{
    struct sev_launch_update parameters = {
        .handle = handle, .paddr = BOARD_BUFFER(9), .length = 0x2000};

    (void)state;
    assert_int_equal(
        left_on_stack(SEV_COMMAND_LAUNCH_UPDATE_DATA, &parameters, sizeof(parameters), known->vek),
        0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, boot, clean_up)
    const struct CMUnitTest tests[] = {
        TEST(launch_finish_wipes_the_transport_keys),
        TEST(decommission_wipes_the_context),
        TEST(shutdown_wipes_guests_and_platform_keys),
        TEST(replaced_keys_are_wiped),
        TEST(launch_secret_leaves_no_plaintext),
        TEST(search_finds_a_key_that_was_not_wiped),
        TEST(launch_start_leaves_no_key_on_the_stack),
        TEST(memory_commands_leave_no_key_on_the_stack),
    };

    return cmocka_run_group_tests_name("T13, T14 memory wiped", tests, NULL, NULL);
}
