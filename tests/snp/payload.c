/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands in guests' messages (payload.h).
 */
#include "tests/snp/payload.h"

#include <string.h>

#include "tests/snp/bytes.h"

#define BESIDE_STATUS "contents beside a status"
#define RESERVED "reserved bytes of the response"

void witness_report_request(const uint8_t report_data[64], uint32_t vmpl, uint32_t key_sel,
                            uint8_t payload[WITNESS_REPORT_REQ_BYTES])
{
    memset(payload, 0, WITNESS_REPORT_REQ_BYTES);
    memcpy(payload, report_data, 64);
    witness_store32(payload + 0x40, vmpl);
    witness_store32(payload + 0x44, key_sel);
}

/* Reads STATUS. @return whether nothing else must be there */
static bool take_status(const uint8_t *payload, uint32_t *status)
{
    *status = witness_load32(payload);
    return *status != 0;
}

const char *witness_report_response(const uint8_t payload[WITNESS_REPORT_RSP_BYTES],
                                    uint32_t *status, uint8_t report[WITNESS_REPORT_BYTES])
{
    memcpy(report, payload + 0x20, WITNESS_REPORT_BYTES);
    if (take_status(payload, status)) {
        return witness_is_zero(payload + 4, WITNESS_REPORT_RSP_BYTES - 4) ? NULL : BESIDE_STATUS;
    }
    if (witness_load32(payload + 4) != WITNESS_REPORT_BYTES) {
        return "size of the report";
    }
    return witness_is_zero(payload + 8, 0x18) ? NULL : RESERVED;
}

const char *witness_key_response(const uint8_t payload[WITNESS_KEY_RSP_BYTES], uint32_t *status,
                                 uint8_t key[32])
{
    memcpy(key, payload + 0x20, 32);
    if (take_status(payload, status)) {
        return witness_is_zero(payload + 4, WITNESS_KEY_RSP_BYTES - 4) ? NULL : BESIDE_STATUS;
    }
    if (witness_is_zero(key, 32)) {
        return "a key of 0";
    }
    return witness_is_zero(payload + 4, 0x1C) ? NULL : RESERVED;
}

const char *witness_status_response(const uint8_t payload[WITNESS_STATUS_RSP_BYTES],
                                    uint32_t *status)
{
    (void)take_status(payload, status);
    return witness_is_zero(payload + 4, WITNESS_STATUS_RSP_BYTES - 4) ? NULL : RESERVED;
}

const char *witness_tsc_info_response(const uint8_t payload[WITNESS_TSC_INFO_BYTES],
                                      uint32_t *status, struct witness_tsc_info *info)
{
    info->scale = witness_load64(payload + 0x08);
    info->offset = witness_load64(payload + 0x10);
    info->factor = witness_load32(payload + 0x18);
    if (take_status(payload, status)) {
        return witness_is_zero(payload + 4, WITNESS_TSC_INFO_BYTES - 4) ? NULL : BESIDE_STATUS;
    }
    return witness_is_zero(payload + 4, 4) && witness_is_zero(payload + 0x1C, 100) ? NULL
                                                                                   : RESERVED;
}

void witness_export_request(uint64_t gctx_paddr, bool imi,
                            uint8_t payload[WITNESS_EXPORT_REQ_BYTES])
{
    memset(payload, 0, WITNESS_EXPORT_REQ_BYTES);
    witness_store64(payload, gctx_paddr);
    witness_store32(payload + 8, imi ? 1 : 0);
}

void witness_vmrk_request(uint64_t gctx_paddr, const uint8_t vmrk[32],
                          uint8_t payload[WITNESS_VMRK_REQ_BYTES])
{
    memset(payload, 0, WITNESS_VMRK_REQ_BYTES);
    witness_store64(payload, gctx_paddr);
    memcpy(payload + 0x20, vmrk, 32);
}
