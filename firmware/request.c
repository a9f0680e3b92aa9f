/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The request that is being executed (request.h).
 */
#include "firmware/request.h"

static uint32_t current;

void request_begin(uint32_t cmdresp)
{
    current = cmdresp;
}

uint32_t request_current(void)
{
    return current;
}
