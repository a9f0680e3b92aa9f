/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hello: the smallest guest. It says on its serial port whether it runs from encrypted memory.
 */
#include "tests/guests/lib/guest.h"

#define CPUID_MEMORY_ENCRYPTION 0x8000001Fu
#define MSR_SEV_STATUS 0xC0010131u
#define MSR_NONE 0xC0FFEEu
#define VECTOR_GP 13u

static const char text[] = "hello from encrypted memory";
static const char plain_text[] = "hello from memory that is not encrypted";

static void read_no_msr(void)
{
    (void)guest_rdmsr(MSR_NONE);
}

void guest_main(uint32_t cpu)
{
    uint32_t found[4];
    if (cpu != 0) {
        return;
    }
    guest_print((guest_boot->flags & GUEST_SEV) != 0 ? text : plain_text);
    guest_print("\n");
    guest_cpuid(CPUID_MEMORY_ENCRYPTION, found);
    guest_check((guest_rdmsr(MSR_SEV_STATUS) & 1) == (guest_boot->flags & GUEST_SEV),
                "SEV_STATUS says whether memory is encrypted");
    guest_check((guest_boot->flags & GUEST_SEV) == 0 || (found[1] & 63) == guest_boot->c_bit,
                "CPUID says where the C-bit is");
    if ((guest_boot->flags & GUEST_ES) == 0) {
        const struct guest_fault fault = guest_try_call((uint64_t)read_no_msr);
        guest_check(fault.raised && fault.vector == VECTOR_GP, "an MSR that there is not is #GP");
    }
    const bool found_text =
        guest_call(GUEST_CALL_ATTACK, GUEST_ATTACK_LOOK, ~*(const uint64_t *)text, 0) != 0;
    if ((guest_boot->flags & GUEST_SEV) != 0) {
        guest_check(!found_text, "the host does not find the text in memory");
    } else {
        guest_check(found_text, "the host finds the text in memory: nothing is encrypted");
    }
    guest_end();
}
