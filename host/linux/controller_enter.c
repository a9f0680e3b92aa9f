/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VMRUN: all of DRAM through the guest's key. The threads share the memory by chunks.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host/lib/deadline.h"
#include "host/linux/controller_internal.h"

#define CHUNK UINT64_C(0x40000) /* fits the caches */
#define WORKERS_MAX 8u

/* What all threads share. */
struct work {
    struct controller *controller;
    const struct controller_range *range;
    uint64_t next; /* in the range: the first chunk that nobody has taken */
    int result;    /* enum memory_controller_result: of one that failed */
};

/* What changes after its fingerprint has been taken is found by the next pass. */
static enum memory_controller_result
decrypt_page(const struct work *work, const struct memory_controller *memory, uint64_t at)
{
    static const uint8_t zeros[MAP_PAGE];
    const struct controller *controller = work->controller;
    const struct controller_range *range = work->range;
    const bool written = controller_was_written(range, at);
    range->ciphertext[at / MAP_PAGE] =
        written ? fingerprint_of(&controller->key, range->dram + at) : controller->zeros;
    const enum memory_controller_result result =
        memory_controller_decrypt(memory, controller->asid, range->place.paddr + at,
                                  written ? range->dram + at : zeros, range->view + at, MAP_PAGE);
    range->plaintext[at / MAP_PAGE] = fingerprint_of(&controller->key, range->view + at);
    return result;
}

static void *decrypt(void *context)
{
    struct work *work = context;
    struct memory_controller memory = work->controller->memory;
    enum memory_controller_result result = MEMORY_CONTROLLER_OK;
    uint64_t at = 0;
    memory.cache = memory_cipher_cache_new();
    while (result == MEMORY_CONTROLLER_OK &&
           (at = __atomic_fetch_add(&work->next, CHUNK, __ATOMIC_RELAXED)) <
               work->range->place.length) {
        for (const uint64_t end = at + CHUNK; at < end && result == MEMORY_CONTROLLER_OK;
             at += MAP_PAGE) {
            result = decrypt_page(work, &memory, at);
        }
    }
    if (result != MEMORY_CONTROLLER_OK) {
        __atomic_store_n(&work->result, (int)result, __ATOMIC_RELAXED);
    }
    memory_cipher_cache_free(memory.cache);
    return NULL;
}

static void mark(const struct controller_range *range, uint64_t first, uint64_t end)
{
    for (uint64_t at = first / MAP_PAGE * MAP_PAGE; at < end; at += MAP_PAGE) {
        range->written[at / MAP_PAGE / 64] |= UINT64_C(1) << (at / MAP_PAGE % 64);
    }
}

/* Where a file system does not tell of holes, all of a file is data. */
void controller_find_written(const struct controller *controller,
                             const struct controller_range *range)
{
    const int file = controller->dram_file;
    const off_t first = (off_t)(range->dram - controller->memory.dram->bytes);
    const off_t end = first + (off_t)range->place.length;
    memset(range->written, 0, range->place.length / MAP_PAGE / 8);
    for (off_t at = first; at < end;) {
        const off_t data = file >= 0 ? lseek(file, at, SEEK_DATA) : -1;
        const off_t hole = data >= 0 ? lseek(file, data, SEEK_HOLE) : -1;
        if (data >= end || (data < 0 && file >= 0 && errno == ENXIO)) {
            return; /* no more data */
        }
        if (hole < 0) {
            mark(range, (uint64_t)(at - first), range->place.length);
            return;
        }
        mark(range, (uint64_t)(data - first), (uint64_t)((hole < end ? hole : end) - first));
        at = hole;
    }
}

/*
 * What is on its way to the disk may be data already and still said to be a hole. It is in memory then: only
 * a hole that is not has never been written.
 */
static void mark_resident(const struct controller_range *range)
{
    unsigned char resident[CHUNK / MAP_PAGE];
    for (uint64_t at = 0; at < range->place.length; at += CHUNK) {
        const bool known = mincore(range->dram + at, CHUNK, resident) == 0;
        for (size_t i = 0; i < sizeof resident; i++) {
            if (!known || (resident[i] & 1) != 0) {
                mark(range, at + i * MAP_PAGE, at + (i + 1) * MAP_PAGE);
            }
        }
    }
}

void controller_find_all_written(const struct controller *controller)
{
    for (size_t i = 0; i < controller->range_count; i++) {
        controller_find_written(controller, &controller->ranges[i]);
        mark_resident(&controller->ranges[i]);
    }
}

/* This thread is one of them. */
static bool enter_range(struct controller *controller, const struct controller_range *range)
{
    struct work work = {
        .controller = controller, .range = range, .result = (int)MEMORY_CONTROLLER_OK};
    pthread_t threads[WORKERS_MAX];
    const long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    const size_t wanted = cpus < 1 ? 0 : cpus > (long)WORKERS_MAX ? WORKERS_MAX : (size_t)cpus - 1;
    size_t started = 0;
    while (started < wanted && pthread_create(&threads[started], NULL, decrypt, &work) == 0) {
        started++;
    }
    (void)decrypt(&work);
    for (size_t i = 0; i < started; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    const enum memory_controller_result result = (enum memory_controller_result)work.result;
    return result == MEMORY_CONTROLLER_OK ||
           controller_fail(controller, "memory: %s", memory_controller_result_text(result));
}

bool controller_enter(struct controller *controller, uint32_t asid)
{
    const int64_t started = deadline_now_us();
    controller->asid = asid;
    controller_find_all_written(controller);
    for (size_t i = 0; i < controller->range_count; i++) {
        if (!enter_range(controller, &controller->ranges[i])) {
            return false;
        }
    }
    controller->last.microseconds = deadline_now_us() - started;
    return true;
}
