/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a case needs besides a mailbox and memory. Suites that start a board themselves have it all;
 * one that is attached to somebody else's implementation (attached.h) has what its user gave it, and
 * leaves out what needs more. The catalogue of cases (cases.h) says so of each case: it is recorded
 * from what these functions are told, and a case that asks for more than it says fails.
 */
#ifndef TESTS_CONFORMANCE_NEEDS_H
#define TESTS_CONFORMANCE_NEEDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/lib/memory_controller.h"

enum suite_need {
    NEEDS_FABRIC = 1u << 0,       /**< The fabric's file. */
    NEEDS_DOORBELL = 1u << 1,     /**< The doorbell's socket. */
    NEEDS_ES = 1u << 2,           /**< SEV-ES. */
    NEEDS_DESTRUCTIVE = 1u << 3,  /**< Commands after which the platform is not what it was. */
    NEEDS_CERTIFICATES = 1u << 4, /**< The chip's directory, with certificates. */
    NEEDS_IMAGES = 1u << 5,       /**< Signed images of the firmware. */
    NEEDS_CONTROL = 1u << 6,      /**< Starting and stopping the board; this project's tools. */
    NEEDS_SELF_OWNED = 1u << 7,   /**< A platform that nobody else owns. */
};

#define NEEDS_COUNT 8u
#define NEEDS_ALL ((1u << NEEDS_COUNT) - 1u)

/** @return the name of need number @p index, and what it is in words */
const char *need_name(size_t index);
const char *need_text(size_t index);

/** Begins a case: what was noted is forgotten. */
void needs_begin(void);

/** @return what the case has needed so far, a set of enum suite_need */
unsigned needs_noted(void);

/** Notes needs; fails the case when the suite does not have one of them. */
void suite_need(unsigned needs);

/** Notes what a command that is about to be issued needs. */
void needs_of_command(uint32_t id, const void *parameters);

/** Whether commands count that only bring the platform into a known state; nested calls are fine. */
void needs_pause(bool paused);

/** The fabric's file, and the memory controller that it describes: NEEDS_FABRIC. */
uint8_t *suite_fabric(void);
const struct memory_controller *suite_memory(void);

/** The connected doorbell: NEEDS_DOORBELL. */
int suite_doorbell(void);

/** A directory with files of the chip or the vendor: NEEDS_CERTIFICATES, NEEDS_IMAGES, _CONTROL. */
const char *suite_directory(enum suite_need need);

#endif
