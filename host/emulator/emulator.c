/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An x86 machine that is switched on (emulator.h).
 */
#include "host/emulator/emulator.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "host/demo/demo.h"
#include "host/demo/show.h"
#include "host/demo/tenant.h"
#include "host/lib/deadline.h"
#include "host/lib/snp.h"
#include "host/x86/access.h"
#include "host/x86/msr.h"

bool emulator_step(const struct emulator *emulator, const char *name, int64_t started, int result,
                   const char *format, ...)
{
    const int64_t took = started >= 0 ? deadline_now_us() - started : -1;
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (result != SEV_STATUS_SUCCESS) {
        show_step(name, SHOW_FAILED, took, "%s%s: %s", emulator->name, sev_result_text(result),
                  text);
    } else if (!emulator->quiet) {
        show_step(name, started >= 0 ? sev_result_text(result) : "ok", took, "%s%s", emulator->name,
                  text);
    }
    return result == SEV_STATUS_SUCCESS;
}

/* The firmware sees what cores have written for the host, and they what it has. */
static void before_command(void *context, uint32_t id)
{
    struct emulator *emulator = context;
    (void)id;
    x86_cache_snoop(emulator->x86.cache);
}

static void after_command(void *context, uint32_t id, int result, int64_t microseconds)
{
    struct emulator *emulator = context;
    cpu_forget(&emulator->cores);
    cpu_forget_code(&emulator->cores);
    trace_command(emulator->trace, id, result, microseconds);
}

static void on_fill(void *context, uint32_t core, uint64_t linear, enum x86_rmp_access access,
                    const struct x86_translation *translation)
{
    struct emulator *emulator = context;
    trace_fill(emulator->trace, core, linear, access, translation);
}

static void on_flush(void *context, uint32_t core, uint64_t spa)
{
    struct emulator *emulator = context;
    (void)core;
    trace_flush(emulator->trace, "CLFLUSH", spa);
}

static void on_exception(void *context, uint32_t core, uint8_t vector, uint64_t error)
{
    struct emulator *emulator = context;
    trace_exception(emulator->trace, core, vector, error);
}

/* As the BIOS: memory encryption may be used. */
static bool set_up_cores(struct emulator *emulator)
{
    for (uint32_t core = 0; core < emulator->x86.cores; core++) {
        uint64_t value = 0;
        if (x86_rdmsr(&emulator->x86, core, NULL, X86_MSR_SYSCFG, &value) != X86_MSR_DONE ||
            x86_wrmsr(&emulator->x86, core, NULL, X86_MSR_SYSCFG,
                      value | SYSCFG_MEMORY_ENCRYPTION) != X86_MSR_DONE) {
            return demo_fail("SYSCFG", "core %u has no memory encryption", core);
        }
    }
    return true;
}

static bool open_machine(struct emulator *emulator)
{
    emulator->arena_bytes = (uint64_t)emulator->cache_pages * X86_PAGE_BYTES;
    void *arena = mmap(NULL, emulator->arena_bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (arena == MAP_FAILED) {
        return demo_fail("caches", "no memory");
    }
    emulator->arena = arena;
    const uint64_t dram_pages = emulator->board.dram.length / X86_PAGE_BYTES;
    emulator->cores.cache_pages = emulator->cache_pages;
    emulator->cores.pages =
        calloc(emulator->cache_pages + dram_pages, sizeof emulator->cores.pages[0]);
    if (emulator->cores.pages == NULL) {
        return demo_fail("caches", "no memory");
    }
    const struct x86_machine_options options = {
        .fabric = emulator->board.fabric_file.bytes,
        .dram = &emulator->board.dram,
        .snp = snp_host_product(emulator->directory) != NULL,
        .arena = emulator->arena,
        .pages = emulator->cache_pages,
        .notify = cpu_notify,
        .context = &emulator->cores,
    };
    const enum x86_machine_result result = x86_machine_open(&emulator->x86, &options);
    if (result != X86_MACHINE_OK) {
        return demo_fail("machine", "%s", x86_machine_result_text(result));
    }
    emulator->cores.x86 = &emulator->x86;
    emulator->cores.epoch = 1;
    emulator->cores.code_epoch = 1;
    emulator->cores.observer =
        (struct cpu_observer){.fill = emulator->trace->file != NULL ? on_fill : NULL,
                              .flush = on_flush,
                              .exception = on_exception,
                              .context = emulator};
    emulator->board.observer = (struct board_observer){
        .before = before_command, .after = after_command, .context = emulator};
    return set_up_cores(emulator);
}

enum board_result emulator_power_on(struct emulator *emulator, const struct board_options *options)
{
    const int64_t started = deadline_now_us();
    struct board_options own = *options;
    own.directory = emulator->directory;
    const enum board_result result = board_start(&emulator->board, &own);
    if (result != BOARD_OK) {
        (void)demo_fail("start board", "%s%s", emulator->name, emulator->board.message);
        return result;
    }
    emulator->board.mailbox.cancel = own.cancel;
    if (!open_machine(emulator)) {
        return BOARD_FAILED;
    }
    (void)emulator_step(emulator, "start board", started, SEV_STATUS_SUCCESS, "%s",
                        emulator->directory);
    return BOARD_OK;
}

bool emulator_power_off(struct emulator *emulator)
{
    bool good = true;
    if (emulator->x86.cache != NULL) {
        x86_machine_close(&emulator->x86);
    }
    if (emulator->board.mailbox_file.bytes != NULL) {
        good = board_stop(&emulator->board) == BOARD_OK ||
               demo_fail("power off", "%s%s", emulator->name, emulator->board.message);
    }
    if (emulator->arena != NULL) {
        (void)munmap(emulator->arena, emulator->arena_bytes);
        emulator->arena = NULL;
        free(emulator->cores.pages);
        emulator->cores.pages = NULL;
    }
    return good;
}

bool emulator_prepare(struct emulator *emulator, bool snp)
{
    const int64_t started = deadline_now_us();
    if (snp) {
        if (snp_host_product(emulator->directory) == NULL) {
            return demo_fail("SEV-SNP", "a chip of this product has no SEV-SNP");
        }
        x86_cache_flush(emulator->x86.cache);
        emulator->snp = (struct snp_host){.name = emulator->name,
                                          .directory = emulator->directory,
                                          .quiet = emulator->quiet,
                                          .board = &emulator->board};
        emulator->snp_on = snp_host_start(&emulator->snp);
        cpu_forget(&emulator->cores);
        return emulator->snp_on;
    }
    emulator->sev_on = emulator_step(emulator, "INIT, DF_FLUSH", started,
                                     tenant_init_platform(&emulator->board, true), "SEV-ES is on");
    return emulator->sev_on;
}

bool emulator_finish(struct emulator *emulator)
{
    bool good = true;
    if (emulator->snp_on) {
        emulator->snp_on = false;
        good = snp_host_end(&emulator->snp);
    }
    if (emulator->sev_on) {
        const int64_t started = deadline_now_us();
        emulator->sev_on = false;
        good = emulator_step(emulator, "SHUTDOWN", started, sev_shutdown(&emulator->board), "%s",
                             "") &&
               good;
    }
    return good;
}

int emulator_flush(struct emulator *emulator)
{
    for (uint32_t core = 0; core < emulator->x86.cores; core++) {
        x86_wbinvd(&emulator->x86, core, false);
    }
    trace_flush(emulator->trace, "WBINVD", UINT64_MAX);
    return emulator->snp_on ? snp_df_flush(&emulator->board) : sev_df_flush(&emulator->board);
}

bool emulator_write(struct emulator *emulator, uint64_t spa, const void *bytes, size_t length)
{
    cpu_forget_code(&emulator->cores);
    return x86_physical_write(&emulator->x86, 0, spa, bytes, length);
}

void emulator_read(struct emulator *emulator, uint64_t spa, void *bytes, size_t length)
{
    x86_physical_read(&emulator->x86, 0, spa, bytes, length);
}
