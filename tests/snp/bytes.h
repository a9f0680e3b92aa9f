/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second implementation of SEV-SNP, on OpenSSL: what tests hold against the firmware. It shares
 * no code with firmware/, crypto/ and host/, and takes nothing of abi/: layouts are written down a
 * second time, as offsets, so that a mistake in one of the two shows. The modules of this directory:
 *
 *   bytes            numbers in memory
 *   hash             SHA-384, HMAC, key derivation
 *   gcm              AES-256-GCM
 *   p384             keys and signatures in the interface's form
 *   launch_digest    the measurement of a launch
 *   id_block         ID block and its authentication page
 *   guest_message    requests and responses of a guest: the envelope
 *   payload          what is in them
 *   secrets_page     the SECRETS page, with the keys of the messages
 *   product          products and their TCB versions
 *   report           attestation reports: parsing, and what must hold between fields
 *   certificate      AMD's extensions, names and constraints of certificates
 *   chain            from a report up to the root
 *   chip_keys        VCEK, VLEK and their roots, from a chip's secret
 *   derived_key      keys derived for guests
 *   exported_context a guest's context as a migration agent carries it
 *   swap_entry       metadata entries, and pages that are swapped out
 *   page_cipher      the memory controller's cipher
 *   issue, hierarchy, specimen, sample    certificates and reports for tests of verifiers
 *
 * Link build/tests/libsnp.a (or build/tests/libsnp_sanitized.a) and -lcrypto. Nothing in it needs
 * cmocka: a function that judges returns NULL, or a text that says what is wrong, so that a test
 * writes assert_null(witness_...()), and a negative test compares the text. Where OpenSSL itself
 * fails (no memory), the program is aborted.
 */
#ifndef TESTS_SNP_BYTES_H
#define TESTS_SNP_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Reads a little-endian number of 2, 4 or 8 bytes. */
uint16_t witness_load16(const uint8_t *bytes);
uint32_t witness_load32(const uint8_t *bytes);
uint64_t witness_load64(const uint8_t *bytes);

/** Writes one. */
void witness_store16(uint8_t *bytes, uint16_t value);
void witness_store32(uint8_t *bytes, uint32_t value);
void witness_store64(uint8_t *bytes, uint64_t value);

/** Whether all bytes are 0. */
bool witness_is_zero(const uint8_t *bytes, size_t length);

/** Copies with the order of the bytes turned around; the two must not overlap. */
void witness_reverse(uint8_t *to, const uint8_t *from, size_t length);

/** Reads hexadecimal text of exactly @p length bytes. @return false if it is anything else */
bool witness_hex(const char *text, uint8_t *bytes, size_t length);

/** Aborts the program unless @p holds, saying where: for what cannot fail but for want of memory. */
void witness_need_at(bool holds, const char *what, const char *file, int line);
#define witness_need(condition) witness_need_at((condition), #condition, __FILE__, __LINE__)

#endif
