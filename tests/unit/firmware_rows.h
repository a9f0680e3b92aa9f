/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of one API: in the table those of SEV stand before those of SEV-SNP.
 */
#ifndef TESTS_UNIT_FIRMWARE_ROWS_H
#define TESTS_UNIT_FIRMWARE_ROWS_H

#include "firmware/command_table.h"

/** @return row @p index of SEV and SEV-ES, or NULL behind the last one */
static inline const struct command_row *sev_row_at(size_t index)
{
    const struct command_row *row = command_table_at(index);

    return row == NULL || row->needs_snp ? NULL : row;
}

#endif
