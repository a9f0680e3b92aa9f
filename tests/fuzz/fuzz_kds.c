/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes what the key server reads from its clients: the head of an HTTP request, and the address in
 * it. What it makes of one must lead to no file outside of its directory.
 */
#include <stdlib.h>
#include <string.h>

#include "host/kds/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Whether the number of what was asked for is one that the product's names can express. */
static bool is_plain(const struct kds_request *request)
{
    for (unsigned i = 0; request->product != NULL && i < SNP_TCB_PARTS; i++) {
        if (request->product->parts[i].name == NULL && (request->tcb >> (8 * i) & 0xFF) != 0) {
            return false;
        }
    }
    return request->object == KDS_CEK || request->product != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char target[KDS_HEAD_BYTES_MAX];
    struct kds_request request;
    enum kds_status status = KDS_FAILED;
    const size_t length = size < KDS_HEAD_BYTES_MAX ? size : KDS_HEAD_BYTES_MAX;
    char *bytes = malloc(length + 1); /* A read past its end is noticed. */

    if (bytes == NULL) {
        abort();
    }
    memcpy(bytes, data, length);
    if (length > 0 && kds_read_head(bytes, length, target, &status) == KDS_COMPLETE &&
        status == KDS_OK) {
        if (memchr(target, '\0', sizeof target) == NULL ||
            (kds_read_target(target, &request) == KDS_OK && !is_plain(&request))) {
            abort();
        }
    }
    bytes[length] = '\0';
    if (kds_read_target(bytes, &request) == KDS_OK && !is_plain(&request)) {
        abort();
    }
    free(bytes);
    return 0;
}
