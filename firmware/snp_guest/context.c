/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guest contexts (context.h): who is where, and which of them are in secure RAM.
 */
#include "firmware/snp_guest/context.h"

#include <string.h>

#include "firmware/rmp.h"
#include "firmware/snp_guest/context_page.h"

/** One context of the platform. */
static struct {
    uint64_t paddr;   /**< 0 = there is none: no context is in page 0. */
    uint64_t version; /**< Of what DRAM holds; 0 = it is in secure RAM. */
    uint32_t asid;    /**< 0 = none. */
} contexts[SNP_CONTEXTS_MAX];

/** A context in secure RAM. */
static struct {
    struct snp_guest guest;
    uint32_t index; /**< In contexts. */
    uint64_t used;  /**< When; 0 = empty. */
} open[SNP_CONTEXTS_OPEN];

static uint32_t count;
static uint64_t clock;
static uint64_t last_id;

bool snp_context_start(void)
{
    memset(contexts, 0, sizeof contexts);
    crypto_wipe(open, sizeof open);
    count = 0;
    return context_page_start();
}

/** Seals the context that was used longest ago, if all places are taken. @return an empty place */
static uint32_t make_room(void)
{
    uint32_t oldest = 0;

    for (uint32_t i = 1; i < SNP_CONTEXTS_OPEN; i++) {
        if (open[i].used < open[oldest].used) {
            oldest = i;
        }
    }
    if (open[oldest].used != 0) {
        const uint32_t index = open[oldest].index;

        /* A page that cannot be written leaves version 0: its guest is lost, and fails closed. */
        contexts[index].version = context_page_seal(&open[oldest].guest, index);
        crypto_wipe(&open[oldest], sizeof open[oldest]);
    }
    return oldest;
}

/** Puts a context into an empty place. */
static struct snp_guest *enter(uint32_t place, uint32_t index)
{
    open[place].index = index;
    open[place].used = ++clock;
    contexts[index].version = 0;
    return &open[place].guest;
}

/** @return a number that no context has, or SNP_CONTEXTS_MAX */
static uint32_t find_free(void)
{
    uint32_t index = 0;

    while (index < SNP_CONTEXTS_MAX && contexts[index].paddr != 0) {
        index++;
    }
    return index;
}

enum sev_status snp_context_create(uint64_t paddr, struct snp_guest **guest)
{
    const uint32_t index = find_free();
    uint32_t place;
    enum sev_status status;

    *guest = NULL;
    if (paddr == 0) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    if (index == SNP_CONTEXTS_MAX) {
        return SEV_STATUS_RESOURCE_LIMIT;
    }
    status = context_page_claim(paddr);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    contexts[index].paddr = paddr;
    count++;
    place = make_room();
    *guest = enter(place, index);
    (*guest)->paddr = paddr;
    (*guest)->id = ++last_id;
    return SEV_STATUS_SUCCESS;
}

/** @return the place of an open context, or SNP_CONTEXTS_OPEN */
static uint32_t find_open(uint64_t paddr)
{
    uint32_t place = 0;

    while (place < SNP_CONTEXTS_OPEN &&
           (open[place].used == 0 || contexts[open[place].index].paddr != paddr)) {
        place++;
    }
    return place;
}

enum sev_status snp_context_open(uint64_t paddr, struct snp_guest **guest)
{
    uint32_t place;
    uint32_t index;

    *guest = NULL;
    if (!context_page_is_one(paddr)) {
        return SEV_STATUS_INVALID_GUEST;
    }
    place = find_open(paddr);
    if (place < SNP_CONTEXTS_OPEN) {
        open[place].used = ++clock;
        *guest = &open[place].guest;
        return SEV_STATUS_SUCCESS;
    }
    /* The page's own word for which context it is; what it opens to must agree. */
    if (!context_page_index(paddr, &index) || index >= SNP_CONTEXTS_MAX ||
        contexts[index].paddr != paddr || contexts[index].version == 0) {
        return SEV_STATUS_INVALID_GUEST;
    }
    place = make_room();
    if (!context_page_open(paddr, index, contexts[index].version, &open[place].guest)) {
        crypto_wipe(&open[place], sizeof open[place]);
        return SEV_STATUS_INVALID_GUEST;
    }
    *guest = enter(place, index);
    return SEV_STATUS_SUCCESS;
}

void snp_context_destroy(struct snp_guest *guest)
{
    const uint64_t paddr = guest->paddr;
    const uint32_t place = find_open(paddr);

    if (place < SNP_CONTEXTS_OPEN) {
        crypto_wipe(&contexts[open[place].index], sizeof contexts[0]);
        crypto_wipe(&open[place], sizeof open[place]);
        count--;
        context_page_free(paddr);
    }
}

uint32_t snp_context_count(void)
{
    return count;
}

void snp_context_set_asid(struct snp_guest *guest, uint32_t asid)
{
    const uint32_t place = find_open(guest->paddr);

    if (place < SNP_CONTEXTS_OPEN) {
        contexts[open[place].index].asid = asid;
    }
    guest->asid = asid;
}

void snp_context_stop(void (*unbind)(uint32_t asid))
{
    for (uint32_t i = 0; i < SNP_CONTEXTS_MAX && count != 0; i++) {
        if (contexts[i].paddr == 0) {
            continue;
        }
        if (contexts[i].asid != 0) {
            unbind(contexts[i].asid);
        }
        context_page_free(contexts[i].paddr);
        crypto_wipe(&contexts[i], sizeof contexts[i]);
        count--;
    }
    crypto_wipe(open, sizeof open);
    context_page_stop();
}
