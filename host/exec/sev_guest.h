/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /dev/sev-guest, as Linux's sev-guest driver serves it, with the hypervisor behind it that has
 * certificates for extended reports.
 */
#ifndef HOST_EXEC_SEV_GUEST_H
#define HOST_EXEC_SEV_GUEST_H

#include "host/exec/call.h"
#include "host/exec/guest.h"
#include "host/exec/psp_sev.h"
#include "host/provision/files.h"

struct sev_guest {
    struct exec_guest *guest;
    struct provision_bytes certificates; /**< The hypervisor's table; empty when it has none. */
    bool follows;  /**< It is of the key server, for the reported TCB version. */
    uint64_t tcb;  /**< Of that table. */
    bool disabled; /**< The key must not be used again: a message went wrong. */
};

/**
 * Answers an ioctl.
 *
 * @param number    of the ioctl, as the program gave it
 * @param argument  its third argument
 * @return what ioctl() returns, or a negative error number
 */
int exec_sev_guest_ioctl(struct sev_guest *device, const struct exec_call *call, uint32_t number,
                         uint64_t argument) __attribute__((warn_unused_result));

/**
 * Has the table of certificates follow the TCB version that the firmware reports.
 *
 * @return false when the key server has none for it: the table is empty then
 */
bool exec_sev_guest_follow(struct sev_guest *device, struct provision_error *error);

/** A report with certificates, for the program or for the system itself. */
struct sev_guest_report {
    uint8_t request[SEV_GUEST_REPORT_REQUEST_BYTES];
    uint32_t pages; /**< Room for certificates; out, with vmm_error: what is needed. */
    uint8_t response[SNP_MESSAGE_PAYLOAD_MAX];
    uint32_t fw_error;
    uint32_t vmm_error;
};

/**
 * Asks for it.
 *
 * @param version  of the message
 * @return 0; -EIO, with VMM_ERROR when there is too little room; others as exec_guest_ask()
 */
int exec_sev_guest_report(struct sev_guest *device, uint8_t version,
                          struct sev_guest_report *report) __attribute__((warn_unused_result));

#endif
