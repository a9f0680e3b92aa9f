/*
 * Firmware replacement on Linux: there is none, because a Linux process cannot become an Arm image.
 * The hand-over is that of a reset.
 */
#include "hal/hosted/hosted.h"
#include "hal/system.h"

void hal_handover_read(struct hal_handover *handover)
{
    *handover = (struct hal_handover){.security_version = 0, .pending_request = 0};
}

bool hal_firmware_replace(const void *body, uint32_t length, uint32_t entry,
                          const struct hal_handover *handover)
{
    (void)body;
    (void)length;
    (void)entry;
    (void)handover;
    return false;
}
