/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board is killed at random moments of the commands that write persistent data. Afterwards INIT
 * succeeds, always, and the identity is the old or the new one: whole, and never a third.
 */
#include <stdio.h>
#include <string.h>

#include "host/lib/deadline.h"
#include "tests/conformance/certificates.h"
#include "tests/conformance/platform_owner.h"
#include "tests/persistence/persistence.h"

#define ROUNDS_EMULATED 12u
#define ROUNDS_HOSTED 40u

/** A command that changes persistent data, and what may be there after it was cut. */
struct change {
    const char *name;
    int64_t (*prepare)(uint64_t *paddr); /**< Microseconds that the command takes. */
    uint32_t id;
    bool (*fits)(const struct identity *before, const struct identity *after);
};

static bool all_same(const struct identity *before, const struct identity *after)
{
    return memcmp(before, after, sizeof *before) == 0;
}

/** How long a command takes in INIT; the identity is new afterwards. */
static int64_t time_of(uint32_t id)
{
    const int64_t start = deadline_now_us();

    assert_status(suite_issue(id, 0), SUCCESS);
    return deadline_now_us() - start;
}

static int64_t prepare_pek_gen(uint64_t *paddr)
{
    *paddr = 0;
    to_init();
    return time_of(SEV_COMMAND_PEK_GEN);
}

static bool fits_pek_gen(const struct identity *before, const struct identity *after)
{
    return same_certificate(&before->chain.oca, &after->chain.oca) &&
           !same_certificate(&before->chain.pek, &after->chain.pek) &&
           !same_certificate(&before->pdh, &after->pdh);
}

static int64_t prepare_pdh_gen(uint64_t *paddr)
{
    *paddr = 0;
    to_init();
    return time_of(SEV_COMMAND_PDH_GEN);
}

static bool fits_pdh_gen(const struct identity *before, const struct identity *after)
{
    return memcmp(&before->chain, &after->chain, sizeof before->chain) == 0 &&
           !same_certificate(&before->pdh, &after->pdh);
}

/** About as long as PEK_GEN: two signatures are verified, a key is made, and all is stored. */
static int64_t prepare_import(uint64_t *paddr)
{
    to_init();
    const int64_t duration = time_of(SEV_COMMAND_PEK_GEN);
    struct sev_pek_cert_import parameters;

    platform_owner_prepare(&parameters);
    *paddr = suite.question;
    return 2 * duration;
}

static bool fits_import(const struct identity *before, const struct identity *after)
{
    return !same_certificate(&before->chain.oca, &after->chain.oca) &&
           memcmp(&before->chain.pek, &after->chain.pek, SEV_CERTIFICATE_SIGNED_BYTES) == 0 &&
           !same_certificate(&before->pdh, &after->pdh);
}

/** The platform is in INIT until it is looked at; cut_reset() shuts it down. */
static int64_t prepare_reset(uint64_t *paddr)
{
    *paddr = 0;
    to_uninit();
    const int64_t start = deadline_now_us();

    assert_status(RUN_PLAIN(PLATFORM_RESET), SUCCESS);
    const int64_t duration = deadline_now_us() - start;

    to_init();
    return duration;
}

static bool fits_reset(const struct identity *before, const struct identity *after)
{
    return !same_certificate(&before->chain.oca, &after->chain.oca) &&
           !same_certificate(&before->chain.pek, &after->chain.pek) &&
           !same_certificate(&before->pdh, &after->pdh) &&
           same_certificate(&before->chain.cek, &after->chain.cek);
}

static const struct change changes[] = {
    {"PEK_GEN", prepare_pek_gen, SEV_COMMAND_PEK_GEN, fits_pek_gen},
    {"PDH_GEN", prepare_pdh_gen, SEV_COMMAND_PDH_GEN, fits_pdh_gen},
    {"PEK_CERT_IMPORT", prepare_import, SEV_COMMAND_PEK_CERT_IMPORT, fits_import},
    {"PLATFORM_RESET", prepare_reset, SEV_COMMAND_PLATFORM_RESET, fits_reset},
};

#define CHANGES (sizeof changes / sizeof changes[0])

/** Puts the parameters of the import, which look() has overwritten, back to their place. */
static void place_import(void)
{
    const struct sev_pek_cert_import parameters = {
        .pek_cert_paddr = suite_slot(0),
        .pek_cert_length = sizeof(struct sev_certificate),
        .oca_cert_paddr = suite_slot(1),
        .oca_cert_length = sizeof(struct sev_certificate),
    };

    memcpy(suite_at(suite.question, sizeof parameters), &parameters, sizeof parameters);
}

/** One cut. @return whether the change had taken place */
static bool cut(const struct change *change, struct random_state *random)
{
    uint64_t paddr;
    const int64_t duration = change->prepare(&paddr);
    const struct identity before = look();

    if (change->id == SEV_COMMAND_PLATFORM_RESET) {
        to_uninit();
    } else if (paddr != 0) {
        place_import();
    }
    issue_only(change->id, paddr);
    deadline_sleep_us(random_below(random, (uint32_t)(duration + duration / 4 + 1)));
    power_cut();
    const int status = initialise();

    if (status != SEV_STATUS_SUCCESS) {
        fail_msg("INIT after a cut in %s: status %x", change->name, (unsigned)status);
    }
    const struct identity after = look();
    const bool old = all_same(&before, &after);

    if (!old && !change->fits(&before, &after)) {
        fail_msg("the identity after a cut in %s is neither the old nor the new one", change->name);
    }
    return !old;
}

static void power_cut_in_any_command(void **state)
{
    struct random_state random = {program_settings.seed};
    const unsigned usual = program_settings.emulated ? ROUNDS_EMULATED : ROUNDS_HOSTED;
    const unsigned rounds = program_settings.rounds != 0 ? program_settings.rounds : usual;
    unsigned changed = 0;

    (void)state;
    for (unsigned i = 0; i < rounds; i++) {
        changed += cut(&changes[i % CHANGES], &random) ? 1 : 0;
    }
    (void)printf("note: %u power cuts; the change was complete after %u of them\n", rounds,
                 changed);
}

/** The first INIT of a chip, which makes and stores an identity. */
static void power_cut_in_the_first_init(void **state)
{
    struct random_state random = {program_settings.seed + 1};
    struct sev_init *parameters = suite_at(suite.question, sizeof *parameters);

    (void)state;
    to_uninit();
    assert_status(RUN_PLAIN(PLATFORM_RESET), SUCCESS);
    const int64_t start = deadline_now_us();

    assert_status(initialise(), SUCCESS);
    const int64_t duration = deadline_now_us() - start;

    for (unsigned i = 0; i < 3; i++) {
        to_uninit();
        assert_status(RUN_PLAIN(PLATFORM_RESET), SUCCESS);
        memset(parameters, 0, sizeof *parameters);
        issue_only(SEV_COMMAND_INIT, suite.question);
        deadline_sleep_us(random_below(&random, (uint32_t)duration + 1));
        power_cut();
        assert_status(initialise(), SUCCESS);
        (void)look();
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(power_cut_in_any_command),
    cmocka_unit_test(power_cut_in_the_first_init),
};
PROGRAM_GROUP(power_cut, tests);
