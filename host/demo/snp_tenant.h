/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An SNP guest: what its hypervisor does for it, and, since no CPU runs here, what the guest itself
 * does, as a CPU would: an access goes through the nested page table, which is the hypervisor's, then
 * the RMP is asked, then memory is read or written through the guest's key.
 *
 * Functions print nothing; results are as in host/lib/sev.h.
 */
#ifndef HOST_DEMO_SNP_TENANT_H
#define HOST_DEMO_SNP_TENANT_H

#include "host/demo/snp_channel.h"
#include "host/demo/snp_host.h"
#include "host/demo/snp_identity.h"
#include "host/demo/snp_image.h"
#include "host/lib/snp.h"
#include "host/x86/rmp_access.h"

struct snp_tenant {
    struct snp_host *host;
    uint64_t gctx; /**< Its context page; 0: none. */
    uint64_t policy;
    uint32_t asid;
    const struct snp_image *image;
    uint64_t *map;              /**< Nested page table: SPA of each page of the image; 0: none. */
    uint64_t message_paddr;     /**< Shared page for requests. */
    struct snp_channel channel; /**< To the firmware, as VMPL 0. */
};

/** A page of 4 KiB where the hypervisor says that it is. */
struct snp_tenant_access {
    uint64_t gpa;
    uint64_t spa;
    enum x86_rmp_access access;
};

/**
 * Creates the context, and allocates what a guest needs. End with snp_tenant_end() or
 * snp_tenant_forget(), also when it fails.
 *
 * @param image  must outlive the guest
 * @param asid   for snp_tenant_activate()
 */
int snp_tenant_create(struct snp_tenant *tenant, struct snp_host *host,
                      const struct snp_image *image, uint32_t asid)
    __attribute__((warn_unused_result));

/**
 * SNP_LAUNCH_START.
 *
 * @param policy  of the guest
 * @param agent   its migration agent, or NULL
 * @param flags   SNP_LAUNCH_IMI_EN or 0
 */
int snp_tenant_start(struct snp_tenant *tenant, uint64_t policy, const struct snp_tenant *agent,
                     uint32_t flags) __attribute__((warn_unused_result));

/** SNP_ACTIVATE with its ASID. */
int snp_tenant_activate(struct snp_tenant *tenant) __attribute__((warn_unused_result));

/** Makes page number INDEX of the image a Pre-Guest page of the guest, with its contents. */
int snp_tenant_place(struct snp_tenant *tenant, size_t index) __attribute__((warn_unused_result));

/** SNP_LAUNCH_UPDATE of a page that is in place. */
int snp_tenant_update(struct snp_tenant *tenant, size_t index) __attribute__((warn_unused_result));

/** Both, for all pages of the image. @param only_imi  for those of the incoming migration image */
int snp_tenant_load(struct snp_tenant *tenant, bool only_imi) __attribute__((warn_unused_result));

/** SNP_LAUNCH_FINISH. @param identity  the owner's ID block, or NULL */
int snp_tenant_finish(struct snp_tenant *tenant, const struct snp_identity *identity)
    __attribute__((warn_unused_result));

/** SNP_DECOMMISSION, and takes all pages back; counts those of the image. */
int snp_tenant_end(struct snp_tenant *tenant, size_t *pages) __attribute__((warn_unused_result));

/** Frees what this program keeps of a guest, and wipes its keys. One that is all 0 is fine. */
void snp_tenant_forget(struct snp_tenant *tenant);

/** @return the state in SNP_GUEST_STATUS, or a negative number when the command fails */
int snp_tenant_state(struct snp_tenant *tenant) __attribute__((warn_unused_result));

/** @return number of the first page at or behind a guest physical address's page; COUNT if none */
size_t snp_tenant_index(const struct snp_tenant *tenant, uint64_t gpa);

/** What the processor does at an access of the guest, at VMPL 0, with the C-bit. */
struct x86_rmp_outcome snp_tenant_check(const struct snp_tenant *tenant,
                                        const struct snp_tenant_access *access);

/**
 * The guest reads its memory.
 *
 * @param gpa      where; @p length bytes in one page, both multiples of 16
 * @param[out] to  what it reads
 * @return false when an exception or exit keeps it from that
 */
bool snp_tenant_read(const struct snp_tenant *tenant, uint64_t gpa, void *to, size_t length)
    __attribute__((warn_unused_result));

/** The guest writes its memory; as snp_tenant_read(). */
bool snp_tenant_write(const struct snp_tenant *tenant, uint64_t gpa, const void *from,
                      size_t length) __attribute__((warn_unused_result));

/** The guest finds its VMPCK 0 in its SECRETS page, and opens its channel. */
bool snp_tenant_open_channel(struct snp_tenant *tenant) __attribute__((warn_unused_result));

/** The same with another key. @param vmpck  0 to 3: of which VMPL the guest's software is */
bool snp_tenant_open_channel_of(struct snp_tenant *tenant, uint8_t vmpck)
    __attribute__((warn_unused_result));

/**
 * The guest asks the firmware something: SNP_GUEST_REQUEST.
 *
 * @param type           of the request; version 1
 * @param request        @p request_bytes bytes
 * @param[out] response  @p response_bytes, whose first word is STATUS
 * @return a status; that in the response when the command succeeds; BAD_MEASUREMENT when the response
 *         is not genuine
 */
int snp_tenant_ask(struct snp_tenant *tenant, enum snp_message_type type, const void *request,
                   size_t request_bytes, void *response, size_t response_bytes)
    __attribute__((warn_unused_result));

/**
 * The guest asks for a report, VMPL 0.
 *
 * @param report_data  for REPORT_DATA
 * @param[out] report  when the status is SUCCESS
 */
int snp_tenant_report(struct snp_tenant *tenant, const uint8_t report_data[SNP_REPORT_DATA_BYTES],
                      struct snp_report *report) __attribute__((warn_unused_result));

/**
 * The guest asks for a key, VMPL 0.
 *
 * @param key_select  SNP_KEY_ROOT_VMRK or 0
 * @param fields      SNP_FIELD_*
 * @param[out] key    to be wiped
 */
int snp_tenant_key(struct snp_tenant *tenant, uint32_t key_select, uint64_t fields,
                   uint8_t key[SNP_KEY_BYTES]) __attribute__((warn_unused_result));

/** SNP_GUEST_REQUEST of what is in the message page. */
int snp_tenant_send(struct snp_tenant *tenant) __attribute__((warn_unused_result));

#endif
