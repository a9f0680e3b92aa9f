/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What kinds of messages guests send (SNP 6.4), one file each: message_NAME.c. An answer never fails
 * as a command: what is wrong with a request is said in the STATUS that each response begins with.
 */
#ifndef FIRMWARE_SNP_GUEST_MESSAGE_KIND_H
#define FIRMWARE_SNP_GUEST_MESSAGE_KIND_H

#include <stddef.h>
#include <stdint.h>

#include "abi/sev_status.h"
#include "abi/snp_message.h"
#include "crypto/secret.h"
#include "firmware/snp_guest/guest.h"

/** A message that was authenticated. Request and response are private, and aligned to 8. */
struct message {
    struct snp_guest *guest; /**< The sender. */
    uint32_t vmpl;           /**< That the key it was sent with is for. */
    uint8_t version;
    const uint8_t *request; /**< As many bytes as its kind has. */
    uint8_t *response;      /**< As many bytes as its kind has, zeroed. */
};

/**
 * Answers a message: fills in the response but for its STATUS.
 *
 * @return STATUS; unless it is SUCCESS nothing has changed, and the rest of the response is thrown away
 */
typedef enum sev_status message_function(struct message *message);

/** One kind, in one version. */
struct message_kind {
    uint8_t type; /**< enum snp_message_type */
    uint8_t version;
    uint16_t request_bytes;
    uint16_t response_bytes;
    message_function *answer;
};

/** @return NULL when there is none */
const struct message_kind *message_find(uint32_t type, uint32_t version);

/** Whether all bytes of a reserved field are 0. */
CRYPTO_CHECKED bool message_is_zero(const void *field, size_t length);

message_function message_cpuid;
message_function message_key;
message_function message_report;
message_function message_export;
message_function message_import;
message_function message_absorb;
message_function message_vmrk;
message_function message_absorb_noma;
message_function message_tsc_info;

#endif
