/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of SNP_PAGE_SWAP_OUT and SNP_PAGE_SWAP_IN (firmware_snp_model.h).
 */
#include "tests/unit/firmware_snp_model.h"

#include <string.h>

#define IS(name) (1u << RMP_##name)

/** What SWAP_OUT and SWAP_IN ask of an entry's page, after what they ask of the other page. */
static enum sev_status check_slot(const struct model *model, size_t page, bool large,
                                  const struct model_slot *slot, bool page_size, bool page_state)
{
    const size_t pages = large ? RMP_MODEL_REGION : 1;

    if (!slot->root && slot->page >= page && slot->page < page + pages) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    if (!page_size || (!slot->root && model->pages[slot->page].part_of_2m)) {
        return SEV_STATUS_INVALID_PAGE_SIZE;
    }
    return !page_state || (!slot->root && !model_is_in(model, slot->page, IS(METADATA)))
               ? SEV_STATUS_INVALID_PAGE_STATE
               : SEV_STATUS_SUCCESS;
}

static bool is_others(const struct model *model, unsigned guest, const struct model_slot *slot)
{
    return !slot->root && model->pages[slot->page].gpa != model->gctx[guest];
}

static int *slot_of(struct model *model, unsigned guest, const struct model_slot *slot)
{
    return slot->root ? &model->roots[guest] : &model->slots[slot->page][slot->index];
}

int model_item_of(const struct model *model, unsigned guest, const struct model_slot *slot)
{
    return slot->root ? model->roots[guest] : model->slots[slot->page][slot->index];
}

/** What is left of a page that was put away. */
static void leave(struct model *model, size_t page)
{
    struct rmp_model_page left = model->pages[page];

    if (left.asid == 0) {
        model_set_firmware(model, page);
        return;
    }
    left.validated = false;
    left.vmsa = false;
    memset(left.vmpl, 0, sizeof left.vmpl);
    left.vmpl[0] = (struct rmp_model_permissions){true, true, true, true};
    model_set(model, page, &left);
    model->content[page] = 0;
}

enum sev_status model_swap_out(struct model *model, unsigned guest, unsigned type, bool large,
                               size_t from, const struct model_slot *slot)
{
    const bool metadata = type == SNP_SWAP_METADATA;
    const struct rmp_model_page *page = &model->pages[from];
    enum sev_status status = check_slot(
        model, from, large, slot, page->part_of_2m == large && (!large || type == 0),
        model_is_in(model, from, metadata ? IS(METADATA) : IS(PRE_GUEST) | IS(PRE_SWAP)));
    struct model_item *item = &model->items[model->item_count];

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (!metadata && page->asid != guest + 1) {
        return SEV_STATUS_INVALID_PAGE_OWNER;
    }
    if (!metadata && page->vmsa != (type == SNP_SWAP_VMSA)) {
        return SEV_STATUS_INVALID_PAGE_STATE;
    }
    if (is_others(model, guest, slot) || (metadata && page->gpa != model->gctx[guest])) {
        return SEV_STATUS_INVALID_PAGE_OWNER;
    }
    if (*slot_of(model, guest, slot) != MODEL_NONE) {
        return SEV_STATUS_INVALID_MDATA_ENTRY;
    }
    *item = (struct model_item){
        .type = type,
        .large = large,
        .page = *page,
        .content = model->content[from],
    };
    memcpy(item->slots, model->slots[from], sizeof item->slots);
    *slot_of(model, guest, slot) = model->item_count++;
    leave(model, from);
    return SEV_STATUS_SUCCESS;
}

enum sev_status model_swap_in(struct model *model, unsigned guest, unsigned type, bool large,
                              size_t to, const struct model_slot *slot, bool genuine)
{
    const bool metadata = type == SNP_SWAP_METADATA;
    const struct rmp_model_page *page = &model->pages[to];
    const int number = model_item_of(model, guest, slot);
    const struct model_item *item = &model->items[number < 0 ? 0 : number];
    enum sev_status status =
        check_slot(model, to, large, slot, page->part_of_2m == large && (!large || type == 0),
                   model_is_in(model, to, metadata ? IS(FIRMWARE) : IS(PRE_GUEST)));
    struct rmp_model_page after;

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if ((!metadata && page->asid != guest + 1) || is_others(model, guest, slot)) {
        return SEV_STATUS_INVALID_PAGE_OWNER;
    }
    if (number == MODEL_NONE || item->type != type || item->large != large ||
        (!metadata && item->page.gpa != page->gpa)) {
        return SEV_STATUS_INVALID_MDATA_ENTRY;
    }
    if (!genuine) {
        model->content[to] = 0;
        return SEV_STATUS_BAD_MEASUREMENT;
    }
    after = item->page;
    after.immutable = metadata;
    model_set(model, to, &after);
    model->content[to] = item->content;
    memcpy(model->slots[to], item->slots, sizeof item->slots);
    *slot_of(model, guest, slot) = MODEL_NONE;
    return SEV_STATUS_SUCCESS;
}
