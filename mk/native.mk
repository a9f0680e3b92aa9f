# SPDX-License-Identifier: Apache-2.0
# Cryptography without sanitizers and optimized, for tests that need its speed, or that watch what it
# does with secrets: crypto_revealed() (crypto/secret.h) is a function of the test's here. Mbed TLS has
# its elliptic curves.

native_base = $(filter-out $(MBEDTLS_FIRMWARE_CONFIG) $(SANITIZE) -O1,$(hosted_base)) -O2 \
    $(MBEDTLS_ECP_CONFIG) -DCRYPTO_FLOW_TEST \
    $(if $(wildcard /usr/include/valgrind/memcheck.h),-DFLOW_VALGRIND)
native_flags = $(native_base) $(WARNINGS)
mbedtls_native_flags = $(native_base)

$(eval $(call compile-rule,native,$$(HOSTCC)))
$(eval $(call mbedtls-linux,mbedtls_native,$(BUILD)/native/libmbedcrypto.a,\
    $(MBEDTLS_MODULES) $(MBEDTLS_ECP_MODULES)))

NATIVE_SRCS := $(filter crypto/% firmware/guest/session.c,$(HOSTED_SRCS))
NATIVE_OBJS := $(call objects,native,$(NATIVE_SRCS))
NATIVE_TEST_OBJS := $(call objects,native,\
    $(wildcard tests/flow/*.c tests/unit/crypto/*.c))
NATIVE_LIBS := $(BUILD)/native/libcrypto.a $(BUILD)/native/libmbedcrypto.a
NATIVE_PROGRAMS := $(addprefix $(BUILD)/tests/native/,test_p384_opinions test_p384_signatures \
    test_p384_stack)

$(BUILD)/native/libcrypto.a: $(NATIVE_OBJS)
	$(call archive,$(AR))

NATIVE_COMPARISONS := $(addprefix $(BUILD)/tests/native/,test_p384_opinions test_p384_signatures)
$(NATIVE_COMPARISONS): $(BUILD)/tests/native/%: $(BUILD)/obj/native/tests/unit/crypto/%.c.o \
    $(filter %/opinion_openssl.c.o %/opinion_mbedtls.c.o,$(NATIVE_TEST_OBJS)) $(NATIVE_LIBS)
	$(call link-linux,,-lcmocka -lcrypto)

$(BUILD)/tests/native/test_p384_stack: $(BUILD)/obj/native/tests/flow/test_p384_stack.c.o \
    $(NATIVE_LIBS)
	$(call link-linux,,-lcmocka)

# Run by tests/unit/crypto/test_flow.c.
$(BUILD)/tests/native/flow: $(BUILD)/obj/native/tests/flow/main.c.o $(NATIVE_LIBS)
	$(call link-linux,)

$(BUILD)/tests/unit/crypto/test_flow: $(BUILD)/tests/native/flow

$(call depend,$(NATIVE_OBJS) $(NATIVE_TEST_OBJS))
