/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of a run that cannot go on: a fault, a broken stack, an impossible state.
 */
#include "arch/arm/panic.h"

#include "arch/arm/print.h"
#include "hal/system.h"

/* The compiler's own name. It starts out as a value that no string copy can write. */
uintptr_t __stack_chk_guard = 0x0A0D00FFu;

_Noreturn void panic_stop(const char *reason)
{
    print_text("panic: ");
    print_text(reason);
    print_text("\n");
    hal_power_off();
}

_Noreturn void __stack_chk_fail(void)
{
    panic_stop("stack overrun");
}
