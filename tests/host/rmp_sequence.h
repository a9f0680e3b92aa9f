/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instructions on one region of the machine (rmp_machine.h), each with everything chosen, for tests
 * that put them in an order: at the region's first page, at an inner one, at all as one of 2 MiB.
 */
#ifndef TESTS_HOST_RMP_SEQUENCE_H
#define TESTS_HOST_RMP_SEQUENCE_H

#define RMP_SEQUENCE_REGION 0x600000ull
#define RMP_SEQUENCE_INNER 0x601000ull
#define RMP_SEQUENCE_ASID 7u /* Whose the pages are, if not the other's. */

void rmp_nothing(void);

/* RMPUPDATE */
void rmp_assign_inner(void);
void rmp_assign_inner_to_other(void);
void rmp_free_inner(void);
void rmp_assign_first(void);
void rmp_free_first(void);
void rmp_assign_large(void);
void rmp_assign_large_to_other(void);
void rmp_free_large(void);

void rmp_smash(void);

/** What the firmware does for PAGE_UNSMASH, once it has found the pages in order. */
void rmp_unsmash(void);

/* PVALIDATE, RMPADJUST */
void rmp_validate_inner(void);
void rmp_validate_large(void);
void rmp_grant_inner(void);
void rmp_make_vmsa(void);
void rmp_unmake_vmsa(void);
void rmp_validate_by_other(void);
void rmp_grant_by_other(void);

void rmp_assign_and_validate_inner(void);
void rmp_assign_and_validate_large(void);

#endif
