/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guest's owner does with a report: gets the certificates of the chip's key server, as files, and
 * has tests/snp judge all of it.
 */
#ifndef TESTS_HYPERVISOR_ATTEST_H
#define TESTS_HYPERVISOR_ATTEST_H

#include "tests/snp/guest_message.h"
#include "tests/snp/report.h"

/**
 * Judges a report of the chip under test.
 *
 * @param[out] report  filled in, whatever is wrong
 * @return NULL, or what is wrong
 */
const char *attest_report(const uint8_t bytes[WITNESS_REPORT_BYTES], struct witness_report *report);

#endif
