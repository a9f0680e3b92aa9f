/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Valid requests (subjects.h): platform commands.
 */
#include "tests/conformance/subjects.h"

#include <string.h>

#include "tests/conformance/platform_owner.h"
#include "tests/conformance/states.h"

static void prepare_uninit(void *parameters)
{
    (void)parameters;
    to_uninit();
}

static void prepare_nothing(void *parameters)
{
    (void)parameters;
    to_init();
}

static void prepare_init(void *parameters)
{
    struct sev_init *init = parameters;

    to_uninit();
    *init = (struct sev_init){
        .options = SEV_INIT_OPTION_ES,
        .tmr_paddr = suite.tmr,
        .tmr_length = SEV_TMR_BYTES,
    };
}

static void prepare_init_ex(void *parameters)
{
    struct sev_init_ex *init = parameters;

    to_uninit();
    *init = (struct sev_init_ex){
        .length = sizeof *init,
        .options = SEV_INIT_OPTION_ES,
        .tmr_paddr = suite.tmr,
        .tmr_length = SEV_TMR_BYTES,
        .nv_paddr = suite_slot(0),
        .nv_length = SEV_NV_BYTES,
    };
    memset(suite_at(init->nv_paddr, init->nv_length), 0xFF, init->nv_length);
}

static void prepare_pek_csr(void *parameters)
{
    struct sev_pek_csr *csr = parameters;

    to_init();
    csr->csr_paddr = suite_slot(0);
    csr->csr_length = sizeof(struct sev_certificate);
}

static void prepare_pek_cert_import(void *parameters)
{
    struct sev_pek_cert_import *import = parameters;

    to_init();
    platform_owner_prepare(import);
}

static void prepare_pdh_cert_export(void *parameters)
{
    struct sev_pdh_cert_export *export = parameters;

    to_init();
    export->pdh_cert_paddr = suite_slot(0);
    export->pdh_cert_length = sizeof(struct sev_certificate);
    export->certs_paddr = suite_slot(1);
    export->certs_length = sizeof(struct sev_certificate_chain);
}

static void prepare_get_id(void *parameters)
{
    struct sev_get_id *get_id = parameters;

    to_init();
    get_id->id_paddr = suite_slot(0);
    get_id->id_length = SEV_CHIP_ID_BYTES;
}

static void prepare_ring_buffer(void *parameters)
{
    struct sev_ring_buffer *ring = parameters;

    to_init();
    *ring = (struct sev_ring_buffer){
        .qlo_cmdptr_paddr = suite_slot(0),
        .qlo_statval_paddr = suite_slot(1),
        .qhi_cmdptr_paddr = suite_slot(2),
        .qhi_statval_paddr = suite_slot(3),
        .qlo_size = 1,
        .qhi_size = 1,
    };
}

static void prepare_download_firmware(void *parameters)
{
    struct sev_download_firmware *download = parameters;

    to_uninit();
    download->fw_paddr = suite.tmr;
    download->fw_length = (uint32_t)load_file("same.img", suite.tmr);
}

const struct subject platform_subjects[] = {
    {.id = SEV_COMMAND_INIT, .prepare = prepare_init},
    {.id = SEV_COMMAND_SHUTDOWN, .prepare = prepare_nothing},
    {.id = SEV_COMMAND_PLATFORM_RESET, .prepare = prepare_uninit},
    {.id = SEV_COMMAND_PLATFORM_STATUS, .repeatable = true, .prepare = prepare_nothing},
    {.id = SEV_COMMAND_PEK_GEN, .prepare = prepare_nothing},
    {.id = SEV_COMMAND_PEK_CSR, .repeatable = true, .prepare = prepare_pek_csr},
    {.id = SEV_COMMAND_PEK_CERT_IMPORT, .prepare = prepare_pek_cert_import},
    {.id = SEV_COMMAND_PDH_CERT_EXPORT, .repeatable = true, .prepare = prepare_pdh_cert_export},
    {.id = SEV_COMMAND_PDH_GEN, .prepare = prepare_nothing},
    {.id = SEV_COMMAND_DF_FLUSH, .prepare = prepare_nothing},
    {.id = SEV_COMMAND_DOWNLOAD_FIRMWARE, .board_only = true, .prepare = prepare_download_firmware},
    {.id = SEV_COMMAND_GET_ID, .repeatable = true, .prepare = prepare_get_id},
    {.id = SEV_COMMAND_INIT_EX, .prepare = prepare_init_ex},
    {.id = SEV_COMMAND_NOP, .prepare = prepare_nothing},
    {.id = SEV_COMMAND_RING_BUFFER, .prepare = prepare_ring_buffer},
    {.prepare = NULL},
};

const struct subject *subject_find(uint32_t id)
{
    static const struct subject *const families[] = {
        platform_subjects,
        guest_subjects,
        migration_subjects,
    };

    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        for (const struct subject *subject = families[i]; subject->prepare != NULL; subject++) {
            if (subject->id == id) {
                return subject;
            }
        }
    }
    return NULL;
}
