/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Issues certificates of the SNP hierarchy (issue.h).
 */
#include "tests/snp/issue.h"

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "tests/snp/bytes.h"

#define RSA_BITS 4096u
#define SALT_BYTES 48
#define DAY 86400
#define TEXT_MAX 128

#define ARC "1.3.6.1.4.1.3704.1."

struct description {
    const char *cn;
    long serial;
    int years;
    const char *usage;
};

static const struct description descriptions[] = {
    [WITNESS_ARK] = {"ARK-%s", 0x10000, 25, "critical,keyCertSign,cRLSign"},
    [WITNESS_ASK] = {"SEV-%s", 0x10001, 25, "critical,keyCertSign"},
    [WITNESS_ASVK] = {"SEV-VLEK-%s", 0x10101, 25, "critical,keyCertSign"},
    [WITNESS_VCEK] = {"SEV-VCEK", 0, 7, NULL},
    [WITNESS_VLEK] = {"SEV-VLEK", 0, 1, NULL},
};

EVP_PKEY *witness_issue_rsa_key(void)
{
    EVP_PKEY *key = EVP_RSA_gen(RSA_BITS);

    witness_need(key != NULL);
    return key;
}

static void add_name(X509_NAME *name, const char *field, const char *text)
{
    witness_need(X509_NAME_add_entry_by_txt(name, field, MBSTRING_ASC, (const uint8_t *)text, -1,
                                            -1, 0) == 1);
}

static void set_subject(X509 *certificate, const struct witness_issue *issue)
{
    X509_NAME *name = X509_NAME_new();
    char cn[TEXT_MAX] = "";
    const char *pattern = descriptions[issue->role].cn;
    const size_t head = strcspn(pattern, "%");

    (void)snprintf(cn, sizeof cn, "%.*s%s", (int)head, pattern,
                   pattern[head] == '%' ? issue->product->name : "");
    add_name(name, "OU", "Engineering");
    add_name(name, "C", "US");
    add_name(name, "L", "Santa Clara");
    add_name(name, "ST", "CA");
    add_name(name, "O", "Advanced Micro Devices");
    add_name(name, "CN", cn);
    add_name(name, "description", "TEST, NOT AMD");
    witness_need(X509_set_subject_name(certificate, name) == 1);
    X509_NAME_free(name);
}

void witness_issue_extension(X509 *certificate, const char *oid, const uint8_t *bytes, int length)
{
    char text[TEXT_MAX];
    ASN1_OCTET_STRING *data = ASN1_OCTET_STRING_new();

    (void)snprintf(text, sizeof text, ARC "%s", oid);
    ASN1_OBJECT *object = OBJ_txt2obj(text, 1);
    witness_need(object != NULL && ASN1_OCTET_STRING_set(data, bytes, length) == 1);
    X509_EXTENSION *extension = X509_EXTENSION_create_by_OBJ(NULL, object, 0, data);
    witness_need(extension != NULL && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
    ASN1_OBJECT_free(object);
    ASN1_OCTET_STRING_free(data);
}

void witness_issue_standard(X509 *certificate, X509 *issuer, int type, const char *text)
{
    X509V3_CTX context;

    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, type, text);
    witness_need(extension != NULL && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

static void add_integer(X509 *certificate, const char *oid, uint8_t value)
{
    const uint8_t small[] = {0x02, 0x01, value};
    const uint8_t large[] = {0x02, 0x02, 0x00, value};

    if (value < 0x80) {
        witness_issue_extension(certificate, oid, small, sizeof small);
    } else {
        witness_issue_extension(certificate, oid, large, sizeof large);
    }
}

static void add_text(X509 *certificate, const char *oid, const char *text)
{
    uint8_t bytes[TEXT_MAX] = {0x16, (uint8_t)strlen(text)};

    witness_need(strlen(text) < sizeof bytes - 2);
    memcpy(bytes + 2, text, strlen(text));
    witness_issue_extension(certificate, oid, bytes, (int)strlen(text) + 2);
}

static void add_leaf_extensions(X509 *certificate, const struct witness_issue *issue)
{
    const struct witness_product *product = issue->product;
    const bool chip = issue->role == WITNESS_VCEK;

    add_integer(certificate, "1", product->struct_version);
    add_text(certificate, "2", chip ? product->vcek_name : product->name);
    for (size_t i = 0; i < WITNESS_SPLS; i++) {
        add_integer(certificate, product->spl[i].oid,
                    (uint8_t)(issue->tcb >> (8 * product->spl[i].byte)));
    }
    if (chip) {
        witness_issue_extension(certificate, "4", issue->chip_id, product->chip_id_bytes);
    } else {
        add_text(certificate, "5", issue->csp_id);
    }
}

static void add_authority_extensions(X509 *certificate, const struct witness_issue *issue)
{
    char link[TEXT_MAX];
    X509 *issuer = issue->issuer == NULL ? certificate : issue->issuer;

    (void)snprintf(link, sizeof link, "URI:https://kdsintf.amd.com/%s/v1/%s/crl",
                   issue->role == WITNESS_ASVK ? "vlek" : "vcek", issue->product->name);
    witness_issue_standard(certificate, issuer, NID_subject_key_identifier, "hash");
    if (issue->role != WITNESS_ARK) {
        witness_issue_standard(certificate, issuer, NID_authority_key_identifier, "keyid:always");
    }
    witness_issue_standard(certificate, issuer, NID_basic_constraints,
                           issue->role == WITNESS_ARK ? "critical,CA:TRUE"
                                                      : "critical,CA:TRUE,pathlen:0");
    witness_issue_standard(certificate, issuer, NID_key_usage, descriptions[issue->role].usage);
    witness_issue_standard(certificate, issuer, NID_crl_distribution_points, link);
}

static const struct witness_signing profile = {"SHA384", "SHA384", SALT_BYTES};

/* What X509_sign_ctx() and its kind take. */
static EVP_MD_CTX *begin_signing(EVP_PKEY *key, const struct witness_signing *signing)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *settings = NULL;

    witness_need(EVP_DigestSignInit(context, &settings, EVP_get_digestbyname(signing->digest), NULL,
                                    key) == 1);
    if (signing->mask != NULL) {
        const EVP_MD *mask = EVP_get_digestbyname(signing->mask);

        witness_need(EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) == 1 &&
                     EVP_PKEY_CTX_set_rsa_mgf1_md(settings, mask) == 1 &&
                     EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, signing->salt) == 1);
    }
    return context;
}

X509 *witness_issue(const struct witness_issue *issue)
{
    const struct description *description = &descriptions[issue->role];
    X509 *certificate = X509_new();
    const time_t until = issue->from + ((time_t)description->years * 1461 / 4 + 1) * DAY - DAY;

    witness_need(X509_set_version(certificate, 2) == 1 &&
                 ASN1_INTEGER_set(X509_get_serialNumber(certificate), description->serial) == 1 &&
                 X509_set_pubkey(certificate, issue->key) == 1 &&
                 ASN1_TIME_set(X509_getm_notBefore(certificate), issue->from) != NULL &&
                 ASN1_TIME_set(X509_getm_notAfter(certificate), until) != NULL);
    set_subject(certificate, issue);
    witness_need(X509_set_issuer_name(
        certificate, X509_get_subject_name(issue->issuer == NULL ? certificate : issue->issuer)));
    if (issue->role == WITNESS_VCEK || issue->role == WITNESS_VLEK) {
        add_leaf_extensions(certificate, issue);
    } else {
        add_authority_extensions(certificate, issue);
    }
    if (issue->change != NULL) {
        issue->change(certificate);
    }
    EVP_MD_CTX *context =
        begin_signing(issue->signer, issue->signing == NULL ? &profile : issue->signing);
    witness_need(X509_sign_ctx(certificate, context) > 0);
    EVP_MD_CTX_free(context);
    return certificate;
}

X509_CRL *witness_issue_crl(const struct witness_issue_crl *issue)
{
    X509_CRL *crl = X509_CRL_new();
    ASN1_TIME *start = ASN1_TIME_set(NULL, issue->from);
    ASN1_TIME *end = ASN1_TIME_set(NULL, issue->from + (time_t)issue->days * DAY);

    witness_need(X509_CRL_set_version(crl, 1) == 1 &&
                 X509_CRL_set_issuer_name(crl, X509_get_subject_name(issue->ark)) == 1 &&
                 X509_CRL_set1_lastUpdate(crl, start) == 1 &&
                 (issue->days == 0 || X509_CRL_set1_nextUpdate(crl, end) == 1));
    if (issue->revoked != NULL) {
        X509_REVOKED *entry = X509_REVOKED_new();
        ASN1_INTEGER *serial = X509_get_serialNumber(issue->revoked);

        witness_need(X509_REVOKED_set_serialNumber(entry, serial) == 1 &&
                     X509_REVOKED_set_revocationDate(entry, start) == 1 &&
                     X509_CRL_add0_revoked(crl, entry) == 1);
    }
    EVP_MD_CTX *context =
        begin_signing(issue->key, issue->signing == NULL ? &profile : issue->signing);
    witness_need(X509_CRL_sign_ctx(crl, context) > 0);
    EVP_MD_CTX_free(context);
    ASN1_TIME_free(start);
    ASN1_TIME_free(end);
    return crl;
}
