# SPDX-License-Identifier: Apache-2.0
# Formatting and static analysis of our own code. Each target reports all it finds.

LINT_SRCS := $(call sources,abi arch boot crypto firmware hal host tests tools,*.c *.h)
LINT_SCRIPTS := $(call sources,scripts tests tools,*.sh) $(wildcard .ci/run)
CLANG_FORMAT ?= clang-format
CLANG_TIDY ?= clang-tidy

.PHONY: lint lint-setup format format-check arrows licence tidy tidy-board cppcheck analyze shellcheck readme-check
lint: format-check arrows licence tidy tidy-board cppcheck analyze shellcheck readme-check

lint-setup:
	$(if $(filter no,$(SETUP)),,@scripts/setup.sh lint)

format: lint-setup
	@echo $(LINT_SRCS) | xargs $(CLANG_FORMAT) -i

format-check: lint-setup
	$(call say,FORMAT,)
	@echo $(LINT_SRCS) | xargs $(CLANG_FORMAT) --dry-run -Werror

# Includes point from higher layers to lower ones (mk/layers.txt), and in no circle.
arrows:
	$(call say,ARROWS,)
	@sh scripts/check-includes.sh

licence:
	$(call say,LICENCE,)
	@BUILD=$(BUILD) sh scripts/check-licence.sh

# What compiles for Linux, and what is the board's alone. Not the tests, whose assertions clang does
# not understand. A file at a time: from several, clang-tidy 14 reports faults that none of them has.
TIDY_SRCS := $(HOSTED_SRCS) $(HOSTED_MAIN_SRCS) $(HOST_LIB_SRCS) $(HOST_CMD_SRCS) \
    $(HOST_DOCS_SRCS) $(LINUX_GUEST_SRCS) $(QEMU_PLUGIN_SRCS) $(call sources,tools,*.c) \
    $(if $(UNICORN_SO),$(EMULATOR_SRCS))
TIDY_FLAGS = -std=c11 $(INCLUDES) -isystem $(MBEDTLS_DIR)/include -D_GNU_SOURCE= \
    $(MBEDTLS_FIRMWARE_CONFIG) $(if $(UNICORN_SO),-isystem $(UNICORN_DIR)/usr/include)
tidy: lint-setup
	$(call say,TIDY,)
	@printf '%s\n' $(TIDY_SRCS) | xargs -P $$(nproc) -I{} $(CLANG_TIDY) --quiet \
	    --warnings-as-errors='*' {} -- $(TIDY_FLAGS)

# As clang compiles for the board: with the headers of the other compiler's C library, and for a
# processor with all instructions that any file uses.
TIDY_BOARD_SRCS := $(filter-out $(TIDY_SRCS),$(sort $(filter %.c,$(ROM_SRCS) $(FIRMWARE_SRCS))))
TIDY_BOARD_LIBC = $(dir $(shell $(CROSS_CC) -print-file-name=libc.a))../include
TIDY_BOARD_FLAGS = --target=arm-none-eabi $(BOARD_ARCH_ARMV8) -mfloat-abi=hard -mthumb -ffreestanding \
    -std=c11 $(INCLUDES) -isystem $(TIDY_BOARD_LIBC) -isystem $(MBEDTLS_DIR)/include \
    $(MBEDTLS_FIRMWARE_CONFIG)
tidy-board: lint-setup
	$(call say,TIDY,board)
	@printf '%s\n' $(TIDY_BOARD_SRCS) | xargs -P $$(nproc) -I{} $(CLANG_TIDY) --quiet \
	    --warnings-as-errors='*' {} -- $(TIDY_BOARD_FLAGS)

# Mbed TLS's headers are left out: cppcheck would try every combination of their settings.
cppcheck: lint-setup
	$(call say,CPPCHECK,)
	@echo $(filter %.c,$(LINT_SRCS)) | xargs cppcheck --quiet --std=c11 --inline-suppr \
	    --enable=warning,performance,portability --error-exitcode=1 -j $$(nproc) \
	    --suppress=missingIncludeSystem $(INCLUDES)

# gcc's analyzer on the firmware as it is for the board.
ANALYZE_SRCS := $(filter %.c,$(FIRMWARE_SRCS) $(filter-out $(FIRMWARE_SRCS),$(ROM_SRCS)))
ANALYZE_OBJS := $(call objects,analyze,$(ANALYZE_SRCS))
analyze_flags = $(firmware_flags) -fanalyzer
$(eval $(call compile-rule,analyze,$$(CROSS_CC)))
analyze: $(ANALYZE_OBJS)
$(call depend,$(ANALYZE_OBJS))

shellcheck: lint-setup
	$(call say,SHELLCHK,)
	@shellcheck $(LINT_SCRIPTS)

# What README.md tells a reader to type works.
readme-check: board hosted host
	@QEMU='$(QEMU)' BUILD=$(BUILD) scripts/readme-check.sh
