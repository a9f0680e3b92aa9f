/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of a run that cannot go on.
 */
#ifndef ARCH_ARM_PANIC_H
#define ARCH_ARM_PANIC_H

#include <stdint.h>

/**
 * Says why on the log and turns the board off.
 *
 * @param reason  text without secrets
 */
_Noreturn void panic_stop(const char *reason);

/** Value that functions keep on the stack to notice an overrun. Set before the first C function
 *  that uses it returns, by code that does not use it. */
extern uintptr_t __stack_chk_guard;

/** Called by the compiler's code when a function finds its stack overrun. */
_Noreturn void __stack_chk_fail(void);

#endif
