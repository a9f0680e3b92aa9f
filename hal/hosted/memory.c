/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memories of the Linux board. All are shared mappings, of files or of nothing, so that what
 * hosted_boot()'s child writes is there when it has ended.
 */
#include "hal/hosted/memory.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "abi/fabric.h"
#include "abi/mailbox.h"
#include "hal/hosted/state.h"

static struct {
    uint8_t *base;
    uint64_t bytes;
    bool from_file;
} memories[HOSTED_MEMORIES];

static const uint64_t default_bytes[HOSTED_MEMORIES] = {
    [HOSTED_MAILBOX] = MAILBOX_FILE_BYTES,
    [HOSTED_FABRIC] = FABRIC_FILE_BYTES,
    [HOSTED_DRAM] = HOSTED_DRAM_BYTES_DEFAULT,
    [HOSTED_FLASH] = HOSTED_FLASH_BYTES,
};

bool hosted_memory_map(enum hosted_memory which, uint64_t bytes, int descriptor)
{
    const int flags = MAP_SHARED | MAP_NORESERVE | (descriptor < 0 ? MAP_ANONYMOUS : 0);
    void *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, descriptor, 0);

    if (base == MAP_FAILED) {
        return false;
    }
    if (memories[which].base != NULL) {
        (void)munmap(memories[which].base, memories[which].bytes);
    }
    memories[which].base = base;
    memories[which].bytes = bytes;
    memories[which].from_file = descriptor >= 0;
    return true;
}

void hosted_memory_blank(enum hosted_memory which, uint64_t bytes)
{
    if (memories[which].base != NULL && !memories[which].from_file &&
        memories[which].bytes == bytes && madvise(memories[which].base, bytes, MADV_REMOVE) == 0) {
        return; /* Its pages were given back and read as zero: fuzzers do this often. */
    }
    if (!hosted_memory_map(which, bytes, -1)) {
        hosted_guard("mapping %llu bytes: %s", (unsigned long long)bytes, strerror(errno));
    }
}

void hosted_memory_reset(void)
{
    for (unsigned int which = 0; which < HOSTED_MEMORIES; which++) {
        /* The flash is written over as a whole: it keeps its pages. */
        if (which != HOSTED_FLASH || memories[which].base == NULL || memories[which].from_file) {
            hosted_memory_blank((enum hosted_memory)which, default_bytes[which]);
        }
    }
    memset(memories[HOSTED_FLASH].base, 0xFF, HOSTED_FLASH_BYTES);
}

uint64_t hosted_memory_bytes(enum hosted_memory which)
{
    return memories[which].bytes;
}

uint8_t *hosted_memory_at(enum hosted_memory which, uint64_t offset, uint64_t length,
                          const char *caller)
{
    if (memories[which].base == NULL) {
        hosted_guard("%s: hosted_reset() was not called", caller);
    }
    if (offset > memories[which].bytes || length > memories[which].bytes - offset) {
        hosted_guard("%s: [0x%llx, +0x%llx) is outside the 0x%llx bytes there are", caller,
                     (unsigned long long)offset, (unsigned long long)length,
                     (unsigned long long)memories[which].bytes);
    }
    return memories[which].base + offset;
}

uint8_t *hosted_mailbox(void)
{
    return hosted_memory_at(HOSTED_MAILBOX, 0, 0, __func__);
}

uint8_t *hosted_fabric(void)
{
    return hosted_memory_at(HOSTED_FABRIC, 0, 0, __func__);
}

uint8_t *hosted_dram(void)
{
    return hosted_memory_at(HOSTED_DRAM, 0, 0, __func__);
}

uint8_t *hosted_flash(void)
{
    return hosted_memory_at(HOSTED_FLASH, 0, 0, __func__);
}

uint64_t hosted_dram_bytes(void)
{
    return memories[HOSTED_DRAM].bytes;
}

void hosted_set_dram_bytes(uint64_t bytes)
{
    if (bytes == 0 || bytes % 4096 != 0) {
        hosted_guard("%s: %llu is no multiple of 4096", __func__, (unsigned long long)bytes);
    }
    hosted_memory_blank(HOSTED_DRAM, bytes);
}
