/* SPDX-License-Identifier: Apache-2.0 */
/*
 * To whom a guest is not sent: SEND_START verifies the target as far as the policy asks (4.25, 6.6).
 */
#include <string.h>

#include "host/provision/factory.h"
#include "host/provision/files.h"
#include "tests/migration/software.h"

/* Reads the test roots of another vendor, ASK and ARK in one file. */
static bool foreign_roots(const struct pair *pair, struct sev_target *target)
{
    char path[PATH_MAX];
    struct provision_error error;
    struct provision_bytes bytes = {0};
    bool done =
        board_path(path, pair->options->foreign_chip, PROVISION_KDS_DIRECTORY "/ask_ark.cert") &&
        provision_file_read(path, sizeof target->amd, false, &bytes, &error) &&
        bytes.length == target->amd_length;
    if (done) {
        memcpy(target->amd, bytes.data, bytes.length);
    }
    provision_bytes_free(&bytes);
    return done;
}

/* Changes of a good chain, and what SEND_START says to a guest with policy SEV. */
static void wrong_chips(struct pair *pair, const struct tenant *guest)
{
    const struct sev_target *first = &pair->first.identity;
    const struct sev_target *second = &pair->second.identity;
    const size_t half = second->amd_length / 2;
    struct sev_target target = *second;

    check_begin("SEV: the chain of another chip");
    target.chain = first->chain;
    (void)CHECK_STATUS(pair_try_send(&pair->first, guest, &target), BAD_SIGNATURE);
    target.chain = second->chain;
    target.chain.cek = first->chain.cek;
    (void)CHECK_STATUS(pair_try_send(&pair->first, guest, &target), BAD_SIGNATURE);
    target = *second;
    target.chain.pek = first->chain.pek;
    (void)CHECK_STATUS(pair_try_send(&pair->first, guest, &target), BAD_SIGNATURE);

    check_begin("SEV: the CEK as the firmware exports it, without a signature");
    target = *second;
    memset(&target.chain.cek.slots[0], 0, sizeof target.chain.cek.slots[0]);
    target.chain.cek.slots[0].usage = SEV_USAGE_INVALID;
    (void)CHECK_STATUS(pair_try_send(&pair->first, guest, &target), INVALID_CERTIFICATE);
    target.chain.cek.slots[1] = second->chain.cek.slots[0];
    (void)CHECK_STATUS(pair_try_send(&pair->first, guest, &target), SUCCESS); /* either slot */

    check_begin("SEV: ARK before ASK, two ASKs, two ARKs");
    target = *second;
    memcpy(target.amd, second->amd + half, half);
    (void)CHECK_STATUS(pair_try_send(&pair->first, guest, &target), INVALID_CERTIFICATE);
    memcpy(target.amd + half, second->amd, half);
    (void)CHECK_STATUS(pair_try_send(&pair->first, guest, &target), INVALID_CERTIFICATE);
    memcpy(target.amd, second->amd, half);
    (void)CHECK_STATUS(pair_try_send(&pair->first, guest, &target), INVALID_CERTIFICATE);
}

/* The policy decides what is looked at. */
static void foreign_vendor(struct pair *pair, const struct tenant *guest, bool genuine)
{
    char path[PATH_MAX];
    static struct software software;
    struct software_faults faults = {.api_minor = 24, .ask_file = path};
    struct sev_target target;
    const enum sev_status no_root = genuine ? SEV_STATUS_INVALID_CERTIFICATE : SEV_STATUS_SUCCESS;
    const enum sev_status no_signature = genuine ? SEV_STATUS_BAD_SIGNATURE : SEV_STATUS_SUCCESS;
    if (!CHECK(
            board_path(path, pair->options->foreign_chip, PROVISION_VENDOR_DIRECTORY "/ask.pem")) ||
        !software_make(&software, pair, &faults)) {
        return;
    }
    target = software.identity; /* our roots, but a CEK that their ASK signed */
    (void)check_status(pair_try_send(&pair->first, guest, &target), no_signature, "foreign CEK",
                       __FILE__, __LINE__);
    (void)CHECK(foreign_roots(pair, &target)); /* consistent, but not our root */
    (void)check_status(pair_try_send(&pair->first, guest, &target), no_root, "foreign root",
                       __FILE__, __LINE__);
    memcpy(target.amd + target.amd_length / 2, pair->first.identity.amd + target.amd_length / 2,
           target.amd_length / 2); /* their ASK below our root */
    (void)check_status(pair_try_send(&pair->first, guest, &target), no_signature, "foreign ASK",
                       __FILE__, __LINE__);
}

static void lengths(struct pair *pair, const struct tenant *guest)
{
    struct sev_send_start query = {.handle = guest->handle};
    check_begin("SEND_START: a query of nothing but the handle yields the session's length");
    (void)CHECK_STATUS(sev_send_start(&pair->first.board, &query), INVALID_LENGTH);
    (void)CHECK(query.session_length == sizeof(struct sev_session) && query.policy == 0);

    check_begin("SEND_START: all lengths count whatever the policy");
    struct sev_target target = pair->second.identity;
    static const uint32_t wrong[] = {0, 1600, 1663, 1665, 3199, 3201, 4096};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        target.amd_length = wrong[i];
        (void)CHECK_STATUS(pair_try_send(&pair->first, guest, &target), INVALID_LENGTH);
    }
}

void test_chains(struct pair *pair)
{
    struct tenant guest = {.handle = 0};
    check_begin("launch a guest with policy SEV");
    if (pair_launch(pair, &pair->first, &guest, SEV_POLICY_SEV)) {
        wrong_chips(pair, &guest);
        check_begin("SEV: another vendor");
        foreign_vendor(pair, &guest, true);
    }
    pair_end_guest(&pair->first, &guest);

    check_begin("launch a guest without a policy");
    if (pair_launch(pair, &pair->first, &guest, 0)) {
        check_begin("no policy: any vendor will do");
        foreign_vendor(pair, &guest, false);
        lengths(pair, &guest);
        check_begin("no policy: only the PDH's form counts");
        struct sev_target target = pair->second.identity;
        memset(&target.chain, 0xA5, sizeof target.chain);
        (void)CHECK_STATUS(pair_try_send(&pair->first, &guest, &target), SUCCESS);
        target.pdh.public_key.ecc.qx[0] ^= 1;
        (void)CHECK_STATUS(pair_try_send(&pair->first, &guest, &target), INVALID_CERTIFICATE);
    }
    pair_end_guest(&pair->first, &guest);

    check_begin("NOSEND: the guest never leaves");
    if (pair_launch(pair, &pair->first, &guest, SEV_POLICY_NOSEND)) {
        (void)CHECK_STATUS(pair_try_send(&pair->first, &guest, &pair->second.identity),
                           POLICY_FAILURE);
        (void)CHECK_STATUS(pair_try_send(&pair->first, &guest, &pair->first.identity),
                           POLICY_FAILURE);
    }
    pair_end_guest(&pair->first, &guest);
    dram_free_all(&pair->first.board.dram);
}

void test_versions(struct pair *pair)
{
    static const struct {
        uint8_t major;
        uint8_t minor;
        uint32_t policy;
        enum sev_status status;
    } cases[] = {
        {0, 24, 24u << 24, SEV_STATUS_SUCCESS},
        {0, 23, 24u << 24, SEV_STATUS_POLICY_FAILURE},
        {0, 0, 24u << 24, SEV_STATUS_POLICY_FAILURE},
        {0, 25, 24u << 24, SEV_STATUS_SUCCESS},
        {1, 0, 24u << 24, SEV_STATUS_SUCCESS},
        {0, 23, SEV_POLICY_SEV | 24u << 24, SEV_STATUS_POLICY_FAILURE},
        {0, 24, SEV_POLICY_SEV | 24u << 24, SEV_STATUS_SUCCESS},
        {0, 0, SEV_POLICY_SEV, SEV_STATUS_SUCCESS},
    };
    static struct software software;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct software_faults faults = {.api_major = cases[i].major,
                                               .api_minor = cases[i].minor};
        struct tenant guest = {.handle = 0};
        check_begin("policy %08x, target's PEK made by API %u.%u", cases[i].policy, cases[i].major,
                    cases[i].minor);
        if (software_make(&software, pair, &faults) &&
            pair_launch(pair, &pair->first, &guest, cases[i].policy)) {
            (void)check_status(pair_try_send(&pair->first, &guest, &software.identity),
                               cases[i].status, "SEND_START", __FILE__, __LINE__);
        }
        pair_end_guest(&pair->first, &guest);
    }
    dram_free_all(&pair->first.board.dram);
}
