/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The large buffer (bulk.h). The board's linker script places its section away from the image, so
 * that a new image can be copied out of it.
 */
#include "firmware/bulk.h"

uint8_t bulk_buffer[BULK_BYTES] __attribute__((aligned(64), section(".bss.bulk")));
