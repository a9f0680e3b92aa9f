/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware's side of the memory controller (memctl.h). A reader on the x86 side must never see
 * half of a change: GENERATION is odd while one is made.
 */
#include "firmware/memctl.h"

#include <stddef.h>

#include "abi/fabric.h"
#include "crypto/cipher_engine.h"
#include "crypto/random.h"
#include "firmware/hostmem.h"
#include "firmware/log.h"
#include "hal/fabric.h"

static uint8_t tweak_key[32];
static uint8_t vmsa_key[MEMCTL_VMSA_KEY_BYTES];
static uint64_t generation;

/** The name of what encrypts memory, as last written to the log. */
static const char *said;

#define HOST_KEY_BYTES 16u
#define AES_256_KEY_BYTES 32u

/** Offset in the fabric file of a member of struct fabric_memctl. */
#define MEMCTL_AT(member) (FABRIC_MEMCTL_OFFSET + (uint32_t)offsetof(struct fabric_memctl, member))

/** Begins or ends a change: odd, then even again. */
static void bump_generation(void)
{
    generation++;
    hal_fabric_write(MEMCTL_AT(generation), &generation, sizeof generation);
}

/** Writes one slot; the caller holds the generation odd. */
static void write_slot(uint32_t asid, const struct fabric_key_slot *slot)
{
    hal_fabric_write(MEMCTL_AT(slots) + asid * (uint32_t)sizeof *slot, slot, sizeof *slot);
}

/** Draws new host and tweak keys, or reads those in force; and draws a new VMSA key. */
static bool get_keys(struct fabric_key_slot *host, bool keep)
{
    if (!crypto_random_secret(vmsa_key, sizeof vmsa_key)) {
        return false;
    }
    if (keep) {
        hal_fabric_read(MEMCTL_AT(slots), host, sizeof *host);
        hal_fabric_read(MEMCTL_AT(tweak_key), tweak_key, sizeof tweak_key);
        return true;
    }
    return crypto_random_secret(tweak_key, sizeof tweak_key) &&
           crypto_random_secret(host->key, HOST_KEY_BYTES);
}

void memctl_say_engine(void)
{
    const char *name = crypto_memory_engine_name();

    if (name != said) {
        said = name;
        log_text("memory encryption: ");
        log_text(name);
        log_text(crypto_engine_has_failed() ? "; the cipher engine failed\n" : "\n");
    }
}

bool memctl_start(bool keep_host_key)
{
    const uint64_t magic = FABRIC_MEMCTL_MAGIC;
    const struct fabric_key_slot empty = {.flags = 0};
    struct fabric_key_slot host = {.flags = FABRIC_SLOT_VALID};
    struct crypto_memory_key host_key;

    crypto_engine_start();
    said = NULL;
    memctl_say_engine();
    if (!get_keys(&host, keep_host_key)) {
        return false;
    }
    hal_fabric_read(MEMCTL_AT(generation), &generation, sizeof generation);
    generation &= ~1ull;
    bump_generation();
    hal_fabric_write(MEMCTL_AT(magic), &magic, sizeof magic); /* First: no key stands without it. */
    for (uint32_t asid = 1; asid < FABRIC_SLOTS_MAX; asid++) {
        const struct fabric_slot_cores nobody = {.bits = {0}};

        write_slot(asid, &empty);
        hal_fabric_write(FABRIC_SLOT_CORES_OFFSET + asid * (uint32_t)sizeof nobody, &nobody,
                         sizeof nobody);
    }
    write_slot(0, &host);
    for (uint32_t index = 0; index < FABRIC_TMR_MAX; index++) {
        const struct fabric_tmr none = {.length = 0};

        hal_fabric_write(MEMCTL_AT(tmr) + index * (uint32_t)sizeof none, &none, sizeof none);
    }
    hal_fabric_write(MEMCTL_AT(rmp), &(const struct fabric_rmp){.flags = 0},
                     sizeof(struct fabric_rmp));
    hal_fabric_write(MEMCTL_AT(tweak_key), tweak_key, sizeof tweak_key);
    hal_fabric_write(MEMCTL_AT(vmsa_key), vmsa_key, sizeof vmsa_key);
    bump_generation();

    memctl_expand_key(host.key, &host_key);
    hostmem_set_host_key(&host_key);
    crypto_wipe(&host_key, sizeof host_key);
    crypto_wipe(&host, sizeof host);
    return true;
}

void memctl_load_key(uint32_t asid, const uint8_t *key, uint32_t key_bytes)
{
    struct fabric_key_slot slot = {.flags = FABRIC_SLOT_VALID};

    if (key_bytes == AES_256_KEY_BYTES) {
        slot.flags |= FABRIC_SLOT_AES_256;
    }
    for (uint32_t i = 0; i < key_bytes && i < sizeof slot.key; i++) {
        slot.key[i] = key[i];
    }
    bump_generation();
    write_slot(asid, &slot);
    bump_generation();
    crypto_wipe(&slot, sizeof slot);
}

void memctl_set_cores(uint32_t asid, const struct fabric_core_set *cores)
{
    struct fabric_slot_cores allowed = {.bits = {0}};

    for (uint32_t i = 0; cores != NULL && i < sizeof allowed.bits / sizeof allowed.bits[0]; i++) {
        allowed.bits[i] = cores->bits[i];
    }
    bump_generation();
    hal_fabric_write(FABRIC_SLOT_CORES_OFFSET + asid * (uint32_t)sizeof allowed, &allowed,
                     sizeof allowed);
    bump_generation();
}

void memctl_clear_key(uint32_t asid)
{
    const struct fabric_key_slot empty = {.flags = 0};

    bump_generation();
    write_slot(asid, &empty);
    bump_generation();
}

void memctl_set_tmr(uint32_t index, uint64_t base, uint64_t length)
{
    const struct fabric_tmr tmr = {.base = base, .length = length};

    bump_generation();
    hal_fabric_write(MEMCTL_AT(tmr) + index * (uint32_t)sizeof tmr, &tmr, sizeof tmr);
    bump_generation();
}

void memctl_set_rmp(uint64_t base, uint64_t end, uint32_t flags)
{
    const struct fabric_rmp rmp = {.base = base, .end = end, .flags = flags};

    bump_generation();
    hal_fabric_write(MEMCTL_AT(rmp), &rmp, sizeof rmp);
    bump_generation();
}

const uint8_t *memctl_vmsa_key(void)
{
    return vmsa_key;
}

void memctl_expand_key(const uint8_t vek[16], struct crypto_memory_key *key)
{
    crypto_memory_key_set(key, vek, tweak_key);
}
