/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A CRL: who signed it and how, when it is in force, whom it revokes.
 */
#include <openssl/x509.h>

#include "tests/snp/chain.h"
#include "tests/snp/hierarchy.h"
#include "tests/snp/issue.h"
#include "tests/snp/testing.h"

#define NOW (HIERARCHY_FROM + 1000)
#define DAY ((time_t)86400)

static struct hierarchy authorities;

static int begin_group(void **state)
{
    (void)hierarchy_begin(state);
    authorities = hierarchy_found(&witness_genoa);
    return 0;
}

static int end_group(void **state)
{
    hierarchy_dissolve(&authorities);
    return hierarchy_end(state);
}

static void a_crl_is_judged(void **state)
{
    static const struct witness_signing wrong = {"SHA256", "SHA256", 48};
    const struct witness_issue_crl sound = {
        authorities.ark, hierarchy_keys.ark, NULL, HIERARCHY_FROM, 1, NULL};
    const struct {
        struct witness_issue_crl issue;
        time_t now;
        const char *fault;
    } cases[] = {
        {sound, NOW, NULL},
        {sound, HIERARCHY_FROM - 1, "CRL is not in force"},
        {sound, HIERARCHY_FROM + 2 * DAY, "CRL is not in force"},
        {{authorities.ark, hierarchy_keys.ark, NULL, HIERARCHY_FROM, 0, NULL},
         NOW,
         "CRL is not in force"},
        {{authorities.ark, hierarchy_keys.ark, authorities.ask, HIERARCHY_FROM, 1, NULL},
         NOW,
         "certificate is revoked"},
        {{authorities.ark, hierarchy_keys.ark, authorities.asvk, HIERARCHY_FROM, 1, NULL},
         NOW,
         NULL},
        {{authorities.ark, hierarchy_keys.ask, NULL, HIERARCHY_FROM, 1, NULL},
         NOW,
         "signature of the CRL"},
        {{authorities.ask, hierarchy_keys.ark, NULL, HIERARCHY_FROM, 1, NULL},
         NOW,
         "signature of the CRL"},
        {{authorities.ark, hierarchy_keys.ark, NULL, HIERARCHY_FROM, 1, &wrong},
         NOW,
         "signature of the CRL"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        X509_CRL *crl = witness_issue_crl(&cases[i].issue);
        const char *fault = witness_crl_check(crl, authorities.ark, authorities.ask, cases[i].now);

        if (cases[i].fault == NULL) {
            assert_sound(fault);
        } else {
            assert_fault(fault, cases[i].fault);
        }
        X509_CRL_free(crl);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crl_is_judged),
    };

    return cmocka_run_group_tests(tests, begin_group, end_group);
}
