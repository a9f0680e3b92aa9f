/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of what SEV-SNP's commands do to pages (firmware_snp_model.h).
 */
#include "tests/unit/firmware_snp_model.h"

#include <string.h>

#define KIB4 0x1000u
#define MIB2 0x200000u
#define IS(name) (1u << RMP_##name)

void model_start(struct model *model)
{
    memset(model, 0, sizeof *model);
    model->rmp =
        (struct rmp_model){.pages = model->pages, .count = MODEL_PAGES, .max_asid = MODEL_GUESTS};
    memset(model->slots, 0xFF, sizeof model->slots);
    memset(model->roots, 0xFF, sizeof model->roots);
}

enum rmp_state model_state(const struct model *model, size_t page)
{
    const struct rmp_model_page *it = &model->pages[page];

    if (!it->assigned) {
        return it->immutable ? RMP_HV_FIXED : RMP_HYPERVISOR;
    }
    if (it->asid != 0) {
        return it->immutable ? (it->validated ? RMP_PRE_SWAP : RMP_PRE_GUEST)
                             : (it->validated ? RMP_GUEST_VALID : RMP_GUEST_INVALID);
    }
    if (!it->immutable) {
        return RMP_RECLAIM;
    }
    if (it->gpa != 0 && !it->part_of_2m) {
        return RMP_METADATA;
    }
    return it->vmsa ? RMP_CONTEXT : RMP_FIRMWARE;
}

bool model_is_in(const struct model *model, size_t page, unsigned states)
{
    return (states >> model_state(model, page) & 1u) != 0;
}

void model_set(struct model *model, size_t page, const struct rmp_model_page *what)
{
    const struct rmp_model_page copy = *what;

    for (size_t i = 0; i < (copy.part_of_2m ? RMP_MODEL_REGION : 1); i++) {
        model->pages[page + i] = copy;
        model->pages[page + i].gpa = copy.gpa + i * KIB4;
    }
}

void model_set_firmware(struct model *model, size_t page)
{
    const struct rmp_model_page firmware = {
        .assigned = true, .immutable = true, .part_of_2m = model->pages[page].part_of_2m};

    model_set(model, page, &firmware);
}

enum sev_status model_reclaim(struct model *model, size_t page, bool large)
{
    struct rmp_model_page after = model->pages[page];

    if (after.part_of_2m != large) {
        return SEV_STATUS_INVALID_PAGE_SIZE;
    }
    if (!model_is_in(model, page,
                     IS(FIRMWARE) | IS(METADATA) | IS(RECLAIM) | IS(PRE_GUEST) | IS(PRE_SWAP))) {
        return SEV_STATUS_INVALID_PAGE_STATE;
    }
    after.immutable = false;
    if (after.asid == 0) {
        after.gpa = 0;
        after.vmsa = false;
    }
    model_set(model, page, &after);
    return SEV_STATUS_SUCCESS;
}

static bool same_permissions(const struct rmp_model_page *a, const struct rmp_model_page *b)
{
    for (unsigned i = 0; i < RMP_MODEL_VMPLS; i++) {
        if (a->vmpl[i].read != b->vmpl[i].read || a->vmpl[i].write != b->vmpl[i].write ||
            a->vmpl[i].execute_user != b->vmpl[i].execute_user ||
            a->vmpl[i].execute_supervisor != b->vmpl[i].execute_supervisor) {
            return false;
        }
    }
    return true;
}

enum sev_status model_unsmash(struct model *model, size_t page)
{
    const struct rmp_model_page *first = &model->pages[page];

    if (first->part_of_2m) {
        return SEV_STATUS_INVALID_PAGE_SIZE;
    }
    if (!model_is_in(model, page, IS(PRE_GUEST) | IS(PRE_SWAP)) || first->vmsa ||
        first->gpa % MIB2 != 0) {
        return SEV_STATUS_INVALID_PAGE_STATE;
    }
    for (size_t i = 1; i < RMP_MODEL_REGION; i++) {
        if (first[i].asid != first->asid) {
            return SEV_STATUS_INVALID_PAGE_OWNER;
        }
        if (model_state(model, page + i) != model_state(model, page) || first[i].vmsa ||
            first[i].gpa != first->gpa + i * KIB4 || !same_permissions(&first[i], first)) {
            return SEV_STATUS_INVALID_PAGE_STATE;
        }
    }
    for (size_t i = 0; i < RMP_MODEL_REGION; i++) {
        model->pages[page + i].part_of_2m = true;
    }
    return SEV_STATUS_SUCCESS;
}

/** Compares size, then state, of a page of 4 KiB. */
static enum sev_status wants(const struct model *model, size_t page, unsigned states)
{
    if (model->pages[page].part_of_2m) {
        return SEV_STATUS_INVALID_PAGE_SIZE;
    }
    return model_is_in(model, page, states) ? SEV_STATUS_SUCCESS : SEV_STATUS_INVALID_PAGE_STATE;
}

enum sev_status model_fix(struct model *model, size_t page)
{
    const enum sev_status status = wants(model, page, IS(FIRMWARE) | IS(HV_FIXED));

    if (status == SEV_STATUS_SUCCESS) {
        model->pages[page] = (struct rmp_model_page){.immutable = true};
    }
    return status;
}

enum sev_status model_status_page(struct model *model, size_t page)
{
    const bool large = model->pages[page].part_of_2m;

    return model_is_in(model, page, IS(FIRMWARE))
               ? model_reclaim(model, large ? page - page % RMP_MODEL_REGION : page, large)
               : SEV_STATUS_INVALID_PAGE_STATE;
}

enum sev_status model_create(struct model *model, size_t page)
{
    const enum sev_status status = wants(model, page, IS(FIRMWARE));

    if (status == SEV_STATUS_SUCCESS) {
        model->pages[page].vmsa = true;
    }
    return status;
}

enum sev_status model_decommission(struct model *model, size_t page)
{
    if (!model_is_in(model, page, IS(CONTEXT))) {
        return SEV_STATUS_INVALID_GUEST;
    }
    model->pages[page].vmsa = false;
    return SEV_STATUS_SUCCESS;
}

enum sev_status model_md_init(struct model *model, unsigned guest, size_t page)
{
    const enum sev_status status = wants(model, page, IS(FIRMWARE));

    if (status == SEV_STATUS_SUCCESS) {
        model->pages[page].gpa = model->gctx[guest];
        memset(model->slots[page], 0xFF, sizeof model->slots[page]);
    }
    return status;
}

enum sev_status model_move(struct model *model, unsigned guest, size_t from, size_t to, bool large)
{
    const struct rmp_model_page source = model->pages[from];
    const struct rmp_model_page *destination = &model->pages[to];
    const bool metadata = model_state(model, from) == RMP_METADATA;

    if (from == to) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    if (source.part_of_2m != large || destination->part_of_2m != large) {
        return SEV_STATUS_INVALID_PAGE_SIZE;
    }
    if (!model_is_in(model, from, IS(PRE_GUEST) | IS(PRE_SWAP) | IS(METADATA)) ||
        !model_is_in(model, to, metadata ? IS(FIRMWARE) : IS(PRE_GUEST))) {
        return SEV_STATUS_INVALID_PAGE_STATE;
    }
    if (metadata ? source.gpa != model->gctx[guest]
                 : source.asid != guest + 1 || destination->asid != guest + 1) {
        return SEV_STATUS_INVALID_PAGE_OWNER;
    }
    if (!metadata && source.gpa != destination->gpa) {
        return SEV_STATUS_INVALID_PAGE_STATE;
    }
    model_set(model, to, &source);
    model->content[to] = model->content[from];
    memcpy(model->slots[to], model->slots[from], sizeof model->slots[to]);
    model_set_firmware(model, from);
    return SEV_STATUS_SUCCESS;
}
