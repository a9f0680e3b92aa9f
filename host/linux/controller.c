/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory controller of a Linux guest: its memory, and VMRUN.
 */
#include "host/linux/controller.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host/lib/deadline.h"
#include "host/linux/controller_internal.h"

#define CHUNK MAP_MIB
#define WORKERS 2u

bool controller_fail(struct controller *controller, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(controller->message, sizeof controller->message, format, arguments);
    va_end(arguments);
    return false;
}

/* A file without a name, mapped. The QEMU that is to map it inherits it. */
static void *make_file(const char *name, size_t length, int *file)
{
    *file = memfd_create(name, 0);
    if (*file < 0 || ftruncate(*file, (off_t)length) != 0) {
        return NULL;
    }
    void *bytes = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, *file, 0);
    return bytes != MAP_FAILED ? bytes : NULL;
}

static void *make_memory(size_t length)
{
    void *bytes = mmap(NULL, length, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return bytes != MAP_FAILED ? bytes : NULL;
}

static bool open_range(struct controller *controller, uint64_t paddr, uint64_t length)
{
    struct controller_range *range = &controller->ranges[controller->range_count];
    *range = (struct controller_range){.place = {paddr, length}, .view_file = -1};
    if (length == 0) {
        return true;
    }
    controller->range_count++;
    range->dram = dram_pointer(controller->memory.dram, paddr, length);
    range->view = make_file("guest's view", length, &range->view_file);
    range->plaintext = make_memory(length);
    range->ciphertext = make_memory(length);
    return range->dram != NULL && range->view != NULL && range->plaintext != NULL &&
           range->ciphertext != NULL;
}

bool controller_open(struct controller *controller, const struct memory_controller *memory,
                     uint64_t bytes)
{
    const uint64_t low = map_low_bytes(bytes);
    const uint64_t top = bytes > low ? MAP_HIGH_BASE + bytes - low : low;
    const uint64_t pages = (top / MAP_PAGE + 63) / 64 * 64;
    *controller = (struct controller)CONTROLLER_CLOSED;
    controller->memory = *memory;
    controller->memory.hardware = true;
    controller->memory.cache = memory_cipher_cache_new();
    controller->control_bytes = control_page_bytes(pages);
    controller->control =
        make_file("control", controller->control_bytes, &controller->control_file);
    controller->changed = calloc(pages / 64, sizeof *controller->changed);
    if (controller->control == NULL || controller->changed == NULL ||
        !open_range(controller, 0, low) || !open_range(controller, MAP_HIGH_BASE, bytes - low)) {
        return controller_fail(controller, "the guest's memory: %s", strerror(errno));
    }
    controller->control->pages = pages;
    controller->control->busy = CONTROL_PAGE_NONE;
    controller->control->magic = CONTROL_PAGE_MAGIC;
    return true;
}

/* One thread's share of VMRUN. */
struct work {
    struct controller *controller;
    const struct controller_range *range;
    uint64_t first;
    uint64_t end;
    enum memory_controller_result result;
};

static void *decrypt(void *context)
{
    struct work *work = context;
    const struct controller_range *range = work->range;
    struct memory_controller memory = work->controller->memory;
    memory.cache = memory_cipher_cache_new();
    work->result = MEMORY_CONTROLLER_OK;
    for (uint64_t at = work->first; at < work->end && work->result == MEMORY_CONTROLLER_OK;
         at += CHUNK) {
        work->result = memory_controller_read(&memory, work->controller->asid,
                                              range->place.paddr + at, range->view + at, CHUNK);
        memcpy(range->plaintext + at, range->view + at, CHUNK);
        memcpy(range->ciphertext + at, range->dram + at, CHUNK);
    }
    memory_cipher_cache_free(memory.cache);
    return NULL;
}

static bool enter_range(struct controller *controller, const struct controller_range *range)
{
    pthread_t threads[WORKERS];
    struct work works[WORKERS];
    bool started[WORKERS] = {false};
    const uint64_t share = range->place.length / WORKERS / CHUNK * CHUNK;
    enum memory_controller_result result = MEMORY_CONTROLLER_OK;
    for (size_t i = 0; i < WORKERS; i++) {
        works[i] = (struct work){.controller = controller,
                                 .range = range,
                                 .first = i * share,
                                 .end = i + 1 < WORKERS ? (i + 1) * share : range->place.length};
        started[i] = pthread_create(&threads[i], NULL, decrypt, &works[i]) == 0;
        if (!started[i]) {
            (void)decrypt(&works[i]);
        }
    }
    for (size_t i = 0; i < WORKERS; i++) {
        if (started[i]) {
            (void)pthread_join(threads[i], NULL);
        }
        result = result != MEMORY_CONTROLLER_OK ? result : works[i].result;
    }
    return result == MEMORY_CONTROLLER_OK ||
           controller_fail(controller, "memory: %s", memory_controller_result_text(result));
}

bool controller_enter(struct controller *controller, uint32_t asid)
{
    const int64_t started = deadline_now_us();
    controller->asid = asid;
    for (size_t i = 0; i < controller->range_count; i++) {
        if (!enter_range(controller, &controller->ranges[i])) {
            return false;
        }
    }
    controller->last.microseconds = deadline_now_us() - started;
    return true;
}

const struct controller_range *controller_find(const struct controller *controller, uint64_t paddr)
{
    for (size_t i = 0; i < controller->range_count; i++) {
        const struct map_range *place = &controller->ranges[i].place;
        if (paddr >= place->paddr && paddr - place->paddr < place->length) {
            return &controller->ranges[i];
        }
    }
    return NULL;
}

bool controller_is_shared(const struct controller *controller, uint64_t paddr)
{
    const uint64_t page = paddr / MAP_PAGE;
    return page < controller->control->pages &&
           (__atomic_load_n(&controller->control->shared[page / 64], __ATOMIC_ACQUIRE) >>
                (page % 64) &
            1) != 0;
}

static void forget(void *bytes, size_t length)
{
    if (bytes != NULL) {
        (void)munmap(bytes, length);
    }
}

void controller_close(struct controller *controller)
{
    for (size_t i = 0; i < controller->range_count; i++) {
        struct controller_range *range = &controller->ranges[i];
        forget(range->view, range->place.length);
        forget(range->plaintext, range->place.length);
        forget(range->ciphertext, range->place.length);
        if (range->view_file >= 0) {
            (void)close(range->view_file);
        }
    }
    forget(controller->control, controller->control_bytes);
    if (controller->control_file >= 0) {
        (void)close(controller->control_file);
    }
    memory_cipher_cache_free(controller->memory.cache);
    free(controller->changed);
    *controller = (struct controller)CONTROLLER_CLOSED;
}
