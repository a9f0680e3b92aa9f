/*
 * Board start, CPU features and power.
 */
#ifndef HAL_SYSTEM_H
#define HAL_SYSTEM_H

#include <stdbool.h>

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

/** Turns the board off. */
_Noreturn void hal_power_off(void);

#endif
