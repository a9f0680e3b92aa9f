/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Model of the memory controller: the AES engine between x86 cores and DRAM (abi/fabric.h).
 */
#include "host/lib/memory_controller.h"

#include <openssl/crypto.h>
#include <sched.h>
#include <string.h>

#include "abi/sev_state.h"

#define BLOCK_BYTES MEMORY_CIPHER_BLOCK_BYTES
#define KEY_BYTES MEMORY_CIPHER_KEY_BYTES
#define SNAPSHOT_TRIES 100000

/* What one access needs of the controller's state. */
struct snapshot {
    struct memory_cipher_key key;
    bool has_key;
    uint8_t vmsa_key[MEMORY_CONTROLLER_VMSA_KEY_BYTES];
    struct fabric_tmr tmr[FABRIC_TMR_MAX];
};

static void copy_state(const struct fabric_memctl *state, uint32_t asid, struct snapshot *snapshot)
{
    static const struct fabric_key_slot no_slot;
    const struct fabric_key_slot *slot = asid < FABRIC_SLOTS_MAX ? &state->slots[asid] : &no_slot;
    snapshot->has_key = (slot->flags & FABRIC_SLOT_VALID) != 0;
    snapshot->key.asid = asid;
    memcpy(snapshot->key.keys, slot->key, KEY_BYTES);
    memcpy(snapshot->key.keys + KEY_BYTES, state->tweak_key, KEY_BYTES);
    memcpy(snapshot->vmsa_key, state->vmsa_key, sizeof snapshot->vmsa_key);
    memcpy(snapshot->tmr, state->tmr, sizeof snapshot->tmr);
    if (!snapshot->has_key) {
        /* Any key will do that differs from the tweak key. */
        memcpy(snapshot->key.keys, state->tweak_key, KEY_BYTES);
        snapshot->key.keys[0] ^= 0xFF;
    }
}

enum taken {
    TAKEN,
    TAKEN_NOTHING, /* There is no fabric, or the firmware has not made its part yet. */
    TAKEN_UNCLEAR, /* The firmware does not come to the end of a change. */
};

/* The generation is odd while the firmware writes, and differs afterwards. */
static enum taken take_snapshot(const struct memory_controller *controller, uint32_t asid,
                                struct snapshot *snapshot)
{
    if (controller->fabric == NULL) {
        return TAKEN_NOTHING;
    }
    const uint8_t *base = controller->fabric + FABRIC_MEMCTL_OFFSET;
    const uint64_t *generation = (const void *)(base + offsetof(struct fabric_memctl, generation));
    for (int i = 0; i < SNAPSHOT_TRIES; i++) {
        uint64_t before = __atomic_load_n(generation, __ATOMIC_ACQUIRE);
        if (before % 2 == 0) {
            const struct fabric_memctl *state = (const void *)base;
            bool initialised = state->magic == FABRIC_MEMCTL_MAGIC;
            copy_state(state, asid, snapshot);
            snapshot->key.generation = before;
            __atomic_thread_fence(__ATOMIC_SEQ_CST);
            if (__atomic_load_n(generation, __ATOMIC_RELAXED) == before) {
                if (!initialised) {
                    OPENSSL_cleanse(snapshot, sizeof *snapshot);
                }
                return initialised ? TAKEN : TAKEN_NOTHING;
            }
        }
        (void)sched_yield();
    }
    OPENSSL_cleanse(snapshot, sizeof *snapshot);
    return TAKEN_UNCLEAR;
}

static bool is_protected(const struct snapshot *snapshot, uint64_t paddr, uint64_t length)
{
    for (size_t i = 0; i < FABRIC_TMR_MAX; i++) {
        const struct fabric_tmr *tmr = &snapshot->tmr[i];
        if (tmr->length != 0 && paddr < tmr->base + tmr->length && tmr->base < paddr + length) {
            return true;
        }
    }
    return false;
}

/* An access: what is not given of SOURCE and DESTINATION is memory. */
struct access {
    uint32_t asid;
    bool encrypt;
    uint64_t paddr;
    size_t length;
    const uint8_t *source;
    uint8_t *destination;
};

/* The pages of an access one after the other. */
static enum memory_controller_result access_pages(const struct memory_controller *controller,
                                                  const struct snapshot *snapshot,
                                                  struct memory_cipher *cipher,
                                                  const struct access *access)
{
    const uint64_t paddr = access->paddr;
    const size_t length = access->length;
    const uint8_t *source = access->source;
    uint8_t *destination = access->destination;
    for (size_t done = 0; done < length;) {
        size_t count = DRAM_PAGE_BYTES - (paddr + done) % DRAM_PAGE_BYTES;
        count = count < length - done ? count : length - done;
        uint8_t *memory = dram_pointer(controller->dram, paddr + done, count);
        if (memory == NULL) {
            return MEMORY_CONTROLLER_UNMAPPED;
        }
        if (!controller->hardware && is_protected(snapshot, paddr + done, count)) {
            return MEMORY_CONTROLLER_PROTECTED;
        }
        if (!memory_cipher_transform(cipher, paddr + done, source != NULL ? source + done : memory,
                                     destination != NULL ? destination + done : memory, count)) {
            return MEMORY_CONTROLLER_FAILED;
        }
        done += count;
    }
    return MEMORY_CONTROLLER_OK;
}

static enum memory_controller_result access_memory(const struct memory_controller *controller,
                                                   const struct access *access)
{
    struct snapshot snapshot;
    struct memory_cipher cipher;
    if (access->paddr % BLOCK_BYTES != 0 || access->length % BLOCK_BYTES != 0) {
        return MEMORY_CONTROLLER_UNALIGNED;
    }
    if (take_snapshot(controller, access->asid, &snapshot) != TAKEN) {
        return MEMORY_CONTROLLER_NO_KEYS;
    }
    enum memory_controller_result result = MEMORY_CONTROLLER_FAILED;
    if (memory_cipher_begin(&cipher, controller->cache, &snapshot.key, access->encrypt)) {
        result = access_pages(controller, &snapshot, &cipher, access);
        memory_cipher_end(&cipher);
    }
    OPENSSL_cleanse(&snapshot, sizeof snapshot);
    return result;
}

enum memory_controller_result memory_controller_read(const struct memory_controller *controller,
                                                     uint32_t asid, uint64_t paddr, void *buffer,
                                                     size_t length)
{
    const struct access access = {
        .asid = asid, .paddr = paddr, .length = length, .destination = buffer};
    return access_memory(controller, &access);
}

enum memory_controller_result memory_controller_decrypt(const struct memory_controller *controller,
                                                        uint32_t asid, uint64_t paddr,
                                                        const void *ciphertext, void *buffer,
                                                        size_t length)
{
    const struct access access = {.asid = asid,
                                  .paddr = paddr,
                                  .length = length,
                                  .source = ciphertext,
                                  .destination = buffer};
    return access_memory(controller, &access);
}

enum memory_controller_result memory_controller_write(const struct memory_controller *controller,
                                                      uint32_t asid, uint64_t paddr,
                                                      const void *buffer, size_t length)
{
    const struct access access = {
        .asid = asid, .encrypt = true, .paddr = paddr, .length = length, .source = buffer};
    return access_memory(controller, &access);
}

enum memory_controller_result memory_controller_check(const struct memory_controller *controller,
                                                      uint64_t paddr, uint64_t length)
{
    struct snapshot snapshot;
    if (dram_pointer(controller->dram, paddr, length) == NULL) {
        return MEMORY_CONTROLLER_UNMAPPED;
    }
    const enum taken taken =
        controller->hardware ? TAKEN_NOTHING : take_snapshot(controller, SEV_ASID_HOST, &snapshot);
    if (taken != TAKEN) {
        return taken == TAKEN_UNCLEAR ? MEMORY_CONTROLLER_PROTECTED : MEMORY_CONTROLLER_OK;
    }
    const bool protected = is_protected(&snapshot, paddr, length);
    OPENSSL_cleanse(&snapshot, sizeof snapshot);
    return protected ? MEMORY_CONTROLLER_PROTECTED : MEMORY_CONTROLLER_OK;
}

bool memory_controller_tmr(const struct memory_controller *controller, struct fabric_tmr *tmr)
{
    struct snapshot snapshot;
    if (take_snapshot(controller, SEV_ASID_HOST, &snapshot) != TAKEN) {
        return false;
    }
    *tmr = snapshot.tmr[0];
    OPENSSL_cleanse(&snapshot, sizeof snapshot);
    return tmr->length != 0;
}

bool memory_controller_tmrs(const struct memory_controller *controller,
                            struct fabric_tmr tmr[FABRIC_TMR_MAX], uint64_t *generation)
{
    struct snapshot snapshot;
    const enum taken taken = take_snapshot(controller, SEV_ASID_HOST, &snapshot);
    memset(tmr, 0, FABRIC_TMR_MAX * sizeof tmr[0]);
    if (taken != TAKEN) {
        tmr[0].length = taken == TAKEN_UNCLEAR ? UINT64_MAX : 0;
        return false;
    }
    memcpy(tmr, snapshot.tmr, sizeof snapshot.tmr);
    *generation = snapshot.key.generation;
    OPENSSL_cleanse(&snapshot, sizeof snapshot);
    return true;
}

bool memory_controller_vmsa_key(const struct memory_controller *controller,
                                uint8_t key[MEMORY_CONTROLLER_VMSA_KEY_BYTES])
{
    struct snapshot snapshot;
    if (take_snapshot(controller, SEV_ASID_HOST, &snapshot) != TAKEN) {
        return false;
    }
    memcpy(key, snapshot.vmsa_key, sizeof snapshot.vmsa_key);
    OPENSSL_cleanse(&snapshot, sizeof snapshot);
    return true;
}

bool memory_controller_has_key(const struct memory_controller *controller, uint32_t asid)
{
    struct snapshot snapshot;
    bool has_key = take_snapshot(controller, asid, &snapshot) == TAKEN && snapshot.has_key;
    OPENSSL_cleanse(&snapshot, sizeof snapshot);
    return has_key;
}

const char *memory_controller_result_text(enum memory_controller_result result)
{
    static const char *const texts[] = {
        [MEMORY_CONTROLLER_OK] = "done",
        [MEMORY_CONTROLLER_UNALIGNED] = "address or length is not a multiple of 16",
        [MEMORY_CONTROLLER_UNMAPPED] = "no DRAM at that address",
        [MEMORY_CONTROLLER_PROTECTED] = "the firmware holds that memory",
        [MEMORY_CONTROLLER_NO_KEYS] = "the firmware has not initialised the memory controller",
        [MEMORY_CONTROLLER_FAILED] = "the cryptographic library failed",
    };
    return (size_t)result < sizeof texts / sizeof texts[0] ? texts[result] : "unknown result";
}
