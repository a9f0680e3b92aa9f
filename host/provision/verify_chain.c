/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole certificate chain, from the root that the caller knows to the PDH.
 */
#include "host/provision/verify.h"

static bool check_ark_ark(const struct verify_chain *chain, struct provision_error *error)
{
    return verify_amd_certificate(chain->ark, chain->ark_length, chain->ark, chain->ark_length,
                                  error);
}

static bool check_ask_ark(const struct verify_chain *chain, struct provision_error *error)
{
    return verify_amd_certificate(chain->ask, chain->ask_length, chain->ark, chain->ark_length,
                                  error);
}

static bool check_cek_ask(const struct verify_chain *chain, struct provision_error *error)
{
    return verify_sev_form(chain->cek, SEV_USAGE_CEK, error) &&
           verify_sev_certificate_by_ask(chain->cek, chain->ask, chain->ask_length, error);
}

static bool check_oca_oca(const struct verify_chain *chain, struct provision_error *error)
{
    return verify_sev_form(chain->oca, SEV_USAGE_OCA, error) &&
           verify_sev_certificate(chain->oca, chain->oca, error);
}

static bool check_pek_cek(const struct verify_chain *chain, struct provision_error *error)
{
    return verify_sev_form(chain->pek, SEV_USAGE_PEK, error) &&
           verify_sev_certificate(chain->pek, chain->cek, error);
}

static bool check_pek_oca(const struct verify_chain *chain, struct provision_error *error)
{
    return verify_sev_certificate(chain->pek, chain->oca, error);
}

static bool check_pdh_pek(const struct verify_chain *chain, struct provision_error *error)
{
    return verify_sev_form(chain->pdh, SEV_USAGE_PDH, error) &&
           verify_sev_certificate(chain->pdh, chain->pek, error);
}

static const struct {
    bool (*check)(const struct verify_chain *chain, struct provision_error *error);
    const char *text;
} links[VERIFY_LINK_COUNT] = {
    [VERIFY_LINK_ARK_ARK] = {check_ark_ark, "ARK by itself"},
    [VERIFY_LINK_ASK_ARK] = {check_ask_ark, "ASK by ARK"},
    [VERIFY_LINK_CEK_ASK] = {check_cek_ask, "CEK by ASK"},
    [VERIFY_LINK_OCA_OCA] = {check_oca_oca, "OCA by itself"},
    [VERIFY_LINK_PEK_CEK] = {check_pek_cek, "PEK by CEK"},
    [VERIFY_LINK_PEK_OCA] = {check_pek_oca, "PEK by OCA"},
    [VERIFY_LINK_PDH_PEK] = {check_pdh_pek, "PDH by PEK"},
};

const char *verify_link_text(enum verify_link link)
{
    return link < VERIFY_LINK_COUNT ? links[link].text : "the whole chain";
}

enum verify_link verify_chain(const struct verify_chain *chain, struct provision_error *error)
{
    for (unsigned int i = 0; i < VERIFY_LINK_COUNT; i++) {
        struct provision_error cause = {0};
        if (!links[i].check(chain, &cause)) {
            (void)provision_fail(error, "%s: %.500s", links[i].text, cause.text);
            return (enum verify_link)i;
        }
    }
    return VERIFY_LINK_COUNT;
}
