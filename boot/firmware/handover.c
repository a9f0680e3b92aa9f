/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hand-over page and records: what the boot ROM, or the firmware before this one, left for this
 * one; and the way to the next one.
 */
#include <string.h>

#include "abi/image.h"
#include "boot/common/layout.h"
#include "boot/firmware/boot.h"
#include "hal/system.h"

/** Where the trampoline goes in the hand-over page; the hand-over itself is at its start. */
#define TRAMPOLINE_OFFSET 0x100u

void hal_handover_read(struct hal_handover *handover)
{
    memcpy(handover, __handover_page, sizeof(*handover));
}

uint8_t *hal_handover_records(void)
{
    return (uint8_t *)__handover_records;
}

bool hal_firmware_replace(const void *body, uint32_t length, uint32_t entry,
                          const struct hal_handover *handover)
{
    const uintptr_t start = (uintptr_t)body;
    void *trampoline = __handover_page + TRAMPOLINE_OFFSET;

    /* The body must lie behind where it goes, or copying it would overwrite it. */
    if (length == 0 || length % 4 != 0 || start % 4 != 0 || length > IMAGE_BODY_MAX ||
        start < (uintptr_t)__firmware_start + length) {
        return false;
    }
    memcpy(trampoline, firmware_trampoline,
           (uintptr_t)firmware_trampoline_end - (uintptr_t)firmware_trampoline);
    memcpy(__handover_page, handover, sizeof(*handover));
    firmware_replace(body, length, entry, trampoline);
}
