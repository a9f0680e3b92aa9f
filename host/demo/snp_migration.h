/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the steps of the demonstration of a migration with SEV-SNP know: two machines, an agent on each,
 * and a guest that moves from one to the other.
 */
#ifndef HOST_DEMO_SNP_MIGRATION_H
#define HOST_DEMO_SNP_MIGRATION_H

#include "host/demo/demo.h"
#include "host/demo/machine.h"
#include "host/demo/snp_owner.h"
#include "host/demo/snp_tenant.h"

#define SNP_MIGRATION_PAGES_MAX (SNP_PAGE_BYTES / sizeof(struct snp_mdata_entry))

/** One of the machines. */
struct snp_migration_side {
    struct machine machine;
    struct snp_host host;
    struct snp_tenant agent;
    struct snp_report agent_report;
};

/** What crosses the wire: ciphertext that only the guest's context opens, and the context. */
struct snp_migration_parcel {
    uint8_t pages[SNP_MIGRATION_PAGES_MAX][SNP_PAGE_BYTES];
    uint8_t metadata[SNP_PAGE_BYTES];    /**< Entries of PAGES; its own is in the context. */
    struct snp_exported_context context; /**< From agent to agent: the host must not see it. */
    struct snp_channel channel;          /**< Of the guest; really in its memory. */
};

struct snp_migration {
    const struct demo_options *options;
    const struct provision_product *product;
    struct snp_migration_side source;
    struct snp_migration_side target;
    struct snp_image agent_image;
    struct snp_image image; /**< Of the guest. */
    struct snp_tenant guest;
    struct snp_tenant twin;     /**< The guest, imported on the target. */
    struct snp_tenant absorbed; /**< The guest, in one that was launched on the target. */
    struct snp_report report;   /**< Of the guest on the source. */
    uint8_t key[SNP_KEY_BYTES]; /**< From its VMRK. */
    struct snp_migration_parcel parcel;
};

/**
 * A guest gets a report, and its owner verifies it.
 *
 * @param name         of the guest, for the line that is printed
 * @param[out] report  when it is accepted
 * @return false after a message
 */
bool snp_migration_attest(struct snp_tenant *tenant, const char *name, struct snp_report *report)
    __attribute__((warn_unused_result));

/** Swaps all pages of the guest out, and the Metadata page, into the parcel. @return false after a message */
bool snp_migration_pack(struct snp_migration *migration) __attribute__((warn_unused_result));

/** Swaps everything in on the target, for the imported guest. @return false after a message */
bool snp_migration_unpack(struct snp_migration *migration) __attribute__((warn_unused_result));

/* The acts. */
demo_act snp_migration_agents; /* snp_migrate_launch.c */
demo_act snp_migration_launch;
demo_act snp_migration_export; /* snp_migrate_context.c */
demo_act snp_migration_import;
demo_act snp_migration_absorb;

#endif
