/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memories of the Linux board, mapped.
 */
#ifndef HAL_HOSTED_MEMORY_H
#define HAL_HOSTED_MEMORY_H

#include "hal/hosted/hosted.h"

/** Replaces all memories by zeroed ones that no file backs. */
void hosted_memory_reset(void);

/** Replaces one memory by a zeroed one of @p bytes. */
void hosted_memory_blank(enum hosted_memory which, uint64_t bytes);

/** Replaces one memory by @p bytes of the file @p descriptor; false, with errno, if mmap fails. */
bool hosted_memory_map(enum hosted_memory which, uint64_t bytes, int descriptor);

uint64_t hosted_memory_bytes(enum hosted_memory which);

/**
 * @return where [offset, offset + length) of the memory lies; aborts, naming @p caller, if part of
 *         it is outside
 */
uint8_t *hosted_memory_at(enum hosted_memory which, uint64_t offset, uint64_t length,
                          const char *caller);

#endif
