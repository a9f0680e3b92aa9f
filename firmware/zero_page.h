/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A page of zeros, for whoever clears pages of x86 memory. There is one: a page of constants counts in
 * an image.
 */
#ifndef FIRMWARE_ZERO_PAGE_H
#define FIRMWARE_ZERO_PAGE_H

#include <stdint.h>

#define ZERO_PAGE_BYTES 0x1000u

extern const uint8_t zero_page[ZERO_PAGE_BYTES];

#endif
