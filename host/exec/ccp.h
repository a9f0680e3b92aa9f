/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /dev/sev, as Linux's ccp driver serves it (6.16): SEV_ISSUE_CMD checks and copies what the
 * program passes, initialises the platform where a command wants that and shuts it down again, and
 * tells the firmware's status beside the error number.
 */
#ifndef HOST_EXEC_CCP_H
#define HOST_EXEC_CCP_H

#include "host/exec/call.h"
#include "host/exec/machine.h"
#include "host/exec/psp_sev.h"

/** One command of a program. */
struct ccp_request {
    struct exec_machine *machine;
    const struct exec_call *call;
    struct psp_sev_issue_cmd issue; /**< Its ERROR is copied back. */
    bool writable;                  /**< The descriptor may be written. */
};

/** Serves one command. @return 0 or a negative error number */
typedef int ccp_command(struct ccp_request *request);

/**
 * Answers an ioctl.
 *
 * @param number    of the ioctl, as the program gave it
 * @param argument  its third argument
 * @param writable  whether the descriptor may be written
 * @return what ioctl() returns, or a negative error number
 */
int exec_ccp_ioctl(struct exec_machine *machine, const struct exec_call *call, uint32_t number,
                   uint64_t argument, bool writable) __attribute__((warn_unused_result));

/* Commands. */
ccp_command ccp_factory_reset; /* ccp_platform.c */
ccp_command ccp_platform_status;
ccp_command ccp_pek_gen;
ccp_command ccp_pdh_gen;
ccp_command ccp_get_id;
ccp_command ccp_get_id2;
ccp_command ccp_pek_csr; /* ccp_certificates.c */
ccp_command ccp_pdh_cert_export;
ccp_command ccp_pek_cert_import;
ccp_command ccp_snp_platform_status; /* ccp_snp.c */
ccp_command ccp_snp_commit;
ccp_command ccp_snp_set_config;
ccp_command ccp_snp_vlek_load;

/**
 * Initialises the SEV platform unless it is, with SEV-ES if there is memory for it.
 *
 * @param[out] started  whether ccp_stop() must end it
 * @return 0; -EPERM when it is not, and the descriptor may not be written; another negative error
 *         number, with INVALID_PLATFORM_STATE as the request's error
 */
int ccp_start(struct ccp_request *request, bool *started) __attribute__((warn_unused_result));

/** Shuts the SEV platform down, if @p started. */
void ccp_stop(struct ccp_request *request, bool started);

/** As ccp_start(), for SEV-SNP. @return also -ENODEV: the chip has no SEV-SNP */
int ccp_snp_start(struct ccp_request *request, bool *started) __attribute__((warn_unused_result));

/** As ccp_stop(), for SEV-SNP. */
void ccp_snp_stop(struct ccp_request *request, bool started);

/** Issues the request's command: exec_machine_command() with the request's error. */
int ccp_issue(struct ccp_request *request, uint32_t id, void *data, size_t length)
    __attribute__((warn_unused_result));

/** Copies from the program, what the request points to. @return 0 or -EFAULT */
int ccp_read(const struct ccp_request *request, void *to, size_t length)
    __attribute__((warn_unused_result));

/** Copies to the program, where the request points to. @return 0 or -EFAULT */
int ccp_write(const struct ccp_request *request, const void *from, size_t length)
    __attribute__((warn_unused_result));

#endif
