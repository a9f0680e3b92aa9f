/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware on the Linux board (firmware_board.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/random.h"
#include "firmware/dispatch.h"
#include "firmware/fabric.h"
#include "firmware/firmware.h"
#include "firmware/memctl.h"
#include "firmware/platform/chip.h"
#include "firmware/platform/platform.h"
#include "firmware/platform/rollback.h"
#include "firmware/platform/snp.h"
#include "firmware/snp_guest/guests.h"
#include "firmware/status_block.h"

#include "tests/unit/firmware_board.h"

/** Ends SEV-SNP's guests, which SNP_SHUTDOWN does only when no core owes a flush. */
static void end_snp(void)
{
    if (platform_snp_state() == SNP_PLATFORM_INIT) {
        snp_guests_stop();
        snp_stop();
    }
}

const char *board_restart(void)
{
    /* The firmware's variables are those of the last test: what it held must be given back. */
    end_snp();
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    return firmware_start();
}

/** Starts the firmware as firmware_start() does, but for the self-tests, which take long. */
static void start_again(void)
{
    status_block_start();
    assert_true(crypto_random_start());
    assert_null(chip_start(0));
    assert_null(rollback_start(0));
    fabric_latch();
    assert_true(memctl_start(false));
    platform_start(0);
    snp_power_on();
}

/** Without a handler, power-off ends the program with status 0: as if all tests had passed. */
static void fail_test(void *context, enum hosted_ending ending)
{
    (void)context;
    fail_msg("the board has stopped (%d): %s", (int)ending, hosted_log());
}

static uint32_t chosen_product = SNP_PRODUCT_MILAN;

void board_set_product(uint32_t product)
{
    chosen_product = product;
}

int board_boot(void **state)
{
    static bool ran_before;

    (void)state;
    if (!ran_before) {
        hosted_reset();
        hosted_set_stop_handler(fail_test, NULL);
        hosted_entropy_seeded(1);
        hosted_fuses()->product = chosen_product;
        assert_null(firmware_start());
        ran_before = true;
        return 0;
    }
    end_snp();
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    hosted_reset();
    fabric_latch();
    assert_int_equal(platform_reset(), SEV_STATUS_SUCCESS); /* Forgets an NV block. */
    hosted_reset();
    hosted_set_stop_handler(fail_test, NULL);
    hosted_entropy_seeded(1);
    hosted_fuses()->product = chosen_product;
    start_again();
    return 0;
}

int board_boot_init(void **state)
{
    (void)board_boot(state);
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    return 0;
}

enum sev_status board_command(uint32_t id, void *parameters, size_t size)
{
    enum sev_status status;

    if (size != 0) {
        memcpy(board_dram(BOARD_PARAMETERS), parameters, size);
    }
    status = dispatch_command(id, BOARD_PARAMETERS);
    if (size != 0) {
        memcpy(parameters, board_dram(BOARD_PARAMETERS), size);
    }
    return status;
}

enum sev_status board_order(uint32_t id)
{
    return board_command(id, NULL, 0);
}

enum sev_status board_order_guest(uint32_t id, uint32_t handle)
{
    struct sev_handle parameters = {.handle = handle};

    return board_command(id, &parameters, sizeof(parameters));
}

enum sev_status board_init(uint32_t options)
{
    struct sev_init parameters = {
        .options = options, .tmr_paddr = BOARD_TMR, .tmr_length = SEV_TMR_BYTES};

    return board_command(SEV_COMMAND_INIT, &parameters, sizeof(parameters));
}

enum sev_status board_init_ex(void)
{
    struct sev_init_ex parameters = {
        .length = sizeof(parameters), .nv_paddr = BOARD_NV_BLOCK, .nv_length = SEV_NV_BYTES};

    return board_command(SEV_COMMAND_INIT_EX, &parameters, sizeof(parameters));
}

struct sev_platform_status board_status(void)
{
    struct sev_platform_status status;

    memset(&status, 0xA5, sizeof(status));
    assert_int_equal(board_command(SEV_COMMAND_PLATFORM_STATUS, &status, sizeof(status)),
                     SEV_STATUS_SUCCESS);
    return status;
}

void board_export(struct board_certificates *certificates)
{
    struct sev_pdh_cert_export parameters = {
        .pdh_cert_paddr = BOARD_BUFFER(0),
        .pdh_cert_length = sizeof(certificates->pdh),
        .certs_paddr = BOARD_BUFFER(1),
        .certs_length = sizeof(certificates->chain),
    };

    assert_int_equal(board_command(SEV_COMMAND_PDH_CERT_EXPORT, &parameters, sizeof(parameters)),
                     SEV_STATUS_SUCCESS);
    memcpy(&certificates->pdh, board_dram(BOARD_BUFFER(0)), sizeof(certificates->pdh));
    memcpy(&certificates->chain, board_dram(BOARD_BUFFER(1)), sizeof(certificates->chain));
}

uint8_t *board_dram(uint64_t paddr)
{
    return hosted_dram() + paddr;
}

struct fabric_config *board_describe(void)
{
    struct fabric_config *config = (struct fabric_config *)(void *)hosted_fabric();

    *config = (struct fabric_config){
        .magic = FABRIC_MAGIC,
        .version = FABRIC_VERSION,
        .sockets = 1,
        .cores = 4,
        .max_asid = 509,
        .min_sev_asid = BOARD_ASID,
        .c_bit = 51,
        .range_count = 1,
        .ranges = {{.base = 0, .length = hosted_dram_bytes(), .dram_offset = 0}},
    };
    for (uint32_t core = 0; core < FABRIC_CORES_MAX; core++) {
        memcpy(hosted_fabric() + FABRIC_CORES_OFFSET + core * sizeof(struct fabric_core) +
                   offsetof(struct fabric_core, apic_id),
               &core, sizeof(core));
    }
    return config;
}

const struct fabric_memctl *board_memctl(void)
{
    return (const struct fabric_memctl *)(const void *)(hosted_fabric() + FABRIC_MEMCTL_OFFSET);
}

void board_wbinvd(void)
{
    for (uint32_t core = 0; core < FABRIC_CORES_MAX; core++) {
        uint8_t *at = hosted_fabric() + FABRIC_CORES_OFFSET + core * sizeof(struct fabric_core);
        uint64_t count;

        memcpy(&count, at, sizeof(count));
        count++;
        memcpy(at, &count, sizeof(count));
    }
}

void board_fail_random_after(unsigned int requests, unsigned int reads)
{
    uint8_t byte;

    assert_true(crypto_random_start()); /* The interval begins anew. */
    assert_true(requests <= BOARD_RANDOM_REQUESTS);
    for (unsigned int used = requests; used < BOARD_RANDOM_REQUESTS; used++) {
        assert_true(crypto_random(&byte, sizeof(byte)));
    }
    hosted_entropy_fail_after(reads);
}

int board_unhook(void **state)
{
    (void)state;
    hosted_set_access_hook(NULL, NULL);
    return 0;
}
