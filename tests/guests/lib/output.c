/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guest prints, and its verdict on itself (guest.h).
 */
#include "tests/guests/lib/guest.h"

static uint32_t failures;

void guest_print(const char *text)
{
    for (; *text != '\0'; text++) {
        guest_out8(GUEST_PORT_SERIAL, (uint8_t)*text);
    }
}

static void print_base(uint64_t value, unsigned base)
{
    char text[24];
    size_t at = sizeof text - 1;
    text[at] = '\0';
    do {
        text[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    guest_print(text + at);
}

void guest_print_hex(uint64_t value)
{
    print_base(value, 16);
}

void guest_print_number(uint64_t value)
{
    print_base(value, 10);
}

void guest_check(bool holds, const char *what)
{
    failures += holds ? 0 : 1;
    guest_print(holds ? "  ok      " : "  NOT OK  ");
    guest_print(what);
    guest_print("\n");
}

void guest_end(void)
{
    guest_out32(GUEST_PORT_RESULT, failures);
    for (;;) {
        __asm__ volatile("hlt");
    }
}

void guest_die(const char *why)
{
    guest_print(why);
    guest_print("\n");
    failures++;
    guest_end();
}
