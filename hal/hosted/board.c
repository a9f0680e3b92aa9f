/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Linux board as a whole, above all its parts: reset, start and power-off.
 */
#include "hal/fabric.h"
#include "hal/hosted/boot.h"
#include "hal/hosted/cipher.h"
#include "hal/hosted/devices.h"
#include "hal/hosted/doorbell_socket.h"
#include "hal/hosted/files.h"
#include "hal/hosted/flash_faults.h"
#include "hal/hosted/fuses.h"
#include "hal/hosted/hosted.h"
#include "hal/hosted/memory.h"
#include "hal/hosted/power_off.h"
#include "hal/hosted/state.h"
#include "hal/system.h"

void hosted_reset(void)
{
    hosted_state_reset();
    hosted_fuses_reset();
    hosted_flash_set_unit(8);
    hosted_power_cut_seed(1);
    hosted_entropy_system();
    hosted_entropy_fail_after(UINT64_MAX);
    hosted_log_to(-1);
    hosted_socket_close();
    hosted_nv_release();
    hosted_power_off_clear();
    hosted_memory_reset();
}

void hosted_set_start_failure(const char *device)
{
    hosted_state()->system.start_failure = device;
}

const char *hal_system_start(void)
{
    hosted_cipher_start();
    return hosted_state()->system.start_failure;
}

/* Instructions for Arm only: the portable code is what runs, and is tested, here. */
bool hal_cpu_has_aes(void)
{
    return false;
}

bool hal_cpu_has_sha256(void)
{
    return false;
}

void hal_power_off(void)
{
    hal_fabric_withdraw();
    hosted_stop(HOSTED_POWER_OFF);
}
