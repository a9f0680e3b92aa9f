/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An x86 machine with keys and no firmware (x86_stage.h).
 */
#include "tests/host/x86_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>

#include "host/lib/fabric.h"
#include "host/x86/rmp_instructions.h"

#define KEY_BYTES 16u

struct x86_stage stage;

struct fabric_memctl *stage_memctl(void)
{
    return (struct fabric_memctl *)(void *)(stage.fabric + FABRIC_MEMCTL_OFFSET);
}

struct fabric_core *stage_core(uint32_t core)
{
    struct fabric_core *entry = fabric_core_at(stage.fabric, core);
    assert_non_null(entry);
    return entry;
}

static void notify(void *context, uint32_t page, enum x86_cache_change change)
{
    struct stage_notice *notice = context;
    notice->page = page;
    *(change == X86_CACHE_GONE ? &notice->gone : &notice->clean) += 1;
}

void stage_set_key(uint32_t asid, uint8_t seed)
{
    struct fabric_slot_cores *cores =
        (struct fabric_slot_cores *)(void *)(stage.fabric + FABRIC_SLOT_CORES_OFFSET) + asid;
    struct fabric_key_slot *slot = &stage_memctl()->slots[asid];
    stage_memctl()->generation++;
    memset(slot->key, seed, KEY_BYTES);
    slot->flags = seed != 0 ? FABRIC_SLOT_VALID : 0;
    memset(cores, seed != 0 ? 0xFF : 0, sizeof *cores);
    stage_memctl()->generation++;
}

void stage_set_tmr(uint64_t base, uint64_t length)
{
    stage_memctl()->generation++;
    stage_memctl()->tmr[0] = (struct fabric_tmr){.base = base, .length = length};
    stage_memctl()->generation++;
}

void stage_rmp(void)
{
    if (stage_memctl()->rmp.flags != 0) { /* else nobody has written there yet */
        memset(stage_dram(STAGE_RMP), 0, STAGE_RMP_BYTES);
    }
    stage_memctl()->generation++;
    stage_memctl()->rmp = (struct fabric_rmp){.base = STAGE_RMP,
                                              .end = STAGE_RMP + STAGE_RMP_BYTES - 1,
                                              .flags = FABRIC_RMP_PROTECTED | FABRIC_RMP_ENFORCED};
    stage_memctl()->generation++;
    stage_core(0)->syscfg |= SYSCFG_SNP_EN | SYSCFG_SNP_VMPL_EN;
}

void stage_give(uint64_t spa, bool large, uint32_t asid, uint64_t gpa)
{
    const struct rmpupdate_state update = {
        .gpa = gpa, .assigned = 1, .page_size = large ? 1 : 0, .asid = asid};
    const struct x86_rmp_guest guest = {
        .asid = asid, .c_bit = true, .nested_large = large, .gpa = gpa, .spa = spa};
    struct x86_rmp_outcome outcome = x86_rmpupdate(&stage.machine.rmp, 0, spa, &update);
    assert_int_equal(outcome.event, X86_RMP_EVENT_NONE);
    assert_int_equal(outcome.result, RMP_SUCCESS);
    outcome = x86_pvalidate(&stage.machine.rmp, &guest, 0, large ? X86_RMP_RCX_2M : 0, 1);
    assert_int_equal(outcome.event, X86_RMP_EVENT_NONE);
    assert_int_equal(outcome.result, RMP_SUCCESS);
}

void stage_open(const struct stage_options *options)
{
    struct fabric_options configured = FABRIC_DEFAULT_OPTIONS;
    stage = (struct x86_stage){.fabric = calloc(1, FABRIC_FILE_BYTES),
                               .bytes = calloc(1, STAGE_DRAM_BYTES)};
    assert_non_null(stage.fabric);
    assert_non_null(stage.bytes);
    configured.c_bit = options->c_bit != 0 ? options->c_bit : configured.c_bit;
    configured.flags |= options->flags;
    fabric_configure(stage.fabric, &configured, STAGE_DRAM_BYTES);
    for (uint32_t core = 0; core < configured.cores; core++) {
        stage_core(core)->syscfg = SYSCFG_MEMORY_ENCRYPTION;
    }
    stage_memctl()->magic = FABRIC_MEMCTL_MAGIC;
    memset(stage_memctl()->tweak_key, 0x77, KEY_BYTES);
    memset(stage_memctl()->vmsa_key, 0x55, sizeof stage_memctl()->vmsa_key);
    stage_set_key(X86_KEY_HOST, 0x11);
    stage_set_key(STAGE_ASID, 0x22);
    stage_set_key(STAGE_OTHER_ASID, 0x33);
    stage_set_key(STAGE_ES_ASID, 0x44);
    dram_open(&stage.dram, stage.bytes, STAGE_DRAM_BYTES, fabric_configuration(stage.fabric));
    const struct x86_machine_options machine = {
        .fabric = stage.fabric,
        .dram = &stage.dram,
        .snp = options->snp,
        .cache_raw = options->cache_raw,
        .pages = options->pages != 0 ? options->pages : X86_CACHE_PAGES_MIN,
        .notify = options->notify != NULL ? options->notify : notify,
        .context = &stage.notice,
    };
    assert_int_equal(x86_machine_open(&stage.machine, &machine), X86_MACHINE_OK);
}

void stage_close(void)
{
    x86_machine_close(&stage.machine);
    free(stage.fabric);
    free(stage.bytes);
}

int stage_set_up(void **state)
{
    const struct stage_options options = {.snp = true};
    (void)state;
    stage_open(&options);
    return 0;
}

int stage_tear_down(void **state)
{
    (void)state;
    stage_close();
    return 0;
}

uint8_t *stage_dram(uint64_t spa)
{
    uint8_t *bytes = dram_pointer(&stage.dram, spa, 1);
    assert_non_null(bytes);
    return bytes;
}

/* A whole page with the key that the fabric has now; an empty slot's is what docs/fabric.md says. */
static void transform(uint64_t spa, uint32_t asid, bool encrypt, const uint8_t *input,
                      uint8_t *output)
{
    const struct fabric_key_slot *slot = &stage_memctl()->slots[asid];
    uint8_t keys[2 * KEY_BYTES];
    uint8_t unit[KEY_BYTES] = {0};
    const uint64_t frame = spa / X86_PAGE_BYTES;
    int written = 0;
    memcpy(keys, slot->key, KEY_BYTES);
    memcpy(keys + KEY_BYTES, stage_memctl()->tweak_key, KEY_BYTES);
    if ((slot->flags & FABRIC_SLOT_VALID) == 0) {
        memcpy(keys, stage_memctl()->tweak_key, KEY_BYTES);
        keys[0] ^= 0xFF;
    }
    memcpy(unit, &frame, sizeof frame);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    assert_non_null(context);
    assert_int_equal(
        EVP_CipherInit_ex(context, EVP_aes_128_xts(), NULL, keys, unit, encrypt ? 1 : 0), 1);
    assert_int_equal(EVP_CipherUpdate(context, output, &written, input, X86_PAGE_BYTES), 1);
    EVP_CIPHER_CTX_free(context);
}

void stage_look(uint64_t spa, uint32_t key, uint8_t *page)
{
    const uint8_t *bytes = stage_dram(spa - spa % X86_PAGE_BYTES);
    if (key == X86_KEY_NONE) {
        memcpy(page, bytes, X86_PAGE_BYTES);
    } else {
        transform(spa, key, false, bytes, page);
    }
}

void stage_put(uint64_t spa, uint32_t key, const uint8_t *page)
{
    uint8_t *bytes = stage_dram(spa - spa % X86_PAGE_BYTES);
    if (key == X86_KEY_NONE) {
        memcpy(bytes, page, X86_PAGE_BYTES);
    } else {
        transform(spa, key, true, page, bytes);
    }
}

uint64_t stage_word(uint64_t spa, uint32_t key)
{
    uint8_t page[X86_PAGE_BYTES];
    uint64_t word;
    stage_look(spa, key, page);
    memcpy(&word, page + spa % X86_PAGE_BYTES, sizeof word);
    return word;
}

void stage_put_word(uint64_t spa, uint32_t key, uint64_t word)
{
    uint8_t page[X86_PAGE_BYTES];
    stage_look(spa, key, page);
    memcpy(page + spa % X86_PAGE_BYTES, &word, sizeof word);
    stage_put(spa, key, page);
}
