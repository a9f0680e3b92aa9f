/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chip's fuses (abi/fuses.h).
 */
#ifndef HAL_FUSES_H
#define HAL_FUSES_H

#include <stdbool.h>

#include "abi/fuses.h"

/**
 * Reads the fuses. They hold secrets: the caller wipes its copy.
 *
 * @param[out] fuses  what the board holds, magic and sizes checked
 * @return false when the board has none, or they are not fuses; @p fuses is then zeroed
 */
bool hal_fuses_read(struct fuses *fuses) __attribute__((warn_unused_result));

#endif
