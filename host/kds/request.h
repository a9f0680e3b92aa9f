/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses of AMD's key server: what they ask for, and the head of the HTTP request that has one.
 * Nothing here touches files or sockets.
 */
#ifndef HOST_KDS_REQUEST_H
#define HOST_KDS_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include "host/provision/key_server.h"

/** Status codes of HTTP that this server gives. */
enum kds_status {
    KDS_OK = 200,
    KDS_BAD_REQUEST = 400,
    KDS_NOT_FOUND = 404,
    KDS_METHOD_NOT_ALLOWED = 405,
    KDS_TOO_LARGE = 431,
    KDS_FAILED = 500,
    KDS_VERSION_NOT_SUPPORTED = 505,
};

/** What an address names. */
enum kds_object {
    KDS_CEK,         /**< /cek/id/ID */
    KDS_CHAIN,       /**< /vcek/v1/LINE/cert_chain, /vlek/v1/LINE/cert_chain */
    KDS_CRL,         /**< /vcek/v1/LINE/crl, /vlek/v1/LINE/crl */
    KDS_CERTIFICATE, /**< /vcek/v1/LINE/ID?blSPL=..., /vlek/v1/LINE/cert?blSPL=... */
};

struct kds_request {
    enum kds_object object;
    enum provision_key_kind kind;            /**< Not of KDS_CEK. */
    const struct provision_product *product; /**< Likewise. */
    uint8_t id[PROVISION_CHIP_ID_BYTES];     /**< As many bytes as the address has; then zeros. */
    uint64_t tcb;                            /**< Of KDS_CERTIFICATE. */
};

/**
 * Reads an address.
 *
 * @param target        path and query, "/vcek/v1/..."
 * @param[out] request  what it asks for, when KDS_OK
 * @return KDS_OK; KDS_NOT_FOUND when the server has no such path; KDS_BAD_REQUEST when the query of one
 *         that it has is wrong: a parameter of the product is missing, given twice, not a number from 0
 *         to 255, or not the product's
 */
enum kds_status kds_read_target(const char *target, struct kds_request *request)
    __attribute__((warn_unused_result));

#define KDS_HEAD_BYTES_MAX 4096u /**< Of a request, with the empty line at its end. */

/** How far a request has come. */
enum kds_progress {
    KDS_INCOMPLETE, /**< More bytes are needed. */
    KDS_COMPLETE,   /**< It can be answered. */
};

/**
 * Looks at what has come of an HTTP request.
 *
 * @param bytes         @p length bytes, at most KDS_HEAD_BYTES_MAX
 * @param[out] target   of KDS_HEAD_BYTES_MAX, set when complete and KDS_OK
 * @param[out] status   set when complete: KDS_OK; KDS_BAD_REQUEST when it is no HTTP;
 *                      KDS_METHOD_NOT_ALLOWED when it is not GET; KDS_TOO_LARGE when it does not end in
 *                      time; KDS_VERSION_NOT_SUPPORTED when it is of another HTTP than 1.x
 */
enum kds_progress kds_read_head(const char *bytes, size_t length, char *target,
                                enum kds_status *status) __attribute__((warn_unused_result));

#endif
