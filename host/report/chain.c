/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificate chains (chain.h).
 */
#include "host/report/chain.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "host/demo/snp_certificates.h"
#include "host/demo/snp_host.h"
#include "host/provision/factory_options.h"
#include "host/provision/files.h"
#include "host/provision/key_server.h"
#include "host/provision/provision.h"
#include "host/provision/verify.h"

static void add(struct chain *chain, const struct chain_certificate *certificate, const void *bytes,
                size_t length)
{
    struct chain_certificate next = *certificate;
    if (chain->count < CHAIN_MAX &&
        EVP_Digest(bytes, length, next.digest, NULL, EVP_sha256(), NULL) == 1) {
        chain->certificates[chain->count++] = next;
    }
}

static void set_chip(struct chain *chain, const uint8_t id[SEV_CHIP_ID_BYTES])
{
    memcpy(chain->chip_id, id, sizeof chain->chip_id);
    chain->has_chip_id = true;
}

/* What comes from the firmware, and what the vendor's key server has signed. */
static void verify_sev(struct chain *chain, const struct sev_certificate *pdh,
                       const struct sev_certificate_chain *exported,
                       const struct provision_bytes *ark, const struct provision_bytes *ask,
                       const struct provision_bytes *cek)
{
    const struct sev_certificate *signed_cek = (const void *)cek->data;
    const struct verify_chain links = {.ark = ark->data,
                                       .ark_length = ark->length,
                                       .ask = ask->data,
                                       .ask_length = ask->length,
                                       .cek = signed_cek,
                                       .oca = &exported->oca,
                                       .pek = &exported->pek,
                                       .pdh = pdh};
    add(chain, &(struct chain_certificate){"ARK", "the vendor's root", "ARK", "RSA", {0}},
        ark->data, ark->length);
    add(chain, &(struct chain_certificate){"ASK", "the vendor's key for chips", "ARK", "RSA", {0}},
        ask->data, ask->length);
    add(chain, &(struct chain_certificate){"CEK", "this chip", "ASK", "ECDSA P-384", {0}},
        cek->data, cek->length);
    add(chain, &(struct chain_certificate){"PEK", "the platform", "CEK, OCA", "ECDSA P-384", {0}},
        &exported->pek, sizeof exported->pek);
    add(chain, &(struct chain_certificate){"PDH", "sessions with owners", "PEK", "ECDH P-384", {0}},
        pdh, sizeof *pdh);
    add(chain,
        &(struct chain_certificate){
            "OCA", "the platform's owner; signs the PEK, too", "OCA", "ECDSA P-384", {0}},
        &exported->oca, sizeof exported->oca);
    chain->holds =
        (memcmp(signed_cek, &exported->cek, SEV_CERTIFICATE_SIGNED_BYTES) == 0 ||
         provision_fail(&chain->reason, "the firmware's CEK is not the one that was signed")) &&
        verify_chain(&links, &chain->reason) == VERIFY_LINK_COUNT;
}

void chain_read_sev(struct chain *chain, const char *directory, struct board *board,
                    const struct sev_certificate *pdh, const struct sev_certificate_chain *exported)
{
    uint8_t id[SEV_CHIP_ID_BYTES];
    char hex[2 * sizeof id + 1];
    char name[sizeof hex + sizeof PROVISION_KDS_CEK_DIRECTORY + 1];
    struct provision_bytes ark = {0};
    struct provision_bytes ask = {0};
    struct provision_bytes cek = {0};
    *chain = (struct chain){0};
    if (exported == NULL || sev_read_chip_id(board, id) != SEV_STATUS_SUCCESS) {
        (void)provision_fail(&chain->reason, "the firmware has not told its certificates");
        return;
    }
    set_chip(chain, id);
    provision_hex(id, sizeof id, hex);
    (void)snprintf(name, sizeof name, PROVISION_KDS_CEK_DIRECTORY "/%s", hex);
    if (snp_certificates_fetch(directory, PROVISION_KDS_DIRECTORY "/ark.cert", &ark,
                               &chain->reason) &&
        snp_certificates_fetch(directory, PROVISION_KDS_DIRECTORY "/ask.cert", &ask,
                               &chain->reason) &&
        snp_certificates_fetch(directory, name, &cek, &chain->reason)) {
        if (cek.data != NULL && cek.length == sizeof(struct sev_certificate)) {
            verify_sev(chain, pdh, exported, &ark, &ask, &cek);
        } else {
            (void)provision_fail(&chain->reason, "%s is no certificate", name);
        }
    }
    provision_bytes_free(&ark);
    provision_bytes_free(&ask);
    provision_bytes_free(&cek);
}

static void add_x509(struct chain *chain, struct chain_certificate certificate, X509 *x509)
{
    uint8_t *der = NULL;
    const int length = x509 != NULL ? i2d_X509(x509, &der) : -1;
    if (length > 0) {
        char subject[32] = "";
        (void)X509_NAME_get_text_by_NID(X509_get_subject_name(x509), NID_commonName, subject,
                                        (int)sizeof subject);
        EVP_PKEY *key = X509_get0_pubkey(x509);
        (void)snprintf(certificate.key, sizeof certificate.key, "%s %d, %s",
                       key != NULL && EVP_PKEY_is_a(key, "RSA") != 0 ? "RSA" : "ECDSA",
                       key != NULL ? EVP_PKEY_get_bits(key) : 0, subject);
        add(chain, &certificate, der, (size_t)length);
    }
    OPENSSL_free(der);
}

static void read_authorities(struct chain *chain, const struct provision_bytes *pem)
{
    BIO *text = BIO_new_mem_buf(pem->data, (int)pem->length);
    X509 *ask = text != NULL ? PEM_read_bio_X509(text, NULL, NULL, NULL) : NULL;
    X509 *ark = text != NULL ? PEM_read_bio_X509(text, NULL, NULL, NULL) : NULL;
    add_x509(chain, (struct chain_certificate){"ARK", "the vendor's root", "ARK", "", {0}}, ark);
    add_x509(chain, (struct chain_certificate){"ASK", "the vendor's key for chips", "ARK", "", {0}},
             ask);
    X509_free(ask);
    X509_free(ark);
    BIO_free(text);
}

void chain_read_snp(struct chain *chain, const char *directory, const struct snp_report *report)
{
    const struct provision_product *product = snp_host_product(directory);
    char name[PROVISION_KDS_NAME_BYTES];
    struct provision_bytes bytes = {0};
    *chain = (struct chain){0};
    if (report == NULL || product == NULL) {
        (void)provision_fail(&chain->reason, "there is no report");
        return;
    }
    set_chip(chain, report->chip_id);
    provision_kds_name(PROVISION_KDS_CHAIN, PROVISION_VCEK, product, NULL, 0, name);
    if (snp_certificates_fetch(directory, name, &bytes, &chain->reason)) {
        read_authorities(chain, &bytes);
    }
    provision_bytes_free(&bytes);
    provision_kds_name(PROVISION_KDS_CERTIFICATE, PROVISION_VCEK, product, report->chip_id,
                       report->reported_tcb, name);
    if (snp_certificates_fetch(directory, name, &bytes, &chain->reason)) {
        const uint8_t *der = bytes.data;
        X509 *vcek = d2i_X509(NULL, &der, (long)bytes.length);
        add_x509(chain,
                 (struct chain_certificate){"VCEK", "this chip with this firmware", "ASK", "", {0}},
                 vcek);
        X509_free(vcek);
    }
    provision_bytes_free(&bytes);
    add(chain, &(struct chain_certificate){"Report", "this guest, as launched", "VCEK", "", {0}},
        report, sizeof *report);
    chain->holds = snp_certificates_vouch(directory, report, &chain->reason);
}
