/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The choice among the chip's keys (key_choice.h).
 */
#include "firmware/snp_guest/key_choice.h"

#include "abi/snp_message.h"

enum sev_status key_choice(const struct snp_guest *guest, uint32_t select, uint64_t tcb,
                           enum chip_key_kind *kind)
{
    const bool wants_vlek =
        select == SNP_KEY_SELECT_VLEK || (select == SNP_KEY_SELECT_AUTO && chip_vlek_is_loaded());
    const enum chip_key_kind wanted = wants_vlek ? CHIP_KEY_VLEK : CHIP_KEY_VCEK;

    if (select > SNP_KEY_SELECT_VLEK) {
        return SEV_STATUS_INVALID_PARAM;
    }
    if ((wanted == CHIP_KEY_VCEK && guest->vcek_disabled) || !chip_key_is_available(wanted, tcb)) {
        return SEV_STATUS_INVALID_KEY;
    }
    *kind = wanted;
    return SEV_STATUS_SUCCESS;
}
