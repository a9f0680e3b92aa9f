/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands in guests' messages (sections 6.4 to 6.9, 9.2): requests are written, responses read. A
 * response with a status must hold nothing else; reserved bytes must be 0.
 *
 * Keys: derived_key.h has the request. Contexts: exported_context.h has EXPORT_RSP and IMPORT_REQ.
 */
#ifndef TESTS_SNP_PAYLOAD_H
#define TESTS_SNP_PAYLOAD_H

#include <stdint.h>

#include "tests/snp/report.h"

/** Types of requests; a response's is the next. */
#define WITNESS_CPUID_REQ 1u
#define WITNESS_KEY_REQ 3u
#define WITNESS_REPORT_REQ 5u
#define WITNESS_EXPORT_REQ 7u
#define WITNESS_IMPORT_REQ 9u
#define WITNESS_ABSORB_REQ 11u
#define WITNESS_VMRK_REQ 13u
#define WITNESS_ABSORB_NOMA_REQ 15u
#define WITNESS_TSC_INFO_REQ 17u

#define WITNESS_REPORT_REQ_BYTES 0x60u
#define WITNESS_REPORT_RSP_BYTES 0x4C0u
#define WITNESS_KEY_RSP_BYTES 0x40u
#define WITNESS_EXPORT_REQ_BYTES 0x10u
#define WITNESS_VMRK_REQ_BYTES 0x40u
#define WITNESS_STATUS_RSP_BYTES 0x10u
#define WITNESS_TSC_INFO_BYTES 0x80u

/** REPORT_REQ. @param key_sel  0 = VLEK if loaded, else VCEK; 1 = VCEK; 2 = VLEK */
void witness_report_request(const uint8_t report_data[64], uint32_t vmpl, uint32_t key_sel,
                            uint8_t payload[WITNESS_REPORT_REQ_BYTES]);

/**
 * REPORT_RSP.
 *
 * @param[out] status  as in the message
 * @param[out] report  as in the message: 0 unless @p status is 0
 * @return NULL, or what is wrong with the frame
 */
const char *witness_report_response(const uint8_t payload[WITNESS_REPORT_RSP_BYTES],
                                    uint32_t *status, uint8_t report[WITNESS_REPORT_BYTES]);

/** KEY_RSP. @param[out] key  0 unless @p status is 0. @return NULL, or what is wrong */
const char *witness_key_response(const uint8_t payload[WITNESS_KEY_RSP_BYTES], uint32_t *status,
                                 uint8_t key[32]);

/** Answers to IMPORT, ABSORB, ABSORB_NOMA and VMRK. @return NULL, or what is wrong */
const char *witness_status_response(const uint8_t payload[WITNESS_STATUS_RSP_BYTES],
                                    uint32_t *status);

/** What TSC_INFO answers. */
struct witness_tsc_info {
    uint64_t scale; /**< 32 bits of fraction */
    uint64_t offset;
    uint32_t factor;
};

/** TSC_INFO_RSP; the request is as many bytes of 0. @return NULL, or what is wrong */
const char *witness_tsc_info_response(const uint8_t payload[WITNESS_TSC_INFO_BYTES],
                                      uint32_t *status, struct witness_tsc_info *info);

/** EXPORT_REQ. @param imi  FLAGS.IMI_EN */
void witness_export_request(uint64_t gctx_paddr, bool imi,
                            uint8_t payload[WITNESS_EXPORT_REQ_BYTES]);

/** VMRK_REQ. */
void witness_vmrk_request(uint64_t gctx_paddr, const uint8_t vmrk[32],
                          uint8_t payload[WITNESS_VMRK_REQ_BYTES]);

#endif
