/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a sample's guest gets into its state, and what single commands need besides the rules of their
 * rows. Internal to firmware_sample.c.
 */
#ifndef TESTS_UNIT_FIRMWARE_SAMPLE_STEPS_H
#define TESTS_UNIT_FIRMWARE_SAMPLE_STEPS_H

#include "tests/unit/firmware_sample.h"

/** Makes the guest and takes it to a state, active. */
void sample_make_guest(struct sample *sample, enum sev_guest_state state);

/** Fills in what is special to the command: options, flags, packets, certificates. */
void sample_fill_in(struct sample *sample);

#endif
