/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Low memory in plaintext for CPUs that start.
 */
#include "host/qemu-plugin/low_memory.h"

#include <stddef.h>
#include <time.h>

#include "host/qemu-plugin/qemu_api.h"

#define LOCK_TRIES 5000 /* of a millisecond each: its holder is gone */
#define PAGE 4096u

static struct control_page *control;
static uint64_t c_bit_mask;

void low_memory_open(struct control_page *page, uint64_t c_bit)
{
    control = page;
    c_bit_mask = c_bit;
}

static void lock(void)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    for (unsigned i = 0;
         i < LOCK_TRIES && __atomic_exchange_n(&control->low_lock, 1, __ATOMIC_ACQUIRE) != 0; i++) {
        (void)nanosleep(&moment, NULL);
    }
}

static void unlock(void)
{
    __atomic_store_n(&control->low_lock, 0, __ATOMIC_RELEASE);
}

static void copy(void)
{
    static struct qemu_bytes *bytes; /* guarded by the lock */
    if (bytes == NULL) {
        bytes = g_byte_array_new();
    }
    for (uint64_t paddr = 0; paddr < CONTROL_PAGE_LOW_BYTES; paddr += PAGE) {
        g_byte_array_set_size(bytes, 0);
        if (qemu_plugin_read_memory_hwaddr(paddr | c_bit_mask, bytes, PAGE) == 0) {
            (void)qemu_plugin_write_memory_hwaddr(paddr, bytes);
        }
    }
}

void low_memory_lend(unsigned cpu)
{
    lock();
    if (control->starting == 0) {
        copy();
    }
    (void)__atomic_fetch_or(&control->starting, 1u << cpu, __ATOMIC_RELEASE);
    unlock();
}

void low_memory_give_back(unsigned cpu)
{
    if ((__atomic_load_n(&control->starting, __ATOMIC_ACQUIRE) & 1u << cpu) == 0) {
        return;
    }
    lock();
    if ((__atomic_and_fetch(&control->starting, ~(1u << cpu), __ATOMIC_RELEASE)) != 0) {
        copy(); /* others wait in real mode for a lock that this one releases in private memory */
    }
    unlock();
}
