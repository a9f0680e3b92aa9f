# SPDX-License-Identifier: Apache-2.0
# virtasp. `make help` lists the targets and the settings.
#
# The parts: mk/tools.mk    programs, flags and the helpers the others use
#            mk/mbedtls.mk  Mbed TLS as static archives, for the board and for Linux
#            mk/board.mk    the boot ROM and the firmware
#            mk/hosted.mk   the firmware as a Linux library and process, with sanitizers
#            mk/host.mk     the x86 side: libvirtasp.a and the virtasp command
#            mk/linux_guest.mk  stock Linux as a guest in QEMU
#            mk/tests.mk    the test and benchmark programs
#            mk/fuzz.mk     the fuzzers
#            mk/lint.mk     formatting and static analysis
#            mk/audit.mk    what an auditor asks for
# Sources are found by directory: a new file needs no edit here.

BUILD := build

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

# Before anything is fetched.
ifneq ($(filter-out help,$(or $(MAKECMDGOALS),help)),)
PLACE_PROBLEM := $(shell scripts/check-place.sh)
$(if $(PLACE_PROBLEM),$(error $(PLACE_PROBLEM)))
endif

include mk/tools.mk
include mk/mbedtls.mk
include mk/board.mk
include mk/hosted.mk
include mk/host.mk
include mk/emulator.mk
include mk/linux_guest.mk
include mk/native.mk
include mk/tests.mk
include mk/fuzz.mk
include mk/audit.mk
include mk/lint.mk
include mk/install.mk

# Everything but the targets below needs the packages and Mbed TLS. GNU make remakes an included
# file first and then starts over, so that set-up is finished before any rule is looked at.
NO_SETUP_GOALS := help clean distclean uninstall shellcheck arrows licence
ifneq ($(filter-out $(NO_SETUP_GOALS),$(or $(MAKECMDGOALS),help)),)
include $(BUILD)/setup.mk
endif

$(BUILD)/setup.mk: FORCE
	@mkdir -p $(@D)
ifneq ($(SETUP),no)
	@scripts/setup.sh base
endif
ifeq ($(MBEDTLS_DIR),$(BUILD)/mbedtls-src)
	@[ -d $(MBEDTLS_DIR) ] || scripts/fetch-mbedtls.sh $(BUILD)
endif
ifneq ($(filter $(UNICORN_GOALS),$(or $(MAKECMDGOALS),help)),)
ifeq ($(UNICORN_DIR),$(BUILD)/unicorn)
	@[ -e $(BUILD)/unicorn/wanted ] || { scripts/fetch-packages.sh $(BUILD) unicorn trixie \
	    libunicorn-dev && rm -f $@; } || echo "make: without Unicorn the reference emulator is left out"
endif
endif
	@[ -f $@ ] || echo '# The packages and Mbed TLS are there.' >$@

.PHONY: FORCE help all run check test test-clients test-linux test-long bench mutants flash docs \
    docs-check p384-table clean distclean
FORCE:

help:
	@cat mk/help.txt

all: board hosted host emulator guests linux-guest

run: board host emulator guests
	@QEMU='$(QEMU)' BUILD=$(BUILD) KEYS='$(KEYS)' scripts/run.sh $(ARGS)

# What a change is tried with before anything else: what needs no emulator.
check: $(CHECK_PROGRAMS) $(CONFORMANCE_PROGRAM) $(HYPERVISOR_PROGRAM) $(COMMAND_TABLE) board hosted \
    host
	@BUILD=$(BUILD) scripts/test.sh $(if $(CONFORMANCE_PROGRAM),'tests/conformance/run.sh hosted') \
	    $(if $(HYPERVISOR_PROGRAM),'tests/hypervisor/run.sh milan') $(CHECK_PROGRAMS)

test: all tests fuzz-programs
	@QEMU='$(QEMU)' CROSS='$(CROSS)' CC='$(HOSTCC)' BUILD=$(BUILD) scripts/test.sh

# What takes too long for make test: hundreds of power cuts, every byte flipped, every mutant.
test-long: all tests
	@QEMU='$(QEMU)' BUILD=$(BUILD) MBEDTLS_DIR=$(MBEDTLS_DIR) scripts/test-long.sh

# Other people's verifiers over the test vectors: fetches their toolchains, 2 GB.
test-clients: host hosted $(VECTORS_PROGRAM) $(CLIENT_OWNER)
	@BUILD=$(BUILD) sh tests/vectors/run.sh --clients
	@BUILD=$(BUILD) sh tests/clients/run.sh --clients

# Stock Linux in a machine: QEMU and kernels are fetched into the build directory.
test-linux: all
	@QEMU='$(QEMU)' CC='$(HOSTCC)' BUILD=$(BUILD) scripts/test-linux.sh

bench: board host linux-guest $(BENCH_PROGRAM) $(EXEC_PROGRAMS) $(EMULATOR_TESTS) guests
	@QEMU='$(QEMU)' SIZE='$(SIZE)' BUILD=$(BUILD) scripts/bench.sh $(ARGS)

# Every defence taken away once, and the test that must notice.
mutants: hosted
	@BUILD=$(BUILD) MBEDTLS_DIR=$(MBEDTLS_DIR) scripts/mutants.sh $(ARGS)

flash: board host
	@QEMU='$(QEMU)' BUILD=$(BUILD) KEYS='$(KEYS)' scripts/flash.sh

# docs/commands.md is written by a small program that is linked with the command table itself.
docs: $(DOCS_PROGRAM)
	$(if $(DOCS_PROGRAM),$(DOCS_PROGRAM) >docs/commands.md.new && \
	    mv docs/commands.md.new docs/commands.md,@echo 'docs: no generator in host/docs')

# The table is a source file, so that building needs no OpenSSL to be trusted; a test recomputes it.
p384-table: $(BUILD)/host/p384-table
	$< >crypto/p384_table.c.new && mv crypto/p384_table.c.new crypto/p384_table.c

# Part of make test: docs/commands.md is up to date, links lead somewhere.
docs-check: $(DOCS_PROGRAM)
	@BUILD=$(BUILD) sh tests/docs/run.sh

# Downloads stay, so that building again needs no network; and the vendor's keys, so that the same
# sources give the same flash again.
clean:
	find $(BUILD) -mindepth 1 -maxdepth 1 ! -name apt ! -name mbedtls-src ! -name unicorn \
	    ! -name keys ! -name 'client-*' ! -name qemu-x86 ! -name 'linux-*' ! -name snphost \
	    -exec rm -rf {} + 2>/dev/null || true

distclean:
	rm -rf $(BUILD)
