/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unicorn, 2.1.1 or later, as a backend (backend.h). Its own page walk is off: each page is asked for
 * by a hook. Two large regions of its physical memory are DRAM and the mirror of plaintext.
 *
 * Hooks stop it before instructions that are not its own. They are put where such an instruction may
 * begin when a page is first executed, since Unicorn ignores hooks that come after a translation; a
 * page that was written since is looked at again: it is the client who sees to it that nobody writes a
 * page while it is executed, by another linear address, core or device for example.
 *
 * Should one of these instructions be executed after all, it must do no harm: the model of a processor
 * has no SVM, whose instructions know physical addresses, and neither page tables, keys nor the RMP.
 */
#include <stdlib.h>
#include <string.h>
#include <unicorn/unicorn.h>

#include "host/emulator/backend.h"
#include "host/emulator/decode.h"
#include "host/emulator/unicorn_registers.h"

#define DRAM_AT 0ull
#define MIRROR_AT (1ull << 44) /* Above all DRAM. */
#define PAGE 0x1000ull
#define CODE_BYTES 0x2000000u /* For translations; all of it is cleared when they are forgotten. */
#define HOOKED_PAGES 1024u
#define POSITIONS (DECODE_PAGE_BYTES / 64u)

/* Where a page of linear addresses has hooks; they stay for ever. */
struct hooked_page {
    uint64_t linear;
    uint64_t positions[POSITIONS];
};

struct backend {
    struct backend_options options;
    uc_engine *engine;
    struct hooked_page *hooked;
    size_t hooked_count;
    uint64_t blocks;
    uint64_t last_block; /* Of this run; 0: none. */
    bool ended;
    bool stale;           /* The run ends before the next block. */
    bool may_begin_again; /* But for one that begins in the last one. */
    uint64_t block;       /* Where the last one began. */
    uint32_t block_bytes;
    volatile bool interrupted;
    struct backend_event event;
};

static void end(struct backend *backend, enum backend_end reason, uint8_t vector)
{
    if (!backend->ended) {
        backend->ended = true;
        backend->event = (struct backend_event){.end = reason, .vector = vector};
    }
    (void)uc_emu_stop(backend->engine);
}

static void on_block(uc_engine *engine, uint64_t address, uint32_t size, void *context)
{
    struct backend *backend = context;
    (void)engine;
    /* Unicorn begins an instruction anew, as a block of its own, that changes the block it is in. */
    const bool again = backend->may_begin_again && address - backend->block < backend->block_bytes;
    backend->may_begin_again = backend->may_begin_again && !again;
    backend->block = address;
    backend->block_bytes = size;
    if (backend->stale && !again) {
        end(backend, BACKEND_STALE, 0);
    } else if (++backend->blocks == backend->last_block || backend->interrupted) {
        backend->interrupted = false;
        end(backend, BACKEND_BUDGET, 0);
    }
}

static void on_interrupt(uc_engine *engine, uint32_t vector, void *context)
{
    (void)engine;
    end(context, BACKEND_EXCEPTION, (uint8_t)vector);
}

static bool on_invalid(uc_engine *engine, void *context)
{
    (void)engine;
    end(context, BACKEND_EXCEPTION, 6);
    return false;
}

static void on_candidate(uc_engine *engine, uint64_t address, uint32_t size, void *context)
{
    struct backend *backend = context;
    struct backend_paging paging;
    (void)size;
    unicorn_registers_paging(engine, &paging);
    if (!backend->ended &&
        backend->options.client->stops_at(backend->options.context, &paging, address)) {
        end(backend, BACKEND_STOPPED, 0);
    }
}

static struct hooked_page *find_hooked(struct backend *backend, uint64_t linear)
{
    for (size_t i = 0; i < backend->hooked_count; i++) {
        if (backend->hooked[i].linear == linear) {
            return &backend->hooked[i];
        }
    }
    if (backend->hooked_count == HOOKED_PAGES) {
        return NULL;
    }
    struct hooked_page *page = &backend->hooked[backend->hooked_count++];
    *page = (struct hooked_page){.linear = linear};
    return page;
}

/* @return false when there is no room for another page with code */
static bool hook_page(struct backend *backend, uint64_t linear, const uint8_t *bytes)
{
    struct hooked_page *page = find_hooked(backend, linear);
    for (uint32_t i = 0; page != NULL && i < PAGE; i++) {
        const uint64_t bit = 1ull << (i % 64);
        if ((page->positions[i / 64] & bit) == 0 && decode_may_begin(bytes, i)) {
            uc_hook hook;
            union {
                uc_cb_hookcode_t function;
                void *pointer;
            } callback = {.function = on_candidate};
            page->positions[i / 64] |= bit;
            (void)uc_hook_add(backend->engine, &hook, UC_HOOK_CODE, callback.pointer, backend,
                              linear + i, linear + i);
        }
    }
    return page != NULL;
}

static enum x86_rmp_access access_of(uc_mem_type type)
{
    return type == UC_MEM_FETCH   ? X86_RMP_FETCH
           : type == UC_MEM_WRITE ? X86_RMP_WRITE
                                  : X86_RMP_READ;
}

static bool on_fill(uc_engine *engine, uint64_t linear, uc_mem_type type, uc_tlb_entry *entry,
                    void *context)
{
    struct backend *backend = context;
    const struct backend_options *options = &backend->options;
    const enum x86_rmp_access access = access_of(type);
    const uint64_t page = linear & ~(PAGE - 1);
    struct backend_paging paging;
    struct backend_mapping mapping = {0};
    if (backend->ended) {
        return false;
    }
    unicorn_registers_paging(engine, &paging);
    if (!options->client->fill(options->context, &paging, linear, access, &mapping)) {
        end(backend, BACKEND_REFUSED, 0);
        return false;
    }
    const bool fetch = access == X86_RMP_FETCH;
    const uint8_t *bytes = (mapping.mirror ? options->mirror : options->dram) + mapping.offset;
    if (fetch && !hook_page(backend, page, bytes)) {
        end(backend, BACKEND_FAILED, 0);
        backend->event.text = "code in more than 1024 pages";
        return false;
    }
    backend->stale = backend->stale || mapping.brief;
    backend->may_begin_again = backend->may_begin_again || mapping.brief;
    /* One right to execute, or one to write: code that was written is looked at again. */
    entry->paddr = (mapping.mirror ? MIRROR_AT : DRAM_AT) + mapping.offset;
    entry->perms = UC_PROT_READ | (fetch ? UC_PROT_EXEC : 0) |
                   (mapping.write && access == X86_RMP_WRITE ? UC_PROT_WRITE : 0);
    return true;
}

static uc_err add_hook(struct backend *backend, int type, void *callback)
{
    uc_hook hook;
    return uc_hook_add(backend->engine, &hook, type, callback, backend, 1, 0);
}

static uc_err add_hooks(struct backend *backend)
{
    union {
        uc_cb_tlbevent_t fill;
        uc_cb_hookcode_t block;
        uc_cb_hookintr_t interrupt;
        uc_cb_hookinsn_invalid_t invalid;
        void *pointer;
    } callback;
    callback.fill = on_fill;
    uc_err error = add_hook(backend, UC_HOOK_TLB_FILL, callback.pointer);
    callback.block = on_block;
    error = error == UC_ERR_OK ? add_hook(backend, UC_HOOK_BLOCK, callback.pointer) : error;
    callback.interrupt = on_interrupt;
    error = error == UC_ERR_OK ? add_hook(backend, UC_HOOK_INTR, callback.pointer) : error;
    callback.invalid = on_invalid;
    return error == UC_ERR_OK ? add_hook(backend, UC_HOOK_INSN_INVALID, callback.pointer) : error;
}

struct backend *backend_open(const struct backend_options *options)
{
    struct backend *backend = calloc(1, sizeof *backend);
    if (backend == NULL) {
        return NULL;
    }
    backend->options = *options;
    backend->hooked = malloc(HOOKED_PAGES * sizeof backend->hooked[0]);
    uc_err error =
        backend->hooked != NULL ? uc_open(UC_ARCH_X86, UC_MODE_64, &backend->engine) : UC_ERR_NOMEM;
    error = error == UC_ERR_OK ? uc_ctl_set_cpu_model(backend->engine, UC_CPU_X86_SKYLAKE_CLIENT)
                               : error;
    error = error == UC_ERR_OK ? uc_ctl_set_tcg_buffer_size(backend->engine, CODE_BYTES) : error;
    error = error == UC_ERR_OK ? uc_ctl_exits_enable(backend->engine) : error;
    error = error == UC_ERR_OK ? uc_ctl_tlb_mode(backend->engine, UC_TLB_VIRTUAL) : error;
    error = error == UC_ERR_OK ? uc_mem_map_ptr(backend->engine, DRAM_AT, options->dram_bytes,
                                                UC_PROT_ALL, options->dram)
                               : error;
    error = error == UC_ERR_OK ? uc_mem_map_ptr(backend->engine, MIRROR_AT, options->mirror_bytes,
                                                UC_PROT_ALL, options->mirror)
                               : error;
    error = error == UC_ERR_OK ? add_hooks(backend) : error;
    if (error != UC_ERR_OK) {
        backend_close(backend);
        return NULL;
    }
    return backend;
}

void backend_close(struct backend *backend)
{
    if (backend != NULL) {
        if (backend->engine != NULL) {
            (void)uc_close(backend->engine);
        }
        free(backend->hooked);
        free(backend);
    }
}

void backend_get(struct backend *backend, struct backend_registers *registers)
{
    unicorn_registers_get(backend->engine, registers);
}

void backend_set(struct backend *backend, const struct backend_registers *registers)
{
    struct backend_registers now;
    unicorn_registers_get(backend->engine, &now);
    unicorn_registers_set(backend->engine, registers, &now);
}

struct backend_event backend_run(struct backend *backend, uint64_t blocks)
{
    uint64_t rip = 0;
    backend->ended = false;
    backend->stale = false;
    backend->may_begin_again = false;
    backend->event = (struct backend_event){.end = BACKEND_HALTED};
    if (backend->interrupted) { /* Code that faults before its first block is ended here. */
        backend->interrupted = false;
        return (struct backend_event){.end = BACKEND_BUDGET};
    }
    backend->last_block = blocks != 0 ? backend->blocks + blocks : 0;
    (void)uc_reg_read(backend->engine, UC_X86_REG_RIP, &rip);
    const uc_err error = uc_emu_start(backend->engine, rip, 0, 0, 0);
    if (backend->event.end == BACKEND_STALE || backend->event.end == BACKEND_BUDGET) {
        /* Unicorn has not written it when the block before has led there directly. */
        (void)uc_reg_write(backend->engine, UC_X86_REG_RIP, &backend->block);
    }
    if (!backend->ended && error != UC_ERR_OK) {
        backend->event = (struct backend_event){.end = BACKEND_FAILED, .text = uc_strerror(error)};
    }
    return backend->event;
}

void backend_interrupt(struct backend *backend)
{
    backend->interrupted = true;
}

uint64_t backend_blocks(const struct backend *backend)
{
    return backend->blocks;
}

void backend_flush(struct backend *backend, bool code)
{
    (void)uc_ctl_flush_tlb(backend->engine);
    if (code) {
        (void)uc_ctl_flush_tb(backend->engine);
    }
}
