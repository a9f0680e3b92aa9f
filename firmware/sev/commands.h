/*
 * Handlers of the SEV commands, one per file of this folder. Each takes a command whose row has been
 * checked and returns its status; the file says which, and why.
 */
#ifndef FIRMWARE_SEV_COMMANDS_H
#define FIRMWARE_SEV_COMMANDS_H

#include "firmware/command.h"

/* Platform management. */
enum sev_status sev_init(struct command *command);
enum sev_status sev_init_check(struct command *command);
enum sev_status sev_init_ex(struct command *command);
enum sev_status sev_init_ex_check(struct command *command);
enum sev_status sev_shutdown(struct command *command);
enum sev_status sev_platform_reset(struct command *command);
enum sev_status sev_platform_status(struct command *command);
enum sev_status sev_pek_gen(struct command *command);
enum sev_status sev_pek_csr(struct command *command);
enum sev_status sev_pek_cert_import(struct command *command);
enum sev_status sev_pek_cert_import_check(struct command *command);
enum sev_status sev_pdh_cert_export(struct command *command);
enum sev_status sev_pdh_gen(struct command *command);
enum sev_status sev_df_flush(struct command *command);
enum sev_status sev_get_id(struct command *command);
enum sev_status sev_nop(struct command *command);
enum sev_status sev_ring_buffer(struct command *command);
enum sev_status sev_ring_buffer_check(struct command *command);
enum sev_status sev_download_firmware(struct command *command);
enum sev_status sev_download_firmware_check(struct command *command);

/* Guest management. */
enum sev_status sev_decommission(struct command *command);
enum sev_status sev_activate(struct command *command);
enum sev_status sev_deactivate(struct command *command);
enum sev_status sev_guest_status(struct command *command);
enum sev_status sev_activate_ex(struct command *command);
enum sev_status sev_activate_ex_check(struct command *command);
enum sev_status sev_copy(struct command *command);

/* Launch. */
enum sev_status sev_launch_start(struct command *command);
enum sev_status sev_launch_start_check(struct command *command);
enum sev_status sev_launch_update_data(struct command *command);
enum sev_status sev_launch_measure(struct command *command);
enum sev_status sev_launch_update_secret(struct command *command);
enum sev_status sev_launch_finish(struct command *command);
enum sev_status sev_launch_update_vmsa(struct command *command);
enum sev_status sev_attestation(struct command *command);
enum sev_status sev_attestation_check(struct command *command);

/** Check of all *_VMSA commands: POLICY_FAILURE unless the guest is an SEV-ES guest. */
enum sev_status sev_vmsa_check(struct command *command);

/* Migration. */
enum sev_status sev_send_start(struct command *command);
enum sev_status sev_send_start_check(struct command *command);
enum sev_status sev_send_update_data(struct command *command);
enum sev_status sev_send_update_vmsa(struct command *command);
enum sev_status sev_send_finish(struct command *command);
enum sev_status sev_send_cancel(struct command *command);
enum sev_status sev_receive_start(struct command *command);
enum sev_status sev_receive_start_check(struct command *command);
enum sev_status sev_receive_update_data(struct command *command);
enum sev_status sev_receive_update_vmsa(struct command *command);
enum sev_status sev_receive_finish(struct command *command);

/* Debugging and swapping. */
enum sev_status sev_dbg_decrypt(struct command *command);
enum sev_status sev_dbg_encrypt(struct command *command);
/** Check of both: POLICY_FAILURE when the policy forbids debugging. */
enum sev_status sev_dbg_check(struct command *command);
enum sev_status sev_swap_out(struct command *command);
enum sev_status sev_swap_out_check(struct command *command);
enum sev_status sev_swap_in(struct command *command);
enum sev_status sev_swap_in_check(struct command *command);

#endif
