/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Board start, CPU features and power.
 */
#ifndef HAL_SYSTEM_H
#define HAL_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Brings up every device of the board that the other hal/ headers offer.
 *
 * @return NULL, or the name of the device that did not come up; the caller must not go on then.
 */
const char *hal_system_start(void);

/** Whether the CPU has AES instructions (ID_ISAR5 on Arm). */
bool hal_cpu_has_aes(void);

/** Whether the CPU has SHA-256 instructions (ID_ISAR5 on Arm). */
bool hal_cpu_has_sha256(void);

/** What whoever entered this firmware left for it. */
struct hal_handover {
    uint32_t security_version; /**< Of the running image. */
    uint32_t pending_request;  /**< CmdResp of the DOWNLOAD_FIRMWARE to answer; 0 after a reset. */
};

/** Reads the hand-over. Before hal_system_start it is not known. */
void hal_handover_read(struct hal_handover *handover);

#define HAL_HANDOVER_RECORD_BYTES 0x20000u

/**
 * @return HAL_HANDOVER_RECORD_BYTES of secure RAM, aligned to 8, that hal_firmware_replace() leaves as
 *         they are. All zeros after a reset.
 */
uint8_t *hal_handover_records(void);

/**
 * Replaces the running firmware without a reset. The hand-over's records, and the memory outside of
 * secure RAM, stay as they are.
 *
 * @param body      accepted by image_check_body, in a place that the new image does not use
 * @param length    of the body in bytes
 * @param entry     of its first instruction
 * @param handover  what the new firmware gets
 * @return only when the board cannot do it: false, and nothing has changed
 */
bool hal_firmware_replace(const void *body, uint32_t length, uint32_t entry,
                          const struct hal_handover *handover) __attribute__((warn_unused_result));

/** Takes back what the fabric says of the firmware and its keys, and turns the board off. */
_Noreturn void hal_power_off(void);

#endif
