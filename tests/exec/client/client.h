/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program that uses /dev/sev and /dev/sev-guest as any other does: with the headers of Linux, and
 * nothing of this tree. It counts its own tests.
 */
#ifndef TESTS_EXEC_CLIENT_CLIENT_H
#define TESTS_EXEC_CLIENT_CLIENT_H

#include <linux/psp-sev.h>
#include <linux/sev-guest.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of SEV-SNP, which older headers do not have. */
#define CLIENT_SNP_PLATFORM_STATUS 9u
#define CLIENT_SNP_COMMIT 10u
#define CLIENT_SNP_SET_CONFIG 11u
#define CLIENT_SNP_VLEK_LOAD 12u
#define CLIENT_COMMANDS 13u

/* The firmware's statuses. */
#define CLIENT_INVALID_PLATFORM_STATE 1u
#define CLIENT_INVALID_LENGTH 4u
#define CLIENT_INVALID_PARAM 0x16u

#define CLIENT_UNTOUCHED 0x77777777u /**< In ERROR, before a call. */
#define CLIENT_CERTIFICATE_BYTES 2084u
#define CLIENT_CHAIN_BYTES 6252u
#define CLIENT_BLOB_MAX 0x4000u

/** One test. */
struct client_test {
    const char *name;
    void (*run)(void);
};

/** Notes that something is not as it should be. */
void client_expect(bool holds, const char *what, const char *file, int line);
#define EXPECT(condition) client_expect(condition, #condition, __FILE__, __LINE__)

/** @return a descriptor of /dev/sev; the program ends when there is none */
int client_open_sev(int flags);

/** The same of /dev/sev-guest. */
int client_open_guest(void);

/**
 * SEV_ISSUE_CMD.
 *
 * @param[out] error  what the structure has then; CLIENT_UNTOUCHED before. May be NULL
 * @return 0 or an error number
 */
int client_issue(int file, uint32_t command, const void *data, uint32_t *error);

/** @return an address of which nothing can be read or written */
void *client_bad_address(void);

/** @return a page of zeros that can only be read */
void *client_read_only_page(void);

/** Reads or writes a file in the current directory. The program ends when that fails. */
void client_save(const char *name, const void *bytes, size_t length);
void client_load(const char *name, void *bytes, size_t length);

/** @return the platform's state, by PLATFORM_STATUS */
unsigned client_state(void);

/** Prints the median of so many PLATFORM_STATUS, in microseconds. @return the exit status */
int client_rate(unsigned calls);

/** Runs a program that may not make a system call. @return the exit status when it cannot be run */
int client_forbid(const char *name, char **program);

extern const struct client_test client_device_tests[];
extern const struct client_test client_platform_tests[];
extern const struct client_test client_certificate_tests[];
extern const struct client_test client_snp_tests[];
extern const struct client_test client_process_tests[];
extern const struct client_test client_report_tests[];
extern const struct client_test client_key_tests[];
extern const struct client_test client_owner_tests[];
extern const struct client_test client_disabled_tests[];
extern const struct client_test client_patient_tests[];
extern const struct client_test client_lost_tests[];
extern const struct client_test client_csr_tests[];

#endif
