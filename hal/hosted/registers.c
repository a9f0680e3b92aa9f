/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mailbox and fabric of the Linux board. The x86 side may be another process that shares the
 * memory: the order of accesses matters as it does on the board.
 */
#include <string.h>

#include "abi/fabric.h"
#include "abi/mailbox.h"
#include "hal/fabric.h"
#include "hal/hosted/access.h"
#include "hal/hosted/memory.h"
#include "hal/hosted/state.h"
#include "hal/mailbox.h"
#include "hal/shared/fabric_withdraw.h"

/** Prepares an access to a register, and tells of it. @return where it is */
static uint32_t *mailbox_register(uint32_t offset, enum hosted_access_kind kind, const char *caller)
{
    uint8_t *bytes;

    if (offset % 4 != 0 || offset >= MAILBOX_BAR_BYTES) {
        hosted_guard("%s: there is no register 0x%x", caller, offset);
    }
    bytes = hosted_memory_at(HOSTED_MAILBOX, offset, 4, caller);
    hosted_access(HOSTED_MAILBOX, kind, offset, 4);
    return (uint32_t *)(void *)bytes;
}

uint32_t hal_mailbox_read(uint32_t offset)
{
    return __atomic_load_n(mailbox_register(offset, HOSTED_READ, __func__), __ATOMIC_SEQ_CST);
}

void hal_mailbox_write(uint32_t offset, uint32_t value)
{
    __atomic_store_n(mailbox_register(offset, HOSTED_WRITE, __func__), value, __ATOMIC_SEQ_CST);
}

bool hal_mailbox_replace(uint32_t offset, uint32_t expected, uint32_t value)
{
    return __atomic_compare_exchange_n(mailbox_register(offset, HOSTED_REPLACE, __func__),
                                       &expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

void hal_fabric_read(uint32_t offset, void *buffer, size_t length)
{
    const uint8_t *from = hosted_memory_at(HOSTED_FABRIC, offset, length, __func__);

    hosted_access(HOSTED_FABRIC, HOSTED_READ, offset, length);
    memcpy(buffer, from, length);
}

void hal_fabric_write(uint32_t offset, const void *buffer, size_t length)
{
    uint8_t *to = hosted_memory_at(HOSTED_FABRIC, offset, length, __func__);

    hosted_access(HOSTED_FABRIC, HOSTED_WRITE, offset, length);
    memcpy(to, buffer, length);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

void hal_fabric_withdraw(void)
{
    /* Guards and signal handlers call this at any time. */
    if (hosted_memory_bytes(HOSTED_FABRIC) == FABRIC_FILE_BYTES) {
        fabric_withdraw(hosted_memory_at(HOSTED_FABRIC, 0, FABRIC_FILE_BYTES, __func__));
    }
}
