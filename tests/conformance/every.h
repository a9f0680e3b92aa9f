/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that hold for every command, made from the command table: one test per command and aspect.
 */
#ifndef TESTS_CONFORMANCE_EVERY_H
#define TESTS_CONFORMANCE_EVERY_H

#include "tests/conformance/requests.h"

/** Something that holds for every command to which it applies. */
struct aspect {
    const char *name;
    bool (*applies)(const struct row *row);
    CMUnitTestFunction test; /**< Its state is the row. */
};

/* every_state.c */
bool applies_to_all(const struct row *row);
bool has_parameters(const struct row *row);
bool has_buffers(const struct row *row);
bool names_guest(const struct row *row);
bool refuses_platform_state(const struct row *row);
bool refuses_guest_state(const struct row *row);
bool needs_active(const struct row *row);
void every_success(void **state);
void every_platform_state(void **state);
void every_guest_state(void **state);
void every_guest_handle(void **state);
void every_inactive(void **state);

/* every_length.c */
void every_length_refused(void **state);
void every_length_query(void **state);
void every_length_longer(void **state);
bool has_length(const struct row *row);
bool has_query(const struct row *row);

/* every_address.c */
void every_parameters_address(void **state);
void every_buffer_address(void **state);
void every_legal_address(void **state);

/* every_overlap.c */
bool has_written_buffer(const struct row *row);
bool can_run_with_es(const struct row *row);
void every_overlap(void **state);
void every_held_memory(void **state);

/* every_pair.c */
void every_pair(void **state);

/* every_encrypted.c */
void every_encrypted(void **state);

#endif
