/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory controller of a Linux guest: its memory, and VMRUN.
 */
#include "host/linux/controller.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host/linux/controller_internal.h"

bool controller_fail(struct controller *controller, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(controller->message, sizeof controller->message, format, arguments);
    va_end(arguments);
    return false;
}

/* A file without a name, mapped. Only the QEMU that is to map it inherits it: machine_start(). */
static void *make_file(const char *name, size_t length, int *file)
{
    *file = memfd_create(name, MFD_CLOEXEC);
    if (*file < 0 || ftruncate(*file, (off_t)length) != 0) {
        return NULL;
    }
    void *bytes = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, *file, 0);
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
    range->plaintext = calloc(length / MAP_PAGE, sizeof *range->plaintext);
    range->ciphertext = calloc(length / MAP_PAGE, sizeof *range->ciphertext);
    range->written = calloc(length / MAP_PAGE / 64, sizeof *range->written);
    return range->dram != NULL && range->view != NULL && range->plaintext != NULL &&
           range->ciphertext != NULL && range->written != NULL;
}

bool controller_open(struct controller *controller, const struct memory_controller *memory,
                     int dram_file, uint64_t bytes)
{
    static const uint8_t zeros[MAP_PAGE] __attribute__((aligned(8)));
    const uint64_t low = map_low_bytes(bytes);
    const uint64_t top = bytes > low ? MAP_HIGH_BASE + bytes - low : low;
    const uint64_t pages = (top / MAP_PAGE + 63) / 64 * 64;
    *controller = (struct controller)CONTROLLER_CLOSED;
    controller->memory = *memory;
    controller->dram_file = dram_file;
    controller->memory.hardware = true;
    controller->memory.cache = memory_cipher_cache_new();
    controller->control_bytes = control_page_bytes(pages);
    controller->control =
        make_file("control", controller->control_bytes, &controller->control_file);
    controller->changed = calloc(pages / 64, sizeof *controller->changed);
    if (!fingerprint_make_key(&controller->key)) {
        return controller_fail(controller, "the random generator failed");
    }
    controller->zeros = fingerprint_of(&controller->key, zeros);
    if (controller->control == NULL || controller->changed == NULL ||
        !open_range(controller, 0, low) || !open_range(controller, MAP_HIGH_BASE, bytes - low)) {
        return controller_fail(controller, "the guest's memory: %s", strerror(errno));
    }
    controller->pages = pages;
    controller->control->pages = pages;
    controller->control->busy = CONTROL_PAGE_NONE;
    controller->control->magic = CONTROL_PAGE_MAGIC;
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

bool controller_holds(const struct controller *controller, uint64_t paddr, uint64_t length)
{
    const struct controller_range *range = controller_find(controller, paddr);
    return range != NULL && length <= range->place.length - (paddr - range->place.paddr);
}

bool controller_is_shared(const struct controller *controller, uint64_t paddr)
{
    const uint64_t page = paddr / MAP_PAGE;
    return page < controller->pages &&
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
        free(range->plaintext);
        free(range->ciphertext);
        free(range->written);
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
