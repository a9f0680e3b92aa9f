/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Firmware replacement on Linux: there is none, because a Linux process cannot become an Arm image.
 * A test can let the board take it for done: then the boot ends as HOSTED_REPLACED, and the next one
 * finds the hand-over.
 */
#include "hal/hosted/boot.h"
#include "hal/hosted/state.h"
#include "hal/system.h"

void hosted_set_replaceable(bool replaceable)
{
    hosted_state()->handover.replaceable = replaceable;
}

void hal_handover_read(struct hal_handover *handover)
{
    *handover = hosted_state()->handover.left;
}

uint8_t *hal_handover_records(void)
{
    return hosted_state()->handover.records;
}

bool hal_firmware_replace(const void *body, uint32_t length, uint32_t entry,
                          const struct hal_handover *handover)
{
    (void)body;
    (void)length;
    (void)entry;
    if (!hosted_state()->handover.replaceable) {
        return false;
    }
    hosted_state()->handover.left = *handover;
    hosted_stop(HOSTED_REPLACED);
}
