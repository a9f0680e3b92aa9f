/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the key server of a chip answers: the files of its kds directory, and certificates that are
 * made at once, of TCB versions for which there is none, where the vendor's keys are at hand.
 */
#ifndef HOST_KDS_ANSWER_H
#define HOST_KDS_ANSWER_H

#include "host/kds/request.h"
#include "host/provision/files.h"

/** A key server. */
struct kds {
    const char *directory; /**< Of the chip. */
    bool can_issue;        /**< Whether SERVER has its keys. */
    struct provision_key_server server;
};

/** An answer. */
struct kds_answer {
    enum kds_status status;
    const char *type; /**< Of the body, for HTTP. */
    struct provision_bytes body;
    struct provision_error reason; /**< Of KDS_FAILED. */
};

/**
 * Opens a chip's key server.
 *
 * @param directory    of the chip; must outlive @p kds
 * @param[out] kds     to be closed with kds_close()
 * @param[out] reason  why it cannot issue certificates; empty when it can, or there are none
 * @return false when there is no kds directory
 */
PROVISION_CHECKED bool kds_open(const char *directory, struct kds *kds,
                                struct provision_error *reason, struct provision_error *error);

/** Wipes the keys. */
void kds_close(struct kds *kds);

/**
 * Answers an address.
 *
 * @param target       as of kds_read_target()
 * @param[out] answer  its body is to be freed by the caller; that of a status other than KDS_OK is a
 *                     line of text. KDS_FAILED when a file is there and cannot be read
 */
void kds_get(const struct kds *kds, const char *target, struct kds_answer *answer);

/** Makes an answer of a status alone, with a line of text. */
void kds_refuse(enum kds_status status, struct kds_answer *answer);

/** @return the words for a status */
const char *kds_status_text(enum kds_status status);

#endif
