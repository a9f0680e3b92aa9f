/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accesses of devices (dma.h).
 */
#include "host/x86/dma.h"

#include "host/lib/host_memory.h"
#include "host/x86/rmp_access.h"

/* Devices know no core's SYSCFG: what the first core's says holds for the memory controller. */
#define CORE 0u

/* Whether all bytes can be named with the device's addresses. */
static bool is_reachable(const struct x86_device *device, uint64_t address, size_t length)
{
    const uint64_t last = address + length - 1;
    return last >= address && (device->address_bits >= 64 || last >> device->address_bits == 0);
}

/* Exactly one of SOURCE and DESTINATION is not NULL. All bytes are on one page. */
static enum x86_dma_result access_page(struct x86_machine *machine, uint64_t address,
                                       const uint8_t *source, uint8_t *destination, size_t length)
{
    const uint64_t spa = x86_host_address(machine, CORE, address);
    const uint32_t key = x86_host_key(machine, CORE, address);
    const uint64_t as_host = key == X86_KEY_HOST ? spa | machine->c_bit : spa;
    if ((spa & machine->c_bit) != 0) { /* One of the address: all DRAM is below. */
        return X86_DMA_ABORTED;
    }
    if (source != NULL && !x86_rmp_host_may_write(&machine->rmp, spa, false)) {
        return X86_DMA_RMP;
    }
    /* What cores have written through this key is seen, and what they have is stale from now on. */
    x86_cache_flush_page(machine->cache, spa, key);
    const enum memory_controller_result result =
        source != NULL ? host_memory_write(&machine->memory, as_host, source, length)
                       : host_memory_read(&machine->memory, as_host, destination, length);
    return result == MEMORY_CONTROLLER_OK ? X86_DMA_OK : X86_DMA_ABORTED;
}

static enum x86_dma_result access_memory(struct x86_machine *machine,
                                         const struct x86_device *device, uint64_t address,
                                         const uint8_t *source, uint8_t *destination, size_t length)
{
    enum x86_dma_result result = X86_DMA_OK;
    if (length != 0 && !is_reachable(device, address, length)) {
        return X86_DMA_UNREACHABLE;
    }
    for (size_t done = 0; done < length && result == X86_DMA_OK;) {
        const uint64_t offset = (address + done) % X86_PAGE_BYTES;
        const size_t left = X86_PAGE_BYTES - offset;
        const size_t count = length - done < left ? length - done : left;
        uint64_t page = address + done - offset;
        if (device->remap != NULL && !device->remap(device->context, page, source != NULL, &page)) {
            return X86_DMA_NOT_MAPPED;
        }
        result = access_page(machine, page + offset, source != NULL ? source + done : NULL,
                             destination != NULL ? destination + done : NULL, count);
        done += count;
    }
    return result;
}

enum x86_dma_result x86_dma_read(struct x86_machine *machine, const struct x86_device *device,
                                 uint64_t address, void *buffer, size_t length)
{
    return access_memory(machine, device, address, NULL, buffer, length);
}

enum x86_dma_result x86_dma_write(struct x86_machine *machine, const struct x86_device *device,
                                  uint64_t address, const void *buffer, size_t length)
{
    return access_memory(machine, device, address, buffer, NULL, length);
}
