# SPDX-License-Identifier: Apache-2.0
# Fuzzers: every tests/fuzz/fuzz_NAME.c is a libFuzzer program, linked with the firmware's sources
# compiled by clang; the other .c files there are shared. Known inputs are in
# tests/fuzz/corpus/NAME.

FUZZ_CC ?= clang
FUZZ_SECONDS ?= 60
FUZZ_SANITIZE := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all

# The library's own branches are not what the fuzzers look for: without counting them, and
# optimized, it takes a fraction of the time.
fuzz_base = $(COMMON_FLAGS) -D_GNU_SOURCE= $(MBEDTLS_FIRMWARE_CONFIG)
mbedtls_fuzz_flags = $(fuzz_base) -O2 $(filter-out -fsanitize=fuzzer-no-link%,$(FUZZ_SANITIZE)) \
    -fsanitize=address,undefined
fuzz_flags = $(fuzz_base) -O1 $(FUZZ_SANITIZE) -Wall -Werror

$(eval $(call compile-rule,fuzz,$$(FUZZ_CC)))
$(eval $(call mbedtls-archive,mbedtls_fuzz,$(BUILD)/fuzz/libmbedcrypto.a,$$(FUZZ_CC),$$(AR),$\
    $(MBEDTLS_MODULES)))

FUZZ_SRCS := $(call sources,tests/fuzz,*.c)
FUZZ_MAINS := $(foreach s,$(FUZZ_SRCS),$(if $(filter fuzz_%,$(notdir $(s))),$(s)))
# What the key server and the bridge read from their clients is the x86 side's. The fuzzer of the bridge
# is the board's side itself.
FUZZ_KDS_SRCS := host/kds/request.c host/provision/product.c
FUZZ_BRIDGE_SRCS := $(addprefix host/bridge/,connection.c device.c dma_windows.c interrupts.c \
    mailbox_port.c mailbox_registers.c pci_function.c protocol.c) \
    $(addprefix host/lib/,board_path.c deadline.c fabric.c)
FUZZ_HOST_SRCS := $(FUZZ_KDS_SRCS) $(FUZZ_BRIDGE_SRCS)
FUZZ_SHARED := $(call objects,fuzz,$(filter-out $(FUZZ_MAINS),$(FUZZ_SRCS)) $(FUZZ_KDS_SRCS))
FUZZ_PROGRAMS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(FUZZ_MAINS))
FUZZ_FIRMWARE_OBJS := $(call objects,fuzz,$(HOSTED_SRCS))

.PHONY: fuzz fuzz-programs fuzz-setup
fuzz-setup:
	$(if $(filter no,$(SETUP)),,@scripts/setup.sh fuzz)

fuzz-programs: $(FUZZ_PROGRAMS)
$(FUZZ_FIRMWARE_OBJS) $(call objects,fuzz,$(FUZZ_SRCS) $(FUZZ_HOST_SRCS)): | fuzz-setup
$(patsubst %,$(BUILD)/obj/mbedtls_fuzz/%.o,$(MBEDTLS_MODULES)): | fuzz-setup

fuzz: fuzz-programs
	@BUILD=$(BUILD) scripts/fuzz.sh $(FUZZ_SECONDS) $(FUZZ_PROGRAMS)

$(BUILD)/fuzz/libvirtasp_firmware.a: $(FUZZ_FIRMWARE_OBJS)
	$(call archive,$(AR))

$(BUILD)/fuzz/fuzz_bridge: $(call objects,fuzz,$(FUZZ_BRIDGE_SRCS))

$(FUZZ_PROGRAMS): $(BUILD)/fuzz/%: $(BUILD)/obj/fuzz/tests/fuzz/%.c.o $(FUZZ_SHARED) \
    $(BUILD)/fuzz/libvirtasp_firmware.a $(BUILD)/fuzz/libmbedcrypto.a
	$(call say,LINK,$@)
	$(Q)$(FUZZ_CC) -fsanitize=fuzzer,address,undefined -o $@ $(filter %.o,$^) \
	    -Wl,--start-group $(filter %.a,$^) -Wl,--end-group -lcrypto -lpthread

$(call depend,$(FUZZ_FIRMWARE_OBJS) $(call objects,fuzz,$(FUZZ_SRCS) $(FUZZ_HOST_SRCS)))
