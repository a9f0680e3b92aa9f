/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware handles keys: a fault's report must not print what its registers hold.
 */
#include "arch/arm/fault.h"

const bool fault_prints_registers = false;
