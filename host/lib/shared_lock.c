/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One board per shared file (shared_lock.h).
 */
#include "host/lib/shared_lock.h"

#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#define LOCK_OFFSET (INT64_MAX - 1)

bool shared_lock_take(int descriptor)
{
    struct flock byte = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_OFFSET, .l_len = 1};
    return fcntl(descriptor, F_OFD_SETLK, &byte) == 0;
}
