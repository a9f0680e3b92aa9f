/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pass of the memory controller over all private pages. The guest runs meanwhile: a page is copied
 * once, and the copy encrypted; what the guest writes later is the next pass's.
 */
#include <string.h>

#include "host/lib/deadline.h"
#include "host/linux/controller_internal.h"

struct page {
    const struct controller_range *range;
    uint64_t at; /* in the range */
    uint64_t paddr;
};

static uint64_t bit_of(const struct page *page)
{
    return UINT64_C(1) << (page->paddr / MAP_PAGE % 64);
}

static bool told(struct controller *controller, const struct page *page,
                 enum memory_controller_result result)
{
    controller->changed[page->paddr / MAP_PAGE / 64] |= bit_of(page);
    return result == MEMORY_CONTROLLER_OK ||
           controller_fail(controller, "%#llx: %s", (unsigned long long)page->paddr,
                           memory_controller_result_text(result));
}

static bool write_back(struct controller *controller, const struct page *page)
{
    const struct controller_range *range = page->range;
    uint8_t copy[MAP_PAGE] __attribute__((aligned(8)));
    memcpy(copy, range->view + page->at, MAP_PAGE);
    const enum memory_controller_result result =
        memory_controller_write(&controller->memory, controller->asid, page->paddr, copy, MAP_PAGE);
    range->plaintext[page->at / MAP_PAGE] = fingerprint_of(&controller->key, copy);
    range->ciphertext[page->at / MAP_PAGE] =
        fingerprint_of(&controller->key, range->dram + page->at);
    controller->last.written++;
    return told(controller, page, result);
}

static bool take_over(struct controller *controller, const struct page *page)
{
    const struct controller_range *range = page->range;
    uint8_t copy[MAP_PAGE] __attribute__((aligned(8)));
    /* What changes between this and the next line is found by the next pass. */
    range->ciphertext[page->at / MAP_PAGE] =
        fingerprint_of(&controller->key, range->dram + page->at);
    const enum memory_controller_result result =
        memory_controller_read(&controller->memory, controller->asid, page->paddr, copy, MAP_PAGE);
    range->plaintext[page->at / MAP_PAGE] = fingerprint_of(&controller->key, copy);
    memcpy(range->view + page->at, copy, MAP_PAGE);
    controller->last.taken_over++;
    return told(controller, page, result);
}

/* Memory that was zeros, and that nobody has written since, is not read. */
static bool is_changed_in_dram(const struct controller *controller, const struct page *page)
{
    const struct controller_range *range = page->range;
    const struct fingerprint was = range->ciphertext[page->at / MAP_PAGE];
    return !controller_is_untouched(controller, range, page->at) &&
           !fingerprint_equal(was, fingerprint_of(&controller->key, range->dram + page->at));
}

static bool is_changed_in_view(const struct controller *controller, const struct page *page)
{
    const struct controller_range *range = page->range;
    return !fingerprint_equal(fingerprint_of(&controller->key, range->view + page->at),
                              range->plaintext[page->at / MAP_PAGE]);
}

static uint64_t *taken_back(struct controller *controller, const struct page *page)
{
    return &control_page_taken_back(controller->control,
                                    controller->pages)[page->paddr / MAP_PAGE / 64];
}

static bool is_taken_back(struct controller *controller, const struct page *page)
{
    return (__atomic_load_n(taken_back(controller, page), __ATOMIC_ACQUIRE) & bit_of(page)) != 0;
}

static bool forget_taken_back(struct controller *controller, const struct page *page)
{
    const uint64_t bit = bit_of(page);
    return (__atomic_fetch_and(taken_back(controller, page), ~bit, __ATOMIC_ACQ_REL) & bit) != 0;
}

static void name(struct controller *controller, uint64_t page)
{
    __atomic_store_n(&controller->control->busy, page, __ATOMIC_SEQ_CST);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* What the guest has taken back it has written anew: DRAM holds what others wrote when it was shared. */
static bool settle(struct controller *controller, const struct page *page)
{
    if (controller_is_shared(controller, page->paddr)) {
        return true;
    }
    if (forget_taken_back(controller, page)) {
        return write_back(controller, page);
    }
    if (is_changed_in_dram(controller, page)) {
        return take_over(controller, page);
    }
    return !is_changed_in_view(controller, page) || write_back(controller, page);
}

static bool visit(struct controller *controller, const struct page *page)
{
    if (controller_is_shared(controller, page->paddr)) {
        controller->last.shared_pages++;
        return true;
    }
    controller->last.private_pages++;
    if (!is_taken_back(controller, page) && !is_changed_in_dram(controller, page) &&
        !is_changed_in_view(controller, page)) {
        return true;
    }
    name(controller, page->paddr / MAP_PAGE);
    const bool done = settle(controller, page);
    name(controller, CONTROL_PAGE_NONE);
    return done;
}

static bool visit_range(struct controller *controller, const struct controller_range *range)
{
    struct page page = {.range = range};
    bool done = true;
    for (; page.at < range->place.length && done; page.at += MAP_PAGE) {
        page.paddr = range->place.paddr + page.at;
        done = visit(controller, &page);
    }
    return done;
}

bool controller_take_over(struct controller *controller, uint64_t paddr, uint64_t length)
{
    struct page page = {.range = controller_find(controller, paddr)};
    bool done = controller_holds(controller, paddr, length);
    for (uint64_t end = paddr + length; done && paddr < end; paddr += MAP_PAGE) {
        page.paddr = paddr;
        page.at = paddr - page.range->place.paddr;
        done = take_over(controller, &page);
    }
    return done;
}

bool controller_pass(struct controller *controller)
{
    const int64_t started = deadline_now_us();
    controller->last = (struct controller_pass){.private_pages = 0};
    bool done = true;
    for (size_t i = 0; i < controller->range_count && done; i++) {
        controller_find_written(controller, &controller->ranges[i]);
        done = visit_range(controller, &controller->ranges[i]);
    }
    controller->last.microseconds = deadline_now_us() - started;
    controller->total.written += controller->last.written;
    controller->total.taken_over += controller->last.taken_over;
    controller->total.microseconds += controller->last.microseconds;
    controller->passes++;
    return done;
}
