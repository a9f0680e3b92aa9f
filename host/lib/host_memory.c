/* SPDX-License-Identifier: Apache-2.0 */
/*
 * x86 memory as software outside of guests sees it.
 */
#include "host/lib/host_memory.h"

#include <string.h>

#include "abi/sev_state.h"
#include "host/lib/fabric.h"

#define BLOCK_BYTES 16u

static const struct fabric_config *configuration_of(const struct memory_controller *controller)
{
    return controller->fabric != NULL ? fabric_configuration(controller->fabric) : NULL;
}

uint64_t host_memory_c_bit(const struct memory_controller *controller)
{
    static const struct fabric_options defaults = FABRIC_DEFAULT_OPTIONS;
    const struct fabric_config *configuration = configuration_of(controller);
    return 1ull << (configuration != NULL ? configuration->c_bit : defaults.c_bit);
}

static bool is_encrypted(const struct memory_controller *controller, uint64_t paddr)
{
    const struct fabric_config *configuration = configuration_of(controller);
    return (paddr & host_memory_c_bit(controller)) != 0 ||
           (configuration != NULL && (configuration->flags & FABRIC_FLAG_TSME) != 0);
}

/*
 * Accesses a part of one page through the host's key. The key works on whole blocks: those that are
 * touched are read, and when DESTINATION is NULL changed and written back.
 */
static enum memory_controller_result through_key(const struct memory_controller *controller,
                                                 uint64_t paddr, const uint8_t *source,
                                                 uint8_t *destination, size_t length)
{
    uint8_t blocks[DRAM_PAGE_BYTES];
    const size_t skip = paddr % BLOCK_BYTES;
    const size_t whole = (skip + length + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    enum memory_controller_result result =
        memory_controller_read(controller, SEV_ASID_HOST, paddr - skip, blocks, whole);
    if (result == MEMORY_CONTROLLER_OK && destination != NULL) {
        memcpy(destination, blocks + skip, length);
    } else if (result == MEMORY_CONTROLLER_OK && source != NULL) {
        memcpy(blocks + skip, source, length);
        result = memory_controller_write(controller, SEV_ASID_HOST, paddr - skip, blocks, whole);
    }
    return result;
}

/* Accesses a part of one page that is not encrypted. */
static enum memory_controller_result plainly(const struct memory_controller *controller,
                                             uint64_t paddr, const uint8_t *source,
                                             uint8_t *destination, size_t length)
{
    enum memory_controller_result result = memory_controller_check(controller, paddr, length);
    if (result == MEMORY_CONTROLLER_OK) {
        uint8_t *memory = dram_pointer(controller->dram, paddr, length);
        if (destination != NULL) {
            memcpy(destination, memory, length);
        } else if (source != NULL) {
            memcpy(memory, source, length);
        }
    }
    return result;
}

/* Exactly one of SOURCE and DESTINATION is not NULL. */
static enum memory_controller_result access_memory(const struct memory_controller *controller,
                                                   uint64_t paddr, const uint8_t *source,
                                                   uint8_t *destination, size_t length)
{
    const bool encrypted = is_encrypted(controller, paddr);
    const uint64_t start = paddr & ~host_memory_c_bit(controller);
    enum memory_controller_result result = MEMORY_CONTROLLER_OK;
    for (size_t done = 0; done < length && result == MEMORY_CONTROLLER_OK;) {
        size_t count = DRAM_PAGE_BYTES - (start + done) % DRAM_PAGE_BYTES;
        count = count < length - done ? count : length - done;
        result = (encrypted ? through_key : plainly)(
            controller, start + done, source != NULL ? source + done : NULL,
            destination != NULL ? destination + done : NULL, count);
        done += count;
    }
    return result;
}

enum memory_controller_result host_memory_read(const struct memory_controller *controller,
                                               uint64_t paddr, void *buffer, size_t length)
{
    return access_memory(controller, paddr, NULL, buffer, length);
}

enum memory_controller_result host_memory_write(const struct memory_controller *controller,
                                                uint64_t paddr, const void *buffer, size_t length)
{
    return access_memory(controller, paddr, buffer, NULL, length);
}
