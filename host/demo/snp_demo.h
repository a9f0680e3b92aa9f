/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the steps of the demonstration of SEV-SNP know. Each act is a function that gets this.
 */
#ifndef HOST_DEMO_SNP_DEMO_H
#define HOST_DEMO_SNP_DEMO_H

#include "host/demo/demo.h"
#include "host/demo/snp_owner.h"
#include "host/demo/snp_tenant.h"
#include "host/provision/product.h"

#define SNP_DEMO_POLICY (SNP_POLICY_ONE | SNP_POLICY_SMT) /* No debugging, no migration. */
#define SNP_DEMO_TEXT_BYTES 64u

struct snp_demo {
    const struct demo_options *options;
    const struct provision_product *product; /**< Of the chip. */
    struct snp_host host;
    struct snp_image image;
    struct snp_tenant guest;
    struct snp_expectation expectation; /**< The owner's. */
    uint64_t work_gpa;                  /**< Pages of the guest's memory, one behind the other. */
    uint64_t mdata_paddr;               /**< Metadata page of the guest. */
};

/** Writes the guest's memory and reads it again. @return false after a message */
bool snp_demo_remember(struct snp_demo *demo, uint64_t gpa, const char *text);

/** @return whether the guest reads that text */
bool snp_demo_remembers(const struct snp_demo *demo, uint64_t gpa, const char *text);

/** Prints that a command was refused as it must be. @return whether RESULT is STATUS */
bool snp_demo_refused(const char *name, int64_t started, int result, enum sev_status status,
                      const char *why);

/** Prints that the processor stopped an access. @return whether the event is EVENT, with RMP for faults */
bool snp_demo_stopped(const char *name, struct x86_rmp_outcome outcome, enum x86_rmp_event event,
                      const char *why);

/* The acts, in order. */
demo_act snp_act_platform; /* snp_launch.c */
demo_act snp_act_launch;
demo_act snp_act_finish; /* snp_finish.c */
demo_act snp_act_report; /* snp_attest.c */
demo_act snp_act_keys;
demo_act snp_act_swap;            /* snp_swap.c */
demo_act snp_act_attack_memory;   /* snp_attack_memory.c */
demo_act snp_act_attack_commands; /* snp_attack_commands.c */
demo_act snp_act_end;             /* snp_launch.c */

#endif
