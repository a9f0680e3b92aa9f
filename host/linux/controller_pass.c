/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pass of the memory controller over all private pages. The guest runs meanwhile: a page is copied
 * once, and the copy encrypted; what the guest writes later is the next pass's.
 */
#include <string.h>
#include <time.h>

#include "host/lib/deadline.h"
#include "host/linux/controller_internal.h"

#define LOCK_TRIES 200
#define START_TRIES 2000
#define NOBODY_STARTS 0u

struct page {
    const struct controller_range *range;
    uint64_t at; /* in the range */
    uint64_t paddr;
    bool converted; /* was shared at the last pass */
};

static void mark_changed(struct controller *controller, uint64_t paddr)
{
    controller->changed[paddr / MAP_PAGE / 64] |= UINT64_C(1) << (paddr / MAP_PAGE % 64);
}

static bool write_back(struct controller *controller, const struct page *page)
{
    const struct controller_range *range = page->range;
    memcpy(range->plaintext + page->at, range->view + page->at, MAP_PAGE);
    const enum memory_controller_result result = memory_controller_write(
        &controller->memory, controller->asid, page->paddr, range->plaintext + page->at, MAP_PAGE);
    memcpy(range->ciphertext + page->at, range->dram + page->at, MAP_PAGE);
    controller->last.written++;
    mark_changed(controller, page->paddr);
    return result == MEMORY_CONTROLLER_OK ||
           controller_fail(controller, "%#llx: %s", (unsigned long long)page->paddr,
                           memory_controller_result_text(result));
}

static bool take_over(struct controller *controller, const struct page *page)
{
    const struct controller_range *range = page->range;
    memcpy(range->ciphertext + page->at, range->dram + page->at, MAP_PAGE);
    const enum memory_controller_result result = memory_controller_read(
        &controller->memory, controller->asid, page->paddr, range->plaintext + page->at, MAP_PAGE);
    memcpy(range->view + page->at, range->plaintext + page->at, MAP_PAGE);
    controller->last.taken_over++;
    mark_changed(controller, page->paddr);
    return result == MEMORY_CONTROLLER_OK ||
           controller_fail(controller, "%#llx: %s", (unsigned long long)page->paddr,
                           memory_controller_result_text(result));
}

static bool visit(struct controller *controller, const struct page *page)
{
    const struct controller_range *range = page->range;
    controller->last.private_pages++;
    if (page->converted) {
        return write_back(controller, page);
    }
    if (memcmp(range->dram + page->at, range->ciphertext + page->at, MAP_PAGE) != 0) {
        return take_over(controller, page);
    }
    return memcmp(range->view + page->at, range->plaintext + page->at, MAP_PAGE) == 0 ||
           write_back(controller, page);
}

bool controller_wait_started(const struct controller *controller)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    for (unsigned i = 0; i < START_TRIES; i++) {
        if (__atomic_load_n(&controller->control->starting, __ATOMIC_ACQUIRE) == NOBODY_STARTS) {
            return true;
        }
        (void)nanosleep(&moment, NULL);
    }
    return false;
}

/* @return whether low memory may be written: no CPU starts, which has plaintext there */
static bool lock_low(struct control_page *control)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    for (unsigned i = 0; i < LOCK_TRIES; i++) {
        if (__atomic_exchange_n(&control->low_lock, 1, __ATOMIC_ACQUIRE) == 0) {
            if (__atomic_load_n(&control->starting, __ATOMIC_ACQUIRE) == NOBODY_STARTS) {
                return true;
            }
            __atomic_store_n(&control->low_lock, 0, __ATOMIC_RELEASE);
            return false;
        }
        (void)nanosleep(&moment, NULL);
    }
    return false;
}

/*
 * Low memory that was lent as plaintext differs from the ciphertext that was there: the guest's own
 * memory counts, and is written anew.
 */
static bool visit_low(struct controller *controller)
{
    const struct controller_range *range = &controller->ranges[0];
    struct page page = {.range = range};
    bool done = true;
    if (!lock_low(controller->control)) {
        return true;
    }
    for (; page.at < CONTROL_PAGE_LOW_BYTES && done; page.at += MAP_PAGE) {
        page.paddr = page.at;
        const bool lent = memcmp(range->dram + page.at, range->ciphertext + page.at, MAP_PAGE) != 0;
        page.converted = lent;
        done = controller_is_shared(controller, page.paddr) || visit(controller, &page);
    }
    __atomic_store_n(&controller->control->low_lock, 0, __ATOMIC_RELEASE);
    return done;
}

static bool visit_range(struct controller *controller, const struct controller_range *range,
                        uint64_t first)
{
    struct page page = {.range = range};
    for (page.at = first; page.at < range->place.length; page.at += MAP_PAGE) {
        page.paddr = range->place.paddr + page.at;
        uint64_t *word = &controller->was_shared[page.paddr / MAP_PAGE / 64];
        const uint64_t bit = UINT64_C(1) << (page.paddr / MAP_PAGE % 64);
        page.converted = (*word & bit) != 0;
        if (controller_is_shared(controller, page.paddr)) {
            controller->last.shared_pages++;
            *word |= bit;
            continue;
        }
        *word &= ~bit;
        if (!visit(controller, &page)) {
            return false;
        }
    }
    return true;
}

bool controller_pass(struct controller *controller)
{
    const int64_t started = deadline_now_us();
    controller->last = (struct controller_pass){.private_pages = 0};
    bool done = visit_low(controller);
    for (size_t i = 0; i < controller->range_count && done; i++) {
        done = visit_range(controller, &controller->ranges[i], i == 0 ? CONTROL_PAGE_LOW_BYTES : 0);
    }
    controller->last.microseconds = deadline_now_us() - started;
    controller->total.written += controller->last.written;
    controller->total.taken_over += controller->last.taken_over;
    controller->total.microseconds += controller->last.microseconds;
    controller->passes++;
    return done;
}
