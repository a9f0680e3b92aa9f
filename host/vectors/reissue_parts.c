/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What changes of certificates are made of (reissue.h).
 */
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>
#include <string.h>
#include <time.h>

#include "host/vectors/reissue.h"

#define POINT_BYTES_MAX 160u

bool vectors_name_set(X509_NAME *name, int type, const char *text)
{
    const int at = X509_NAME_get_index_by_NID(name, type, -1);
    if (at >= 0) {
        X509_NAME_ENTRY_free(X509_NAME_delete_entry(name, at));
    }
    return X509_NAME_add_entry_by_NID(name, type, V_ASN1_UTF8STRING, (const uint8_t *)text, -1, at,
                                      0) == 1;
}

static bool year_set(ASN1_TIME *time, int year)
{
    struct tm parts = {.tm_year = year - 1900, .tm_mday = 1};
    return ASN1_TIME_set(time, timegm(&parts)) != NULL;
}

bool vectors_years_set(X509 *certificate, int from, int until)
{
    return year_set(X509_getm_notBefore(certificate), from) &&
           year_set(X509_getm_notAfter(certificate), until);
}

/* @return the place of an extension, or -1 */
static int find(const X509 *certificate, const char *oid)
{
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    const int at = object != NULL ? X509_get_ext_by_OBJ(certificate, object, -1) : -1;
    ASN1_OBJECT_free(object);
    return at;
}

/* Puts an extension in a place; -1 is the end. */
static bool insert(X509 *certificate, int place, const char *oid, bool critical,
                   const uint8_t *bytes, size_t length)
{
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    ASN1_OCTET_STRING *data = ASN1_OCTET_STRING_new();
    X509_EXTENSION *extension = NULL;
    if (object != NULL && data != NULL && ASN1_OCTET_STRING_set(data, bytes, (int)length) == 1) {
        extension = X509_EXTENSION_create_by_OBJ(NULL, object, critical ? 1 : 0, data);
    }
    const bool ok = extension != NULL && X509_add_ext(certificate, extension, place) == 1;
    X509_EXTENSION_free(extension);
    ASN1_OCTET_STRING_free(data);
    ASN1_OBJECT_free(object);
    return ok;
}

bool vectors_extension_drop(X509 *certificate, const char *oid)
{
    const int at = find(certificate, oid);
    if (at < 0) {
        return false;
    }
    X509_EXTENSION_free(X509_delete_ext(certificate, at));
    return true;
}

bool vectors_extension_add(X509 *certificate, const char *oid, bool critical, const uint8_t *bytes,
                           size_t length)
{
    return insert(certificate, -1, oid, critical, bytes, length);
}

bool vectors_extension_set(X509 *certificate, const char *oid, bool critical, const uint8_t *bytes,
                           size_t length)
{
    const int at = find(certificate, oid);
    return vectors_extension_drop(certificate, oid) &&
           insert(certificate, at, oid, critical, bytes, length);
}

/* The base point, encoded without compression. @return its length, 0 on failure */
static size_t base_point(const char *curve, uint8_t point[POINT_BYTES_MAX])
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(OBJ_sn2nid(curve));
    const size_t length = group != NULL ? EC_POINT_point2oct(group, EC_GROUP_get0_generator(group),
                                                             POINT_CONVERSION_UNCOMPRESSED, point,
                                                             POINT_BYTES_MAX, NULL)
                                        : 0;
    EC_GROUP_free(group);
    return length;
}

bool vectors_point_key(X509 *certificate, const char *curve)
{
    uint8_t point[POINT_BYTES_MAX];
    const size_t length = base_point(curve, point);
    EVP_PKEY *key = NULL;
    OSSL_PARAM *parameters = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    if (length != 0 && build != NULL &&
        OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, curve, 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, length) == 1) {
        parameters = OSSL_PARAM_BLD_to_param(build);
    }
    const bool ok = parameters != NULL && context != NULL && EVP_PKEY_fromdata_init(context) == 1 &&
                    EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) == 1 &&
                    X509_set_pubkey(certificate, key) == 1;
    EVP_PKEY_free(key);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(build);
    return ok;
}
