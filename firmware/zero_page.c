/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A page of zeros (zero_page.h).
 */
#include "firmware/zero_page.h"

const uint8_t zero_page[ZERO_PAGE_BYTES] = {0};
