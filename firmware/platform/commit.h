/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Committing the running firmware (SNP 10.1): its version and TCB become the floor.
 */
#ifndef FIRMWARE_PLATFORM_COMMIT_H
#define FIRMWARE_PLATFORM_COMMIT_H

#include "abi/sev_status.h"
#include "crypto/secret.h"

/**
 * Commits what runs; SNP_CONFIG's reported TCB is forgotten, so that reports show the new one.
 *
 * @return SUCCESS; BAD_SVN, BAD_VERSION or HWERROR_PLATFORM as rollback_commit()
 */
CRYPTO_CHECKED enum sev_status platform_commit(void);

#endif
