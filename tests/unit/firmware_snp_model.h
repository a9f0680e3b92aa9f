/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of what SEV-SNP's commands do to pages (SNP 2.5, 2.6, 2.17, 9.4), on top of the model of what
 * instructions do to them (tests/common/rmp_model.h): plain records, and rules as the specification has
 * them, in its order. It shares no code with the firmware, which is compared with it.
 *
 * Pages are numbered from the first of the model's. A page of 2 MiB is named by its first.
 */
#ifndef TESTS_UNIT_FIRMWARE_SNP_MODEL_H
#define TESTS_UNIT_FIRMWARE_SNP_MODEL_H

#include "abi/sev_status.h"
#include "abi/snp_data.h"
#include "firmware/rmp_page.h"
#include "tests/common/rmp_model.h"

#define MODEL_REGIONS 3u
#define MODEL_PAGES (MODEL_REGIONS * RMP_MODEL_REGION)
#define MODEL_GUESTS 2u     /**< Active on ASIDs 1 and 2, with contexts outside of the model. */
#define MODEL_SLOTS 2u      /**< Entries of a Metadata page that are used. */
#define MODEL_ITEMS 100000u /**< Pages that are swapped out in one run. */
#define MODEL_NONE (-1)

/** A page that was swapped out. */
struct model_item {
    unsigned type; /**< enum snp_swap_type */
    bool large;
    struct rmp_model_page page; /**< What it was. */
    uint64_t content;
    int slots[MODEL_SLOTS]; /**< Of a Metadata page. */
    uint8_t *ciphertext;    /**< The test's copy. */
};

/** A Metadata entry: in a page of the model, or a guest's root entry. */
struct model_slot {
    bool root;
    size_t page;
    unsigned index;
};

struct model {
    struct rmp_model rmp;
    struct rmp_model_page pages[MODEL_PAGES];
    uint64_t content[MODEL_PAGES];       /**< What the guest has last written; 0 = nobody knows. */
    int slots[MODEL_PAGES][MODEL_SLOTS]; /**< Number of an item, or MODEL_NONE. */
    int roots[MODEL_GUESTS];
    uint64_t gctx[MODEL_GUESTS]; /**< Addresses of the contexts. */
    struct model_item items[MODEL_ITEMS];
    int item_count;
};

/** All pages are the host's. */
void model_start(struct model *model);

/** @return the state of a page */
enum rmp_state model_state(const struct model *model, size_t page);

/** Whether it is one of some. */
bool model_is_in(const struct model *model, size_t page, unsigned states);

/** Makes a page, or the 512 of a large one, what is given; GPAs follow each other. */
void model_set(struct model *model, size_t page, const struct rmp_model_page *what);

/** Makes a page the firmware's, with its size. */
void model_set_firmware(struct model *model, size_t page);

/* Commands: each gives the status, and changes the model with SUCCESS alone. */
enum sev_status model_reclaim(struct model *model, size_t page, bool large);
enum sev_status model_unsmash(struct model *model, size_t page);
enum sev_status model_fix(struct model *model, size_t page);
enum sev_status model_status_page(struct model *model, size_t page);
enum sev_status model_create(struct model *model, size_t page);
enum sev_status model_decommission(struct model *model, size_t page);
enum sev_status model_md_init(struct model *model, unsigned guest, size_t page);
enum sev_status model_move(struct model *model, unsigned guest, size_t from, size_t to, bool large);

/** With SUCCESS the page is the last item, but for the copy of its ciphertext. */
enum sev_status model_swap_out(struct model *model, unsigned guest, unsigned type, bool large,
                               size_t from, const struct model_slot *slot);

/** @param genuine  the ciphertext is the one of the slot's item */
enum sev_status model_swap_in(struct model *model, unsigned guest, unsigned type, bool large,
                              size_t to, const struct model_slot *slot, bool genuine);

/** @return the item that a slot names, or MODEL_NONE */
int model_item_of(const struct model *model, unsigned guest, const struct model_slot *slot);

#endif
