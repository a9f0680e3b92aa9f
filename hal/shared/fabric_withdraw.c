/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a firmware says in the fabric, taken back (fabric_withdraw.h).
 */
#include "hal/shared/fabric_withdraw.h"

#include <stddef.h>

#include "abi/fabric.h"

#define STATUS_AT(member) (FABRIC_STATUS_OFFSET + offsetof(struct fabric_status, member))
#define MEMCTL_AT(member) (FABRIC_MEMCTL_OFFSET + offsetof(struct fabric_memctl, member))
#define CORES_BYTES (FABRIC_SLOTS_MAX * sizeof(struct fabric_slot_cores))

_Static_assert(MEMCTL_AT(tweak_key) == MEMCTL_AT(generation) + sizeof(uint64_t) &&
                   sizeof(struct fabric_memctl) % sizeof(uint64_t) == 0,
               "all behind the generation is cleared, in words");

/* Members of packed structures would be accessed byte by byte. */
static volatile uint64_t *word(volatile uint8_t *fabric, size_t offset)
{
    return (volatile uint64_t *)(volatile void *)(fabric + offset);
}

/** Makes a generation odd, if it is not; what follows is not seen before. */
static void begin(volatile uint64_t *generation)
{
    *generation |= 1u;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/** Makes a generation even again; what came before is seen before. */
static void end(volatile uint64_t *generation)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    *generation += 1u;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void clear(volatile uint64_t *words, size_t bytes)
{
    for (size_t i = 0; i < bytes / sizeof(uint64_t); i++) {
        words[i] = 0;
    }
}

void fabric_withdraw(volatile uint8_t *fabric)
{
    if (*word(fabric, STATUS_AT(magic)) == FABRIC_STATUS_MAGIC) {
        begin(word(fabric, STATUS_AT(generation)));
        *word(fabric, STATUS_AT(magic)) = 0;
        end(word(fabric, STATUS_AT(generation)));
    }
    if (*word(fabric, MEMCTL_AT(magic)) == FABRIC_MEMCTL_MAGIC) {
        begin(word(fabric, MEMCTL_AT(generation)));
        clear(word(fabric, MEMCTL_AT(tweak_key)),
              FABRIC_MEMCTL_OFFSET + sizeof(struct fabric_memctl) - MEMCTL_AT(tweak_key));
        clear(word(fabric, FABRIC_SLOT_CORES_OFFSET), CORES_BYTES);
        *word(fabric, MEMCTL_AT(magic)) = 0; /* Last: whoever is interrupted begins anew. */
        end(word(fabric, MEMCTL_AT(generation)));
    }
}
