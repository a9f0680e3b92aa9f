# SPDX-License-Identifier: Apache-2.0
# make audit: what a reviewer wants to know, from the sources and from the very objects that were linked
# (docs/audit.md). AUDIT_REPRODUCE=no spares the second build in another directory.

# Functions that make secrets, or fetch them: tools/audit/secrets.txt must list each of their callers.
AUDIT_MAKERS := hal_fuses_read|hal_entropy_read|crypto_random_secret|crypto_kdf
AUDIT_MAKERS := $(AUDIT_MAKERS)|crypto_p384_generate|crypto_p384_from_seed|crypto_p384_ecdh
AUDIT_MAKERS := $(AUDIT_MAKERS)|memctl_expand_key|p384_random_scalar|p384_random_blinding

AUDIT_REPRODUCE ?= yes

.PHONY: audit
audit: board $(COMMAND_TABLE)
	@BUILD='$(BUILD)' CROSS='$(CROSS)' MAKERS='$(AUDIT_MAKERS)' MBEDTLS_DIR='$(MBEDTLS_DIR)' \
	    REPRODUCE='$(AUDIT_REPRODUCE)' SOURCES='$(FIRMWARE_SRCS)' ROM_SOURCES='$(ROM_SRCS)' \
	    SEV_BUILD='$(SEV_BUILD)' sh scripts/audit.sh
