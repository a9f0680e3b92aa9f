/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Known states (states.h): the platform.
 */
#include "tests/conformance/states.h"

#include <stdio.h>
#include <string.h>

#include "host/lib/fabric.h"

static uint32_t next_asid;
static uint32_t next_es_asid;
static enum init_mode init_mode;

struct fabric_config *machine(void)
{
    return (void *)suite_fabric();
}

uint32_t machine_sockets(void)
{
    const struct fabric_config *config = (const void *)suite.board.fabric_file.bytes;

    return config != NULL ? config->sockets : suite.machine.sockets;
}

void to_uninit(void)
{
    suite_revive();
    suite_end_ring();
    const int status = RUN_PLAIN(SHUTDOWN);

    if (status == SEV_STATUS_RING_BUFFER_EXIT) { /* A test has left the ring-buffer mode on. */
        assert_status(RUN_PLAIN(SHUTDOWN), SUCCESS);
    } else {
        assert_status(status, SUCCESS);
    }
    if (suite.board.fabric_file.bytes != NULL) {
        memcpy(suite.board.fabric_file.bytes, &suite.machine, sizeof suite.machine);
    }
    snapshot_forget_guests();
    next_asid = suite.machine.min_sev_asid;
    next_es_asid = 1;
}

/**
 * UNINIT, and nobody else owns the platform; an owner whose keys may not be lost stays. That there is
 * one is what another case has left, so it is nothing that this case needs.
 */
static void to_uninit_self_owned(void)
{
    to_uninit();
    if (platform_status().owner != 0 && (suite.has & NEEDS_DESTRUCTIVE) != 0) {
        needs_pause(true);
        assert_status(RUN_PLAIN(PLATFORM_RESET), SUCCESS);
        needs_pause(false);
    }
}

void set_init_mode(enum init_mode mode)
{
    init_mode = mode;
}

/** INIT or INIT_EX. */
static int initialise(bool es)
{
    struct sev_init init = {
        .options = es ? SEV_INIT_OPTION_ES : 0,
        .tmr_paddr = suite.tmr,
        .tmr_length = SEV_TMR_BYTES,
    };
    struct sev_init_ex init_ex = {
        .length = sizeof init_ex,
        .options = es ? SEV_INIT_OPTION_ES : 0,
        .tmr_paddr = suite.tmr,
        .tmr_length = SEV_TMR_BYTES,
        .nv_paddr = suite.nv,
        .nv_length = SEV_NV_BYTES,
    };

    return init_mode == INIT_WITH_NV ? RUN(INIT_EX, &init_ex) : RUN(INIT, &init);
}

static void to_init_with(bool es)
{
    to_uninit_self_owned();
    /* What a test of damaged data left behind is erased by the first try. */
    if (initialise(es) == SEV_STATUS_SECURE_DATA_INVALID) {
        assert_status(initialise(es), SUCCESS);
    }
    assert_int_equal(platform_status().state, SEV_PLATFORM_INIT);
    if (platform_status().owner != 0 && (suite.has & NEEDS_DESTRUCTIVE) != 0) {
        needs_pause(true);
        assert_status(RUN_PLAIN(PEK_GEN), SUCCESS);
        needs_pause(false);
    }
    flush();
}

void to_init(void)
{
    to_init_with(init_mode == INIT_WITH_TMR);
}

void to_init_es(void)
{
    to_init_with(true);
}

uint32_t to_working(void)
{
    to_init();
    return launch(0);
}

void to_platform_state(enum sev_platform_state state)
{
    switch (state) {
    case SEV_PLATFORM_UNINIT:
        to_uninit();
        break;
    case SEV_PLATFORM_INIT:
        to_init();
        break;
    case SEV_PLATFORM_WORKING:
        (void)to_working();
        break;
    }
    assert_int_equal(platform_status().state, state);
}

void flush(void)
{
    if (suite.board.fabric_file.bytes != NULL) {
        fabric_report_wbinvd_all(suite.board.fabric_file.bytes);
    }
    assert_status(RUN_PLAIN(DF_FLUSH), SUCCESS);
}

struct sev_platform_status platform_status(void)
{
    struct sev_platform_status status;

    memset(&status, SUITE_PATTERN, sizeof status);
    assert_status(suite_ask(SEV_COMMAND_PLATFORM_STATUS, &status, sizeof status), SUCCESS);
    return status;
}

struct sev_guest_status guest_status(uint32_t handle)
{
    struct sev_guest_status status;

    memset(&status, SUITE_PATTERN, sizeof status);
    status.handle = handle;
    assert_status(suite_ask(SEV_COMMAND_GUEST_STATUS, &status, sizeof status), SUCCESS);
    return status;
}

uint32_t new_asid(void)
{
    return next_asid++;
}

uint32_t new_es_asid(void)
{
    return next_es_asid++;
}

size_t load_file(const char *name, uint64_t paddr)
{
    char path[PATH_MAX];

    assert_true(board_path(path, suite_directory(NEEDS_IMAGES), name));
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        fail_msg("%s: cannot be read; see tests/conformance/run.sh", path);
    }
    const size_t length = fread(suite_at(paddr, SEV_TMR_BYTES), 1, SEV_TMR_BYTES, file);

    (void)fclose(file);
    assert_int_not_equal(length, 0);
    return length;
}

void export_certificates(struct sev_certificate *pdh, struct sev_certificate_chain *chain)
{
    struct sev_pdh_cert_export parameters = {
        .pdh_cert_paddr = suite_slot(10),
        .pdh_cert_length = sizeof *pdh,
        .certs_paddr = suite_slot(11),
        .certs_length = sizeof *chain,
    };

    assert_status(suite_ask(SEV_COMMAND_PDH_CERT_EXPORT, &parameters, sizeof parameters), SUCCESS);
    memcpy(pdh, suite_at(suite_slot(10), sizeof *pdh), sizeof *pdh);
    memcpy(chain, suite_at(suite_slot(11), sizeof *chain), sizeof *chain);
}
