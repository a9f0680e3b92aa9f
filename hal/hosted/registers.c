/*
 * Mailbox and fabric of the Linux board. The x86 side may be another process that shares the
 * memory: the order of accesses matters as it does on the board.
 */
#include <string.h>

#include "abi/mailbox.h"
#include "hal/fabric.h"
#include "hal/hosted/state.h"
#include "hal/mailbox.h"

static uint32_t *mailbox_register(uint32_t offset, const char *caller)
{
    if (offset % 4 != 0 || offset >= MAILBOX_BAR_BYTES) {
        hosted_guard("%s: there is no register 0x%x", caller, offset);
    }
    return (uint32_t *)(void *)hosted_memory_at(HOSTED_MAILBOX, offset, 4, caller);
}

uint32_t hal_mailbox_read(uint32_t offset)
{
    return __atomic_load_n(mailbox_register(offset, __func__), __ATOMIC_SEQ_CST);
}

void hal_mailbox_write(uint32_t offset, uint32_t value)
{
    __atomic_store_n(mailbox_register(offset, __func__), value, __ATOMIC_SEQ_CST);
}

bool hal_mailbox_replace(uint32_t offset, uint32_t expected, uint32_t value)
{
    return __atomic_compare_exchange_n(mailbox_register(offset, __func__), &expected, value, false,
                                       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

void hal_fabric_read(uint32_t offset, void *buffer, size_t length)
{
    memcpy(buffer, hosted_memory_at(HOSTED_FABRIC, offset, length, __func__), length);
}

void hal_fabric_write(uint32_t offset, const void *buffer, size_t length)
{
    memcpy(hosted_memory_at(HOSTED_FABRIC, offset, length, __func__), buffer, length);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
