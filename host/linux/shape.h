/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a machine must have to go on with a guest that sleeps, as text at the head of FILE.shared: QEMU
 * gives a state to the same devices only.
 */
#ifndef HOST_LINUX_SHAPE_H
#define HOST_LINUX_SHAPE_H

#include "host/linux/guest.h"
#include "host/linux/travel.h"

#define SHAPE_BYTES 64u

/** @param[out] text  one line, zeros behind it */
void shape_write(const struct guest_options *options, char text[SHAPE_BYTES]);

/**
 * @param text          as read from a file: anything
 * @param[out] outcome  which option differs, and how; or that it is no such text
 * @return whether OPTIONS make such a machine
 */
bool shape_suits(const struct guest_options *options, const char text[SHAPE_BYTES],
                 struct travel_outcome *outcome) __attribute__((warn_unused_result));

#endif
