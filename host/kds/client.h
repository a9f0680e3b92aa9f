/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking a key server: that of a chip's directory without a server, or one that runs on this machine.
 */
#ifndef HOST_KDS_CLIENT_H
#define HOST_KDS_CLIENT_H

#include "host/kds/answer.h"

/** Who is asked. */
struct kds_client {
    bool by_http;
    uint16_t port;  /**< Of 127.0.0.1, by HTTP. */
    struct kds kds; /**< Else. */
};

/**
 * Prepares to ask.
 *
 * @param source       "http://127.0.0.1:PORT", or "http://localhost:PORT"; else the directory of a chip
 * @param[out] client  to be closed with kds_client_close()
 * @return false when the address is none of these, or the directory is no chip's; nobody is connected
 */
PROVISION_CHECKED bool kds_client_open(const char *source, struct kds_client *client,
                                       struct provision_error *error);

/** Wipes keys. */
void kds_client_close(struct kds_client *client);

/**
 * Asks.
 *
 * @param target     address, "/vcek/v1/..."
 * @param[out] body  with status 200, to be freed by the caller; else empty
 * @return the status of HTTP; 0, with an error, when there is no answer
 */
int kds_client_get(struct kds_client *client, const char *target, struct provision_bytes *body,
                   struct provision_error *error) __attribute__((warn_unused_result));

#endif
