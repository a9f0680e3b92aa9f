/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's channel to the firmware: messages under a key of the SECRETS page, counted.
 */
#ifndef TESTS_GUESTS_SNP_MESSAGES_H
#define TESTS_GUESTS_SNP_MESSAGES_H

#include <stdbool.h>

#include "abi/snp_message.h"

/**
 * Asks the firmware something, as VMPL 0.
 *
 * @param request        @p request_bytes
 * @param[out] response  @p response_bytes
 * @return false when the command fails, or the answer is not genuine
 */
bool messages_ask(enum snp_message_type type, const void *request, uint32_t request_bytes,
                  void *response, uint32_t response_bytes);

#endif
