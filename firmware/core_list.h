/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cores that an ACTIVATE_EX names.
 */
#ifndef FIRMWARE_CORE_LIST_H
#define FIRMWARE_CORE_LIST_H

#include "firmware/command.h"
#include "firmware/fabric.h"

/**
 * Turns a list of 32-bit APIC ids into the cores of all complexes that they belong to.
 *
 * @param ids         a buffer whose length is a number of words
 * @param[out] cores  whole complexes; undefined after a failure
 * @return false when an id is no core's
 */
bool core_list_collect(const struct command_data *ids, struct fabric_core_set *cores);

#endif
