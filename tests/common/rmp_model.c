/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of the reverse map table (rmp_model.h).
 */
#include "tests/common/rmp_model.h"

#define BYTES_4K 0x1000u

static size_t start_of_region(size_t page)
{
    return page - page % RMP_MODEL_REGION;
}

static struct rmp_model_permissions everything(void)
{
    return (struct rmp_model_permissions){true, true, true, true};
}

/* A request that the host may make of any page. */
static bool is_sound(const struct rmp_model *model, const struct rmp_model_request *request)
{
    if (request->whole_2m && (request->page % RMP_MODEL_REGION != 0 ||
                              request->gpa % (RMP_MODEL_REGION * BYTES_4K) != 0)) {
        return false;
    }
    if (!request->assigned) {
        return request->asid == 0 && !request->immutable;
    }
    return request->asid <= model->max_asid && (request->asid != 0 || request->gpa == 0);
}

/* Makes each of COUNT pages part of what is asked for. */
static void assign(struct rmp_model *model, const struct rmp_model_request *request, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct rmp_model_page *page = &model->pages[request->page + i];
        const uint64_t gpa = request->gpa + i * BYTES_4K;
        if (!request->assigned) {
            *page = (struct rmp_model_page){.assigned = false};
        } else if (page->assigned && request->asid != 0 && page->asid == request->asid &&
                   page->gpa == gpa && page->part_of_2m == request->whole_2m) {
            page->immutable = request->immutable;
        } else {
            *page = (struct rmp_model_page){.assigned = true,
                                            .part_of_2m = request->whole_2m,
                                            .immutable = request->immutable,
                                            .asid = request->asid,
                                            .gpa = gpa,
                                            .vmpl = {everything()}};
        }
    }
}

enum rmp_model_end rmp_model_update(struct rmp_model *model,
                                    const struct rmp_model_request *request)
{
    const struct rmp_model_page *page = &model->pages[request->page];
    bool hides_fixed = false;
    if (!is_sound(model, request)) {
        return RMP_MODEL_FAIL_INPUT;
    }
    if (page->immutable) {
        return RMP_MODEL_FAIL_PERMISSION;
    }
    if (page->part_of_2m && !request->whole_2m) {
        return RMP_MODEL_FAIL_OVERLAP;
    }
    for (size_t i = 1; request->whole_2m && i < RMP_MODEL_REGION; i++) {
        if (page[i].assigned && !page[i].part_of_2m) {
            return RMP_MODEL_FAIL_OVERLAP;
        }
        hides_fixed = hides_fixed || page[i].immutable;
    }
    if (hides_fixed) {
        return RMP_MODEL_FAIL_PERMISSION;
    }
    assign(model, request, request->whole_2m ? RMP_MODEL_REGION : 1);
    return RMP_MODEL_SUCCESS;
}

enum rmp_model_end rmp_model_smash(struct rmp_model *model, size_t page)
{
    if (!model->pages[page].part_of_2m) {
        return RMP_MODEL_FAIL_INPUT;
    }
    if (model->pages[page].immutable) {
        return RMP_MODEL_FAIL_PERMISSION;
    }
    for (size_t i = 0; i < RMP_MODEL_REGION; i++) {
        model->pages[page + i].part_of_2m = false;
    }
    return RMP_MODEL_SUCCESS;
}

bool rmp_model_is_divided(const struct rmp_model *model, size_t page)
{
    for (size_t i = 0; i < RMP_MODEL_REGION; i++) {
        const struct rmp_model_page *other = &model->pages[start_of_region(page) + i];
        if (other->assigned && !other->part_of_2m) {
            return true;
        }
    }
    return false;
}

static bool is_the_guests(const struct rmp_model_page *page, const struct rmp_model_guest *guest)
{
    return page->assigned && guest->asid != 0 && page->asid == guest->asid &&
           page->gpa == guest->gpa && !page->immutable;
}

/* What PVALIDATE and RMPADJUST ask of a page. */
static enum rmp_model_end may_change(const struct rmp_model_page *page,
                                     const struct rmp_model_guest *guest, bool whole_2m)
{
    if (!is_the_guests(page, guest)) {
        return RMP_MODEL_FAULT_OWNER;
    }
    if (page->part_of_2m) {
        if (!whole_2m || !guest->mapped_2m) {
            return RMP_MODEL_FAULT_SMASH;
        }
        return guest->gpa % (RMP_MODEL_REGION * BYTES_4K) == 0 ? RMP_MODEL_SUCCESS
                                                               : RMP_MODEL_FAIL_SIZE;
    }
    if (whole_2m) {
        return RMP_MODEL_FAIL_SIZE;
    }
    return guest->mapped_2m ? RMP_MODEL_FAULT_SIZE : RMP_MODEL_SUCCESS;
}

enum rmp_model_end rmp_model_validate(struct rmp_model *model, const struct rmp_model_guest *guest,
                                      bool whole_2m, bool valid, bool *same)
{
    struct rmp_model_page *page = &model->pages[guest->page];
    if (guest->user || guest->vmpl != 0) {
        return RMP_MODEL_GENERAL_PROTECTION;
    }
    const enum rmp_model_end end = may_change(page, guest, whole_2m);
    if (end != RMP_MODEL_SUCCESS) {
        return end;
    }
    *same = page->validated == valid;
    for (size_t i = 0; !*same && i < (whole_2m ? RMP_MODEL_REGION : 1); i++) {
        page[i].validated = valid;
        for (unsigned vmpl = 0; valid && vmpl < RMP_MODEL_VMPLS; vmpl++) {
            page[i].vmpl[vmpl] = vmpl == 0 ? everything() : (struct rmp_model_permissions){false};
        }
    }
    return RMP_MODEL_SUCCESS;
}

static bool has_all(const struct rmp_model_permissions *own,
                    const struct rmp_model_permissions *granted)
{
    return (own->read || !granted->read) && (own->write || !granted->write) &&
           (own->execute_user || !granted->execute_user) &&
           (own->execute_supervisor || !granted->execute_supervisor);
}

enum rmp_model_end rmp_model_adjust(struct rmp_model *model, const struct rmp_model_guest *guest,
                                    const struct rmp_model_grant *grant)
{
    struct rmp_model_page *page = &model->pages[guest->page];
    if (guest->user) {
        return RMP_MODEL_GENERAL_PROTECTION;
    }
    if (grant->vmpl <= guest->vmpl || (grant->vmsa && guest->vmpl != 0)) {
        return RMP_MODEL_FAIL_PERMISSION;
    }
    const enum rmp_model_end end = may_change(page, guest, grant->whole_2m);
    if (end != RMP_MODEL_SUCCESS) {
        return end;
    }
    if (!page->validated) {
        return RMP_MODEL_NOT_VALIDATED;
    }
    if (!has_all(&page->vmpl[guest->vmpl], &grant->permissions)) {
        return RMP_MODEL_FAIL_PERMISSION;
    }
    if (grant->vmsa && page->part_of_2m) {
        return RMP_MODEL_FAIL_INPUT;
    }
    for (size_t i = 0; i < (grant->whole_2m ? RMP_MODEL_REGION : 1); i++) {
        page[i].vmpl[grant->vmpl] = grant->permissions;
        page[i].vmsa = guest->vmpl == 0 ? grant->vmsa : page[i].vmsa;
    }
    return RMP_MODEL_SUCCESS;
}

/* What every access with the C-bit asks of a page. */
static enum rmp_model_end may_use(const struct rmp_model_page *page,
                                  const struct rmp_model_guest *guest)
{
    if (!is_the_guests(page, guest)) {
        return RMP_MODEL_FAULT_OWNER;
    }
    if (page->part_of_2m != guest->mapped_2m) {
        return RMP_MODEL_FAULT_SIZE;
    }
    return page->validated ? RMP_MODEL_SUCCESS : RMP_MODEL_NOT_VALIDATED;
}

enum rmp_model_end rmp_model_query(const struct rmp_model *model,
                                   const struct rmp_model_guest *guest, unsigned vmpl,
                                   struct rmp_model_page *page)
{
    if (guest->user) {
        return RMP_MODEL_GENERAL_PROTECTION;
    }
    if (vmpl < guest->vmpl) {
        return RMP_MODEL_FAIL_PERMISSION;
    }
    *page = model->pages[guest->page];
    return may_use(page, guest);
}

enum rmp_model_end rmp_model_private(const struct rmp_model *model,
                                     const struct rmp_model_guest *guest,
                                     enum rmp_model_access access)
{
    const struct rmp_model_page *page = &model->pages[guest->page];
    const struct rmp_model_permissions *own = &page->vmpl[guest->vmpl];
    const enum rmp_model_end end = may_use(page, guest);
    bool allowed = own->read;
    if (end != RMP_MODEL_SUCCESS) {
        return end;
    }
    if (access == RMP_MODEL_WRITE) {
        allowed = own->write && !page->vmsa;
    } else if (access == RMP_MODEL_EXECUTE) {
        allowed = guest->user ? own->execute_user : own->execute_supervisor;
    }
    return allowed ? RMP_MODEL_SUCCESS : RMP_MODEL_FAULT_VMPL;
}

enum rmp_model_end rmp_model_shared(const struct rmp_model *model, size_t page, bool mapped_2m)
{
    const size_t first = mapped_2m ? start_of_region(page) : page;
    for (size_t i = 0; i < (mapped_2m ? RMP_MODEL_REGION : 1); i++) {
        if (model->pages[first + i].assigned) {
            return RMP_MODEL_FAULT_OWNER;
        }
    }
    return RMP_MODEL_SUCCESS;
}

bool rmp_model_runs(const struct rmp_model *model, size_t page, unsigned asid)
{
    const struct rmp_model_page *vmsa = &model->pages[page];
    return asid != 0 && vmsa->assigned && vmsa->asid == asid && vmsa->vmsa && vmsa->validated &&
           !vmsa->immutable && !vmsa->part_of_2m;
}

uint64_t rmp_model_pages_of(const struct rmp_model *model, unsigned asid)
{
    uint64_t pages = 0;
    for (size_t i = 0; i < model->count; i++) {
        pages += model->pages[i].assigned && model->pages[i].asid == asid ? 1 : 0;
    }
    return pages;
}

unsigned rmp_model_subpages(const struct rmp_model *model, size_t page)
{
    const size_t first = start_of_region(page);
    unsigned pages = 0;
    for (size_t i = 1; i < RMP_MODEL_REGION; i++) {
        const struct rmp_model_page *other = &model->pages[first + i];
        pages += other->assigned && !other->part_of_2m ? 1 : 0;
    }
    return pages;
}
