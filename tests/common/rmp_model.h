/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of the reverse map table that is as simple as can be: an array with a record for each page
 * of 4 KiB, in plain words. No bits, no region's first entry that speaks for others, no counters: what
 * those must be is counted. It shares no code with host/x86 or firmware/, which are compared with it.
 * SNP 3.4 to 3.7.
 *
 * The program that drives it asks only for what is in range: pages below the number of pages.
 */
#ifndef TESTS_COMMON_RMP_MODEL_H
#define TESTS_COMMON_RMP_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RMP_MODEL_REGION 512u /**< Pages of 4 KiB in a page of 2 MiB. */
#define RMP_MODEL_VMPLS 4u

/** What a VMPL may do. */
struct rmp_model_permissions {
    bool read;
    bool write;
    bool execute_user;
    bool execute_supervisor;
};

/** A page of 4 KiB. The 512 parts of a page of 2 MiB are alike, and their GPAs follow each other. */
struct rmp_model_page {
    bool assigned;
    bool part_of_2m;
    bool immutable;
    bool validated;
    bool vmsa;
    unsigned asid;
    uint64_t gpa;
    struct rmp_model_permissions vmpl[RMP_MODEL_VMPLS];
};

/** A table. The first PAGES pages of memory are covered. */
struct rmp_model {
    struct rmp_model_page *pages;
    size_t count;      /**< A multiple of RMP_MODEL_REGION. */
    unsigned max_asid; /**< Largest that there is. */
};

/** How something ends. */
enum rmp_model_end {
    RMP_MODEL_SUCCESS,
    RMP_MODEL_FAIL_INPUT,
    RMP_MODEL_FAIL_PERMISSION,
    RMP_MODEL_FAIL_OVERLAP,
    RMP_MODEL_FAIL_SIZE,
    RMP_MODEL_GENERAL_PROTECTION,
    RMP_MODEL_FAULT_OWNER, /**< RMP fault: the page is not whose it should be. */
    RMP_MODEL_FAULT_SIZE,  /**< RMP fault: it is mapped with another size. */
    RMP_MODEL_FAULT_SMASH, /**< RMP fault: the host must divide it. */
    RMP_MODEL_FAULT_VMPL,  /**< RMP fault: the VMPL may not. */
    RMP_MODEL_NOT_VALIDATED,
};

/** What RMPUPDATE is asked for; all values are ones that its operand can hold. */
struct rmp_model_request {
    size_t page;
    bool whole_2m;
    bool assigned;
    bool immutable;
    unsigned asid;
    uint64_t gpa;
};

/** RMPUPDATE of a covered page. */
enum rmp_model_end rmp_model_update(struct rmp_model *model,
                                    const struct rmp_model_request *request);

/** PSMASH. @param page  the first of a region */
enum rmp_model_end rmp_model_smash(struct rmp_model *model, size_t page);

/** Whether a page of 4 KiB that is not part of one of 2 MiB is assigned in the page's region. */
bool rmp_model_is_divided(const struct rmp_model *model, size_t page);

/** A guest's instruction or access. */
struct rmp_model_guest {
    unsigned asid;
    unsigned vmpl;
    bool user;
    bool mapped_2m; /**< In the nested page table. */
    uint64_t gpa;   /**< Of the page of 4 KiB. */
    size_t page;
};

/** PVALIDATE. @param[out] same  with SUCCESS: the page was so before */
enum rmp_model_end rmp_model_validate(struct rmp_model *model, const struct rmp_model_guest *guest,
                                      bool whole_2m, bool valid, bool *same);

/** What RMPADJUST is asked for. */
struct rmp_model_grant {
    bool whole_2m;
    unsigned vmpl; /**< Below RMP_MODEL_VMPLS. */
    struct rmp_model_permissions permissions;
    bool vmsa;
};

/** RMPADJUST of a page whose VMSA no core runs. */
enum rmp_model_end rmp_model_adjust(struct rmp_model *model, const struct rmp_model_guest *guest,
                                    const struct rmp_model_grant *grant);

/** RMPQUERY. @param vmpl  below RMP_MODEL_VMPLS. @param[out] page  with SUCCESS */
enum rmp_model_end rmp_model_query(const struct rmp_model *model,
                                   const struct rmp_model_guest *guest, unsigned vmpl,
                                   struct rmp_model_page *page);

enum rmp_model_access {
    RMP_MODEL_READ,
    RMP_MODEL_WRITE,
    RMP_MODEL_EXECUTE,
};

/** A guest's access with the C-bit. */
enum rmp_model_end rmp_model_private(const struct rmp_model *model,
                                     const struct rmp_model_guest *guest,
                                     enum rmp_model_access access);

/** A write for the host, or a guest's access without the C-bit, which is never MAPPED_2M. */
enum rmp_model_end rmp_model_shared(const struct rmp_model *model, size_t page, bool mapped_2m);

/** Whether VMRUN takes a page as the guest's VMSA. */
bool rmp_model_runs(const struct rmp_model *model, size_t page, unsigned asid);

/** @return pages of 4 KiB that are assigned to an ASID */
uint64_t rmp_model_pages_of(const struct rmp_model *model, unsigned asid);

/** @return assigned pages of 4 KiB in a region, but its first; 0 of a page of 2 MiB */
unsigned rmp_model_subpages(const struct rmp_model *model, size_t page);

#endif
