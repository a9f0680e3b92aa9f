/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board's cipher engine, where there is one: used for many blocks at once, by memory encryption
 * and AES-CTR. Its results are the CPU's. It is believed once it has computed what the CPU computes,
 * and not used any more when it has failed: the CPU then does that work, too.
 */
#ifndef CRYPTO_CIPHER_ENGINE_H
#define CRYPTO_CIPHER_ENGINE_H

#include <stdbool.h>

/**
 * Compares the engine's results with the CPU's and decides whether it is used. Called at start, after
 * the self-tests; keys that the engine had before are forgotten.
 */
void crypto_engine_start(void);

/** @return the name of the engine that is used, or NULL when there is none */
const char *crypto_engine_name(void);

/** @return whether there was an engine at start that failed, then or later */
bool crypto_engine_has_failed(void);

/**
 * Makes the engine forget all its keys, as when a guest ends; those that are still needed are given
 * to it anew.
 */
void crypto_engine_forget(void);

#endif
