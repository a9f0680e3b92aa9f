/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one error type of the chip factory: a sentence for the user. A function that can fail
 * returns false after it has written one; the caller passes it on or prints it.
 */
#ifndef HOST_PROVISION_ERROR_H
#define HOST_PROVISION_ERROR_H

#include <stdbool.h>

#define PROVISION_CHECKED __attribute__((__warn_unused_result__))

struct provision_error {
    char text[1024]; /**< No newline at the end; never holds a secret. */
};

/**
 * Writes the sentence and returns false, so that `return provision_fail(...)` is enough.
 *
 * @param[out] error  where the sentence goes
 * @param format      as of printf
 */
__attribute__((__format__(__printf__, 2, 3))) bool provision_fail(struct provision_error *error,
                                                                  const char *format, ...);

/** As provision_fail(), and appends ": " and the text of the errno that the caller saw. */
__attribute__((__format__(__printf__, 2, 3))) bool
provision_fail_errno(struct provision_error *error, const char *format, ...);

/** As provision_fail(), and appends OpenSSL's reason, which it takes off OpenSSL's queue. */
__attribute__((__format__(__printf__, 2, 3))) bool
provision_fail_openssl(struct provision_error *error, const char *format, ...);

#endif
