# SPDX-License-Identifier: Apache-2.0
# make audit: what a reviewer wants to know, from the sources and from the very objects that were
# linked (docs/audit.md). AUDIT_REPRODUCE=no spares the second build in another directory.

# Functions that make or fetch secrets: tools/audit/secrets.txt must list each of their callers.
AUDIT_MAKERS := hal_fuses_read|hal_entropy_read|crypto_random_secret|crypto_kdf
AUDIT_MAKERS := $(AUDIT_MAKERS)|crypto_p384_generate|crypto_p384_from_seed|crypto_p384_ecdh
AUDIT_MAKERS := $(AUDIT_MAKERS)|memctl_expand_key|p384_random_scalar|p384_random_blinding

AUDIT_REPRODUCE ?= yes

# What scripts/audit.sh must know of the build; the tests run it without make.
AUDIT_SETTINGS := $(BUILD)/audit.settings
$(AUDIT_SETTINGS): FORCE
	@mkdir -p $(@D)
	@printf "%s='%s'\n" CROSS '$(CROSS)' MBEDTLS_DIR '$(MBEDTLS_DIR)' MAKERS '$(AUDIT_MAKERS)' \
	    SEV_BUILD '$(SEV_BUILD)' SOURCES '$(FIRMWARE_SRCS)' ROM_SOURCES '$(ROM_SRCS)' >$@

tests: $(AUDIT_SETTINGS)

.PHONY: audit
audit: board $(COMMAND_TABLE) $(AUDIT_SETTINGS)
	@BUILD='$(BUILD)' REPRODUCE='$(AUDIT_REPRODUCE)' sh scripts/audit.sh
