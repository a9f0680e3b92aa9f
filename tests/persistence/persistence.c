/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the persistence tests share (persistence.h).
 */
#include "tests/persistence/persistence.h"

#include <string.h>

#include "abi/mailbox.h"
#include "tests/conformance/certificates.h"

struct identity look(void)
{
    struct identity identity;

    export_certificates(&identity.pdh, &identity.chain);
    read_chip_id(identity.id);
    assert_chain_verifies(&identity.pdh, &identity.chain);
    return identity;
}

bool same_certificate(const struct sev_certificate *a, const struct sev_certificate *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

void assert_same_identity(const struct identity *a, const struct identity *b)
{
    assert_memory_equal(&a->pdh, &b->pdh, sizeof a->pdh);
    assert_memory_equal(&a->chain, &b->chain, sizeof a->chain);
    assert_memory_equal(a->id, b->id, sizeof a->id);
}

void assert_renewed_identity(const struct identity *a, const struct identity *b)
{
    assert_false(same_certificate(&a->pdh, &b->pdh));
    assert_false(same_certificate(&a->chain.pek, &b->chain.pek));
    assert_false(same_certificate(&a->chain.oca, &b->chain.oca));
    assert_true(same_certificate(&a->chain.cek, &b->chain.cek));
    assert_memory_equal(a->id, b->id, sizeof a->id);
}

int initialise(void)
{
    struct sev_init parameters = {.options = 0};

    return RUN(INIT, &parameters);
}

void restart(void)
{
    assert_true(suite_stop());
    assert_true(suite_start());
    assert_int_equal(platform_status().state, SEV_PLATFORM_UNINIT);
}

void power_cut(void)
{
    assert_int_equal(board_kill(&suite.board), BOARD_OK);
    assert_true(suite_start());
    assert_int_equal(platform_status().state, SEV_PLATFORM_UNINIT);
}

void issue_only(uint32_t id, uint64_t paddr)
{
    struct mailbox_client *client = &suite.board.mailbox;

    mailbox_write(client, MAILBOX_INTSTS, 0);
    mailbox_write(client, MAILBOX_CMDBUF_LO, (uint32_t)paddr);
    mailbox_write(client, MAILBOX_CMDBUF_HI, (uint32_t)(paddr >> 32));
    mailbox_write(client, MAILBOX_CMDRESP, id << MAILBOX_CMDRESP_ID_SHIFT);
    assert_int_equal(mailbox_ring(client), MAILBOX_OK);
}
