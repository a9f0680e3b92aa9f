# SPDX-License-Identifier: Apache-2.0
# What is installed, and Debian packages of it.
#
# PREFIX is where it will be, DESTDIR in front of it where it is put for now. Installed programs find
# their files from where they lie themselves (host/lib/installed.c), so that the tree can be moved.

PREFIX ?= /usr/local
DESTDIR ?=
INSTALL ?= install
# With a space in it, uninstall would remove what stands in front of that; the shell would make something
# else of these characters, and with a * uninstall would remove more than one tree.
shells_characters := ' " ` ; & | < > ( ) * ? ! { } [ ] \ \# $$
into = $(if $(filter 1,$(words x$(DESTDIR)$(PREFIX)x)),,$(error PREFIX and DESTDIR may have no \
    spaces))$(if $(strip $(foreach character,$(shells_characters),$(findstring \
    $(character),$(DESTDIR)$(PREFIX)))),$(error PREFIX and DESTDIR may have no characters that mean \
    something to a shell))$(DESTDIR)$(PREFIX)

# The release has its number in one place.
VERSION := $(shell sed -n 's/^.define VIRTASP_VERSION "\(.*\)"$$/\1/p' host/version.h)

# When what is built counts as made: the last change. The same sources give the same bytes.
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || date -u -r host/version.h +%s)
export SOURCE_DATE_EPOCH

DOCUMENTS := $(wildcard docs/*.md) README.md CHANGELOG.md SECURITY.md LICENSE NOTICE

INSTALLED := $(BUILD)/install
COMMANDS := $(sort $(shell sed -n 's/^int command_\([a-z_]*\).*/\1/p' host/cmd/commands.h))
MAN_PAGES := $(INSTALLED)/virtasp.1 \
    $(foreach c,$(COMMANDS),$(INSTALLED)/virtasp-$(subst _,-,$(c)).1) \
    $(if $(LINUX_GUEST_PARTS),$(INSTALLED)/virtasp-run-kernel.1)
INSTALLED_FILES := $(MAN_PAGES) $(INSTALLED)/virtasp.bash $(INSTALLED)/virtasp.pc \
    $(INSTALLED)/virtasp@.service $(INSTALLED)/virtasp@.socket

$(INSTALLED)/virtasp.1: $(HOST_PROGRAM) scripts/man-page.sh
	$(call say,MAN,$@)
	@mkdir -p $(@D)
	$(Q)sh scripts/man-page.sh $< $(VERSION) >$@
$(INSTALLED)/virtasp-%.1: $(HOST_PROGRAM) scripts/man-page.sh
	$(call say,MAN,$@)
	@mkdir -p $(@D)
	$(Q)sh scripts/man-page.sh $< $(VERSION) $* >$@
$(INSTALLED)/virtasp-run-kernel.1 $(INSTALLED)/virtasp.bash: $(LINUX_GUEST_PARTS)
$(INSTALLED)/virtasp.bash: $(HOST_PROGRAM) scripts/completion.sh
	@mkdir -p $(@D)
	$(Q)sh scripts/completion.sh $< >$@

# They name PREFIX, which another run may have chosen otherwise.
$(INSTALLED)/%: host/install/%.in FORCE
	@mkdir -p $(@D)
	$(Q)sed 's|@PREFIX@|$(PREFIX)|g; s|@VERSION@|$(VERSION)|g' $< >$@

.PHONY: install uninstall man deb test-deb
man: $(MAN_PAGES)

INSTALLED_EMULATOR := $(if $(filter yes,$(EMULATOR)),$(EMULATOR_PROGRAM))

install: board host hosted guests linux-guest $(INSTALLED_EMULATOR) $(CONFORMANCE_PROGRAM) \
    $(HYPERVISOR_PROGRAM) $(COMMAND_TABLE) $(INSTALLED_FILES)
	$(call say,INSTALL,$(into))
	@$(INSTALL) -d $(into)/bin $(into)/libexec/virtasp $(into)/share/virtasp $(into)/lib/pkgconfig \
	    $(into)/share/man/man1 $(into)/share/bash-completion/completions \
	    $(into)/lib/systemd/system $(into)/share/doc/virtasp
	@$(INSTALL) -m 755 $(HOST_PROGRAM) $(into)/bin/virtasp
	@$(INSTALL) -m 755 $(CONFORMANCE_PROGRAM) $(into)/libexec/virtasp/conformance
	@$(INSTALL) -m 755 $(HYPERVISOR_PROGRAM) $(into)/libexec/virtasp/conformance-snp
	@$(INSTALL) -m 755 $(BUILD)/hosted/virtasp-sp $(into)/libexec/virtasp/virtasp-sp
	$(if $(INSTALLED_EMULATOR),@$(INSTALL) -m 755 $(INSTALLED_EMULATOR) \
	    $(BUILD)/host/libunicorn.so.2 $(into)/libexec/virtasp)
	$(if $(GUEST_IMAGES),@$(INSTALL) -d $(into)/share/virtasp/guests && \
	    $(INSTALL) -m 644 $(GUEST_IMAGES) $(into)/share/virtasp/guests)
	$(if $(LINUX_GUEST_PARTS),@$(INSTALL) -m 755 $(BUILD)/host/virtasp-linux-guest $(into)/libexec/virtasp && \
	    $(INSTALL) -m 644 $(BUILD)/host/qemu-guest-cpu.so $(into)/libexec/virtasp && \
	    $(INSTALL) -m 644 $(BUILD)/host/linux-entry.bin $(into)/share/virtasp && \
	    $(INSTALL) -D -m 644 host/qemu-plugin/COPYING $(into)/share/doc/virtasp/qemu-plugin/COPYING)
	@$(INSTALL) -m 644 $(BUILD)/board/rom.bin $(BUILD)/board/firmware.bin $(into)/share/virtasp
	@$(INSTALL) -m 644 $(BUILD)/command-table.tsv $(into)/share/virtasp/commands.tsv
	@$(INSTALL) -m 644 $(BUILD)/command-table-snp.tsv $(into)/share/virtasp/commands-snp.tsv
	@$(INSTALL) -m 644 tests/conformance/cases.tsv $(into)/share/virtasp/cases.tsv
	@$(INSTALL) -m 644 tests/hypervisor/cases.tsv $(into)/share/virtasp/cases-snp.tsv
	@$(INSTALL) -m 644 $(MAN_PAGES) $(into)/share/man/man1
	@$(INSTALL) -m 644 $(INSTALLED)/virtasp.bash $(into)/share/bash-completion/completions/virtasp
	@$(INSTALL) -m 644 $(INSTALLED)/virtasp@.service $(INSTALLED)/virtasp@.socket \
	    $(into)/lib/systemd/system
	@$(INSTALL) -m 644 $(DOCUMENTS) $(into)/share/doc/virtasp
	@$(INSTALL) -D -m 644 host/examples/emulator.c $(into)/share/doc/virtasp/examples/emulator.c
	@$(INSTALL) -m 644 $(HOST_LIB) $(into)/lib
	@$(INSTALL) -m 644 $(INSTALLED)/virtasp.pc $(into)/lib/pkgconfig
	@for header in $(HOST_PUBLIC_HEADERS); do \
	    $(INSTALL) -D -m 644 $$header $(into)/include/virtasp/$$header || exit 1; done

# Only what install puts there.
uninstall:
	rm -f $(into)/bin/virtasp $(into)/lib/libvirtasp.a $(into)/lib/pkgconfig/virtasp.pc \
	    $(into)/share/man/man1/virtasp.1 $(into)/share/man/man1/virtasp-*.1 \
	    $(into)/share/bash-completion/completions/virtasp \
	    $(into)/lib/systemd/system/virtasp@.service $(into)/lib/systemd/system/virtasp@.socket
	rm -rf $(into)/libexec/virtasp $(into)/share/virtasp $(into)/share/doc/virtasp \
	    $(into)/include/virtasp

# make runs a line with its own name in it also when it shall only print what it would do.
MAKE_PROGRAM := $(MAKE)

# build/deb/*.deb. The same sources give the same files, wherever and whenever.
deb: board host linux-guest $(CONFORMANCE_PROGRAM) $(HYPERVISOR_PROGRAM) $(COMMAND_TABLE)
	@BUILD=$(BUILD) MAKE='$(MAKE_PROGRAM)' scripts/deb.sh $(VERSION)

# Installs, uses and removes them in a fresh root of this system's release; needs root.
test-deb: deb
	$(if $(filter no,$(SETUP)),,@scripts/setup.sh package)
	@BUILD=$(BUILD) MAKE='$(MAKE_PROGRAM)' scripts/test-deb.sh
