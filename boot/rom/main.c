/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The boot ROM: verifies the firmware image in flash and enters it. Flash can change at any time,
 * so header and body are copied to secure RAM first, and only the copies are looked at.
 */
#include <string.h>

#include "abi/image.h"
#include "abi/mailbox.h"
#include "arch/arm/panic.h"
#include "arch/arm/print.h"
#include "boot/common/layout.h"
#include "boot/rom/rom.h"
#include "crypto/fatal.h"
#include "crypto/secret.h"
#include "crypto/self_test.h"
#include "firmware/platform/image.h"
#include "hal/fabric.h"
#include "hal/fuses.h"
#include "hal/mailbox.h"
#include "hal/system.h"

_Static_assert((uint32_t)(IMAGE_HEADER_ACCEPTED + IMAGE_BODY_ACCEPTED) == ROM_ENTER_PROOF,
               "boot/rom/enter.S");

static struct image_header header;
static struct fuses fuses;

/** Does not return, but the compiler must not know: its callers are loops, so that no skipped call
 *  leads on. */
__attribute__((noipa)) static void refuse(enum image_refusal refusal)
{
    crypto_wipe(&fuses, sizeof(fuses));
    print_text(IMAGE_REFUSAL_LOG_PREFIX);
    print_text(image_refusal_name(refusal));
    print_text("\n");
    hal_power_off();
}

static void print_version(void)
{
    print_text("boot ROM 1.0: firmware ");
    print_decimal(header.api_major);
    print_text(".");
    print_decimal(header.api_minor);
    print_text(".");
    print_decimal(header.build);
    print_text(", security version ");
    print_decimal(header.security_version);
    print_text(", ");
    print_decimal(header.body_bytes);
    print_text(" bytes\n");
}

/** Goes on only if both members of the verdict say that the image is good.
 *  @return the verdict's sum, which the compiler cannot replace by what it was compared with */
static uint32_t require(const struct image_verdict *verdict, uint32_t accepted)
{
    uint32_t sum = verdict->accepted;

    __asm__ volatile("" : "+r"(sum));
    while (verdict->refusal != IMAGE_REFUSAL_NONE) {
        refuse(verdict->refusal);
    }
    while (verdict->accepted != accepted) {
        refuse(IMAGE_REFUSAL_BAD_SIGNATURE);
    }
    return sum;
}

_Noreturn void crypto_fatal(const char *what)
{
    panic_stop(what);
}

_Noreturn void rom_main(void)
{
    struct hal_handover handover = {.pending_request = 0};
    struct image_verdict verdict;
    uint32_t proof;

    /* What mailbox and fabric said before the reset is over: nobody serves commands, no key counts. */
    hal_fabric_withdraw();
    hal_mailbox_write(MAILBOX_FEATURE, 0);
    hal_mailbox_write(MAILBOX_CMDRESP, 0);
    hal_mailbox_write(MAILBOX_BOOTLOADER, ROM_VERSION);
    crypto_start();
    while (!hal_fuses_read(&fuses)) {
        refuse(IMAGE_REFUSAL_BAD_FUSES);
    }

    memcpy(&header, __flash_image_start, sizeof(header));
    verdict = image_check_header(&header, &fuses);
    proof = require(&verdict, IMAGE_HEADER_ACCEPTED);
    crypto_wipe(&fuses, sizeof(fuses));

    memcpy(__firmware_start, __flash_image_start + IMAGE_HEADER_BYTES, header.body_bytes);
    verdict = image_check_body(&header, __firmware_start);
    proof += require(&verdict, IMAGE_BODY_ACCEPTED);

    print_version();
    handover.security_version = header.security_version;
    memcpy(__handover_page, &handover, sizeof(handover));
    rom_enter_firmware(header.entry, proof);
}
