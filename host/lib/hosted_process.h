/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of a board's processes is QEMU, and which the firmware as a Linux process.
 */
#ifndef HOST_LIB_HOSTED_PROCESS_H
#define HOST_LIB_HOSTED_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/** @return whether the process is virtasp-sp, under whatever name; false when that cannot be seen */
bool board_is_hosted(pid_t pid);

#endif
