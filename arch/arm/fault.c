/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints a fault: what, where, and why, as the CPU tells it (Arm ARM for ARMv7-A, B3.13).
 */
#include "arch/arm/fault.h"

#include <stddef.h>

#include "arch/arm/cp15.h"
#include "arch/arm/print.h"
#include "hal/system.h"

_Static_assert(offsetof(struct fault_frame, sp) == FAULT_FRAME_SP, "vectors.S");
_Static_assert(offsetof(struct fault_frame, lr) == FAULT_FRAME_LR, "vectors.S");
_Static_assert(offsetof(struct fault_frame, pc) == FAULT_FRAME_PC, "vectors.S");
_Static_assert(offsetof(struct fault_frame, spsr) == FAULT_FRAME_SPSR, "vectors.S");
_Static_assert(offsetof(struct fault_frame, kind) == FAULT_FRAME_KIND, "vectors.S");
_Static_assert(sizeof(struct fault_frame) == FAULT_FRAME_BYTES, "vectors.S");

#define SPSR_THUMB (1u << 5)
#define SPSR_MODE 0x1Fu
#define FAULT_STATUS 0x3Fu

/** One kind of exception: its name, and how far behind the instruction its link register is. */
struct kind {
    const char *name;
    uint32_t arm_offset;
    uint32_t thumb_offset;
};

static const struct kind kinds[] = {
    [FAULT_RESET] = {"jump to the reset vector", 0, 0},
    [FAULT_UNDEFINED] = {"undefined instruction", 4, 2},
    [FAULT_CALL] = {"unexpected call (SVC or SMC)", 4, 2},
    [FAULT_PREFETCH] = {"prefetch abort", 4, 4},
    [FAULT_DATA] = {"data abort", 8, 8},
    [FAULT_HYPERVISOR] = {"unexpected hypervisor trap", 4, 2},
    [FAULT_IRQ] = {"unexpected IRQ", 4, 4},
    [FAULT_FIQ] = {"unexpected FIQ", 4, 4},
};

/** Names of processor modes and of fault statuses: MASK selects the bits that must be VALUE. */
struct name {
    uint32_t mask;
    uint32_t value;
    const char *name;
};

static const struct name modes[] = {
    {SPSR_MODE, 0x10, "USR"}, {SPSR_MODE, 0x11, "FIQ"}, {SPSR_MODE, 0x12, "IRQ"},
    {SPSR_MODE, 0x13, "SVC"}, {SPSR_MODE, 0x16, "MON"}, {SPSR_MODE, 0x17, "ABT"},
    {SPSR_MODE, 0x1A, "HYP"}, {SPSR_MODE, 0x1B, "UND"}, {SPSR_MODE, 0x1F, "SYS"},
};

static const struct name statuses[] = {
    {0x3C, 0x00, "address size fault"}, {0x3C, 0x04, "translation fault"},
    {0x3C, 0x08, "access flag fault"},  {0x3C, 0x0C, "permission fault"},
    {0x3C, 0x10, "external abort"},     {0x3C, 0x14, "external abort on a table walk"},
    {0x3F, 0x21, "alignment fault"},    {0x3F, 0x22, "breakpoint"},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *find_name(const struct name *names, size_t count, uint32_t value)
{
    for (size_t i = 0; i < count; i++) {
        if ((value & names[i].mask) == names[i].value) {
            return names[i].name;
        }
    }
    return "?";
}

static void print_register(const char *name, uint32_t value)
{
    print_text(name);
    print_text(" ");
    print_hex(value);
}

static void print_place(const struct fault_frame *frame, const struct kind *kind)
{
    uint32_t offset = (frame->spsr & SPSR_THUMB) != 0 ? kind->thumb_offset : kind->arm_offset;

    print_text("fault: ");
    print_text(kind->name);
    print_text(" in mode ");
    print_text(find_name(modes, COUNT(modes), frame->spsr));
    print_register("\nfault: pc", frame->pc - offset);
    print_register(" lr", frame->lr);
    print_register(" sp", frame->sp);
    print_register(" spsr", frame->spsr);
    print_text("\n");
}

static void print_abort(uint32_t status, uint32_t address)
{
    print_register("fault: status", status);
    print_text(" (");
    print_text(find_name(statuses, COUNT(statuses), status & FAULT_STATUS));
    print_register(") address", address);
    print_text("\n");
}

static void print_registers(const struct fault_frame *frame)
{
    static const char *const names[] = {"r0", "r1", "r2", "r3",  "r4",  "r5", "r6",
                                        "r7", "r8", "r9", "r10", "r11", "r12"};

    for (size_t i = 0; i < COUNT(names); i++) {
        print_text(i % 7 == 0 ? "fault: " : " ");
        print_register(names[i], frame->r[i]);
        print_text(i == 6 || i == 12 ? "\n" : "");
    }
}

_Noreturn void fault_report(const struct fault_frame *frame)
{
    static bool faulted;

    /* A fault in here must not lead here again. */
    if (!faulted) {
        faulted = true;
        print_place(frame, &kinds[frame->kind % COUNT(kinds)]);
        if (frame->kind == FAULT_DATA) {
            print_abort(cp15_read_dfsr(), cp15_read_dfar());
        } else if (frame->kind == FAULT_PREFETCH) {
            print_abort(cp15_read_ifsr(), cp15_read_ifar());
        }
        if (fault_prints_registers) {
            print_registers(frame);
        }
    }
    hal_power_off();
}
