/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hypervisor's part of the demonstration: it drives the security processor, and sees no secret.
 */
#include <stdio.h>
#include <string.h>

#include "host/demo/demo.h"
#include "host/demo/show.h"
#include "host/lib/deadline.h"
#include "host/lib/fabric.h"

bool hypervisor_platform_status(struct demo *demo)
{
    int64_t started = deadline_now_us();
    int result = sev_platform_status(&demo->board, &demo->status);
    return demo_command("PLATFORM_STATUS", started, result, "API %u.%u build %u, %s",
                        demo->status.api_major, demo->status.api_minor, demo->status.build,
                        sev_platform_state_name(demo->status.state));
}

bool hypervisor_init(struct demo *demo)
{
    struct sev_init init = {0};
    int64_t started = deadline_now_us();
    int result = sev_init(&demo->board, &init);
    return demo_command("INIT", started, result, "platform keys loaded");
}

bool hypervisor_flush(struct demo *demo)
{
    fabric_report_wbinvd_all(demo->board.fabric_file.bytes);
    int64_t started = deadline_now_us();
    int result = sev_df_flush(&demo->board);
    return demo_command("DF_FLUSH", started, result, "after WBINVD on all cores");
}

bool hypervisor_get_id(struct demo *demo)
{
    int64_t started = deadline_now_us();
    int result = sev_read_chip_id(&demo->board, demo->chip_id);
    return demo_command("GET_ID", started, result, "chip %02x%02x%02x%02x...", demo->chip_id[0],
                        demo->chip_id[1], demo->chip_id[2], demo->chip_id[3]);
}

bool hypervisor_export_certificates(struct demo *demo)
{
    int64_t started = deadline_now_us();
    int result = sev_export_certificates(&demo->board, &demo->pdh, &demo->chain);
    return demo_command("PDH_CERT_EXPORT", started, result, "PDH, PEK, OCA, CEK");
}

bool hypervisor_launch_start(struct demo *demo)
{
    int64_t started = deadline_now_us();
    int result = sev_start_launch(&demo->board, demo->owner.policy, &demo->owner_certificate,
                                  &demo->session, &demo->handle);
    return demo_command("LAUNCH_START", started, result, "guest %u, policy %08x", demo->handle,
                        demo->owner.policy);
}

bool hypervisor_activate(struct demo *demo)
{
    struct sev_activate activate = {.handle = demo->handle, .asid = demo->asid};
    int64_t started = deadline_now_us();
    int result = sev_activate(&demo->board, &activate);
    return demo_command("ACTIVATE", started, result, "ASID %u", demo->asid);
}

bool hypervisor_launch_update(struct demo *demo)
{
    if (!guest_image_write(&demo->image, &demo->board.memory)) {
        return demo_fail("LAUNCH_UPDATE_DATA", "the image is not in memory");
    }
    for (size_t i = 0; i < demo->image.piece_count; i++) {
        const struct guest_image_piece *piece = &demo->image.pieces[i];
        int64_t started = deadline_now_us();
        int result = sev_launch_memory(&demo->board, demo->handle, piece->paddr, piece->length);
        double seconds = (double)(deadline_now_us() - started) / 1e6;
        if (!demo_command("LAUNCH_UPDATE_DATA", started, result,
                          "%7zu bytes at %#11llx, %.1f MiB/s", piece->length,
                          (unsigned long long)piece->paddr,
                          (double)piece->length / seconds / 1048576)) {
            return false;
        }
    }
    return true;
}

bool hypervisor_measure(struct demo *demo)
{
    int64_t started = deadline_now_us();
    int result = sev_measure_launch(&demo->board, demo->handle, &demo->measurement);
    const uint8_t *measure = demo->measurement.measure;
    return demo_command("LAUNCH_MEASURE", started, result, "%02x%02x%02x%02x...", measure[0],
                        measure[1], measure[2], measure[3]);
}

bool hypervisor_inject_secret(struct demo *demo)
{
    demo->secret_paddr = dram_allocate(&demo->board.dram, 0, sizeof demo->secret, 0);
    if (demo->secret_paddr == 0) {
        return demo_fail("LAUNCH_UPDATE_SECRET", "no memory left");
    }
    int64_t started = deadline_now_us();
    int result =
        sev_inject_secret(&demo->board, demo->handle, &demo->secret_header, demo->sealed_secret,
                          sizeof demo->sealed_secret, demo->secret_paddr);
    return demo_command("LAUNCH_UPDATE_SECRET", started, result, "%zu bytes at %#llx",
                        sizeof demo->secret, (unsigned long long)demo->secret_paddr);
}

bool hypervisor_launch_finish(struct demo *demo)
{
    struct sev_handle handle = {.handle = demo->handle};
    int64_t started = deadline_now_us();
    int result = sev_launch_finish(&demo->board, &handle);
    return demo_command("LAUNCH_FINISH", started, result, "the guest may run");
}

bool hypervisor_attestation(struct demo *demo)
{
    int64_t started = deadline_now_us();
    int result = sev_attest(&demo->board, demo->handle, demo->mnonce, &demo->report);
    return demo_command("ATTESTATION", started, result, "report for the owner's nonce");
}

bool hypervisor_debug(struct demo *demo)
{
    uint64_t page = dram_allocate(&demo->board.dram, 0, DRAM_PAGE_BYTES, 0);
    struct sev_dbg debug = {.handle = demo->handle,
                            .src_paddr = demo->secret_paddr,
                            .dst_paddr = page,
                            .length = sizeof demo->secret};
    int64_t started = deadline_now_us();
    int result = sev_dbg_decrypt(&demo->board, &debug);
    if (page == 0 || result != SEV_STATUS_POLICY_FAILURE) {
        return demo_fail("DBG_DECRYPT", "%s, in spite of the policy's NODBG",
                         sev_result_text(result));
    }
    show_step("DBG_DECRYPT", "refused", deadline_now_us() - started, "%s: the policy says NODBG",
              sev_result_text(result));
    return true;
}

bool hypervisor_guest_status(struct demo *demo)
{
    struct sev_guest_status status = {.handle = demo->handle};
    int64_t started = deadline_now_us();
    int result = sev_guest_status(&demo->board, &status);
    if (!demo_command("GUEST_STATUS", started, result, "%s, ASID %u, policy %08x",
                      sev_guest_state_name(status.state), status.asid, status.policy)) {
        return false;
    }
    if (status.state != SEV_GUEST_RUNNING || status.asid != demo->asid ||
        status.policy != demo->owner.policy) {
        return demo_fail("GUEST_STATUS", "not the guest that was launched");
    }
    return true;
}

bool hypervisor_deactivate(struct demo *demo)
{
    struct sev_handle handle = {.handle = demo->handle};
    int64_t started = deadline_now_us();
    int result = sev_deactivate(&demo->board, &handle);
    return demo_command("DEACTIVATE", started, result, "ASID %u is free", demo->asid);
}

bool hypervisor_decommission(struct demo *demo)
{
    struct sev_handle handle = {.handle = demo->handle};
    int64_t started = deadline_now_us();
    int result = sev_decommission(&demo->board, &handle);
    return demo_command("DECOMMISSION", started, result, "the guest's keys are gone");
}

bool hypervisor_shutdown(struct demo *demo)
{
    int64_t started = deadline_now_us();
    int result = sev_shutdown(&demo->board);
    if (!demo_command("SHUTDOWN", started, result, "%s", "")) {
        return false;
    }
    struct sev_platform_status status = {0};
    started = deadline_now_us();
    result = sev_platform_status(&demo->board, &status);
    return demo_command("PLATFORM_STATUS", started, result, "%s, %u guests",
                        sev_platform_state_name(status.state), status.guest_count) &&
           (status.state == SEV_PLATFORM_UNINIT ||
            demo_fail("SHUTDOWN", "the platform is still initialised"));
}
