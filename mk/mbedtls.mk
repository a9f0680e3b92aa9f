# SPDX-License-Identifier: Apache-2.0
# Mbed TLS 3.6 as static archives. Its sources are compiled with our flags, but with no warnings
# beyond the compiler's own. A function that the configuration took away must not be called.
#
#   $(BUILD)/board/libmbedcrypto.a      the firmware's configuration, for the board; also holds
#                                       accel_mbedtls_sha256_*, the same functions with the ARMv8
#                                       instructions, to be chosen at run time
#   $(BUILD)/board/libmbedcrypto_rom.a  the boot ROM's configuration
#   $(BUILD)/hosted/libmbedcrypto.a     the firmware's configuration, for Linux, with sanitizers
#   $(BUILD)/tests/libmbedcrypto_ecp.a  elliptic curves, which only the tests use

MBEDTLS_DIR ?= $(BUILD)/mbedtls-src

MBEDTLS_ROM_MODULES := bignum bignum_core constant_time md memory_buffer_alloc oid platform \
    platform_util rsa rsa_alt_helpers sha512
MBEDTLS_MODULES := $(MBEDTLS_ROM_MODULES) aes asn1parse asn1write block_cipher ctr_drbg gcm sha256
MBEDTLS_ECP_MODULES := ecdh ecdsa ecp ecp_curves

MBEDTLS_FIRMWARE_CONFIG := -DMBEDTLS_CONFIG_FILE='"crypto/mbedtls_config.h"'
MBEDTLS_ECP_CONFIG := -DMBEDTLS_CONFIG_FILE='"tests/unit/crypto/mbedtls_config_ecp.h"'
MBEDTLS_ROM_CONFIG := -DMBEDTLS_CONFIG_FILE='"crypto/mbedtls_config_rom.h"'

# $(call mbedtls-archive,FLAVOUR,ARCHIVE,COMPILER,AR,MODULES)
define mbedtls-archive
$(BUILD)/obj/$(1)/%.o: $(MBEDTLS_DIR)/library/%.c $(BUILD)/obj/$(1).flags
	$$(call say,CC,$(1): $$(<F))
	@mkdir -p $$(@D)
	$$(Q)$(3) -I. -I$(MBEDTLS_DIR)/include -I$(MBEDTLS_DIR)/library $$($(1)_flags) \
	    -Werror=implicit-function-declaration \
	    $$(DEPEND_FLAGS) -c $$< -o $$@
$(2): $(patsubst %,$(BUILD)/obj/$(1)/%.o,$(5))
	$$(call archive,$(4))
$$(eval $$(call flags-file,$(1),$(3)))
$$(call depend,$(patsubst %,$(BUILD)/obj/$(1)/%.o,$(5)))
endef

mbedtls_flags = $(call firmware_base,library.c)
mbedtls_rom_flags = $(call rom_base,library.c)
mbedtls_hosted_flags = $(hosted_base)
mbedtls_ecp_flags = $(filter-out $(MBEDTLS_FIRMWARE_CONFIG),$(hosted_base)) $(MBEDTLS_ECP_CONFIG)
mbedtls_accel_flags = $(call firmware_base,sha256_armv8.c) -DMBEDTLS_SHA256_USE_ARMV8_A_CRYPTO_ONLY

# The modules of each archive; sha256_accel is made by the rule at the end.
mbedtls-board = $(call mbedtls-archive,$(1),$(2),$$(CROSS_CC),$$(CROSS_AR),$(3))
mbedtls-linux = $(call mbedtls-archive,$(1),$(2),$$(HOSTCC),$$(AR),$(3))

$(eval $(call mbedtls-board,mbedtls,$(BUILD)/board/libmbedcrypto.a,\
    $(MBEDTLS_MODULES) sha256_accel))
$(eval $(call mbedtls-board,mbedtls_rom,$(BUILD)/board/libmbedcrypto_rom.a,$(MBEDTLS_ROM_MODULES)))
$(eval $(call mbedtls-board,mbedtls_accel,$(BUILD)/obj/mbedtls_accel/lib.a,sha256))
$(eval $(call mbedtls-linux,mbedtls_hosted,$(BUILD)/hosted/libmbedcrypto.a,$(MBEDTLS_MODULES)))
$(eval $(call mbedtls-linux,mbedtls_ecp,$(BUILD)/tests/libmbedcrypto_ecp.a,$(MBEDTLS_ECP_MODULES)))

# Every function that the object defines gets the prefix, so that both versions can be linked.
$(BUILD)/obj/mbedtls/sha256_accel.o: $(BUILD)/obj/mbedtls_accel/sha256.o
	$(call say,RENAME,$@)
	@mkdir -p $(@D)
	$(Q)$(NM) -g --defined-only $< | awk '{ print $$3, "accel_" $$3 }' >$@.names
	$(Q)$(OBJCOPY) --redefine-syms=$@.names $< $@
