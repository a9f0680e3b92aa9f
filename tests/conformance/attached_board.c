/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the suite is attached to (attached_board.h).
 */
#include "tests/conformance/attached_board.h"

#include <stdio.h>

#include "host/lib/fabric.h"
#include "host/lib/status.h"
#include "tests/conformance/exchange.h"
#include "tests/conformance/suite.h"

/** Whether somebody has described a machine there, or a firmware has told of itself. */
static bool is_fabric(const uint8_t *fabric)
{
    struct fabric_status status;

    return fabric_configuration(fabric) != NULL ||
           status_copy(fabric, STATUS_TIMEOUT_MS, &status) != STATUS_ABSENT;
}

const char *attached_board_refusal(const struct attached_suite *what)
{
    const uint8_t *fabric = suite.board.fabric_file.bytes;

    if (fabric != NULL && !is_fabric(fabric)) {
        return "the file given as the fabric is none: it describes no machine, and no firmware has "
               "told of itself there";
    }
    if (what->is_snp && !suite.has_snp) {
        return "this chip has no SEV-SNP: its firmware says so with its API version";
    }
    if (what->is_snp && !suite.has_hole) {
        return "the cases of SEV-SNP use memory in two ranges: this board has one";
    }
    return NULL;
}

void attached_board_hint(void)
{
    if (suite.board.fabric_file.bytes == NULL && exchange_wants_wbinvd()) {
        (void)fprintf(stderr,
                      "virtasp conformance: the firmware waits for reports of WBINVD, which "
                      "are made in the fabric: give it with --fabric\n");
    }
}
