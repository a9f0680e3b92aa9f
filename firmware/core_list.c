/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of cores (core_list.h).
 */
#include "firmware/core_list.h"

#include <string.h>

bool core_list_collect(const struct command_data *ids, struct fabric_core_set *cores)
{
    *cores = (struct fabric_core_set){.bits = {0}};
    for (uint32_t i = 0; i < ids->range.length / sizeof(uint32_t); i++) {
        uint32_t apic_id;
        uint32_t core;

        memcpy(&apic_id, &ids->bytes[i * sizeof apic_id], sizeof apic_id);
        if (!fabric_find_core(apic_id, &core)) {
            return false;
        }
        fabric_core_set_add(cores, core);
    }
    fabric_core_set_complete(cores);
    return true;
}
