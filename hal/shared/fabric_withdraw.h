/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a firmware says in the fabric, taken back when it ends: for the boards' hal_fabric_withdraw()
 * and hal_power_off().
 */
#ifndef HAL_SHARED_FABRIC_WITHDRAW_H
#define HAL_SHARED_FABRIC_WITHDRAW_H

#include <stdint.h>

/**
 * Clears the status block's magic, the memory controller's keys, slots and TMRs, and the cores of all
 * ASIDs. Generations are odd meanwhile and even afterwards, as for any change. Uses no device and
 * hardly any stack, and may be interrupted and called again.
 *
 * @param fabric  FABRIC_FILE_BYTES, aligned to 8; what has not the firmware's magic stays as it is
 */
void fabric_withdraw(volatile uint8_t *fabric);

#endif
