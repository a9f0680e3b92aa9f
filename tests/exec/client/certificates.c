/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /dev/sev: certificates.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "tests/exec/client/client.h"

static uint8_t first[CLIENT_BLOB_MAX + 1];
static uint8_t second[CLIENT_BLOB_MAX + 1];

static int export_csr(int file, void *csr, uint32_t *length, uint32_t *error)
{
    struct sev_user_data_pek_csr buffer = {.address = (uintptr_t)csr, .length = *length};
    const int result = client_issue(file, SEV_PEK_CSR, &buffer, error);
    *length = buffer.length;
    return result;
}

static void the_csr_is_exported(void)
{
    uint32_t length = 0;
    uint32_t error = 0;
    const int file = client_open_sev(O_RDWR);
    EXPECT(export_csr(file, NULL, &length, &error) == EIO && error == CLIENT_INVALID_LENGTH);
    EXPECT(length == CLIENT_CERTIFICATE_BYTES);
    memset(first, 0xEE, sizeof first);
    length = CLIENT_BLOB_MAX;
    EXPECT(export_csr(file, first, &length, &error) == 0 && error == 0);
    EXPECT(length == CLIENT_CERTIFICATE_BYTES && first[0] == 1 && first[length] == 0xEE);
    EXPECT(client_state() == 0);
    (void)close(file);
}

static void the_csr_is_refused(void)
{
    uint32_t error = 0;
    const int file = client_open_sev(O_RDWR);
    memset(first, 0xEE, sizeof first);
    uint32_t length = 100;
    EXPECT(export_csr(file, first, &length, &error) == EIO && error == CLIENT_INVALID_LENGTH);
    EXPECT(length == CLIENT_CERTIFICATE_BYTES && first[0] == 0xEE && first[99] == 0xEE);
    length = CLIENT_BLOB_MAX + 1;
    EXPECT(export_csr(file, first, &length, &error) == EFAULT && error == CLIENT_UNTOUCHED);
    length = CLIENT_CERTIFICATE_BYTES;
    EXPECT(export_csr(file, client_bad_address(), &length, &error) == EFAULT);
    EXPECT(client_issue(file, SEV_PEK_CSR, client_bad_address(), NULL) == EFAULT);
    EXPECT(client_state() == 0);
    (void)close(file);
}

static int export_pdh(int file, struct sev_user_data_pdh_cert_export *buffer, uint32_t *error)
{
    return client_issue(file, SEV_PDH_CERT_EXPORT, buffer, error);
}

static void the_pdh_is_exported(void)
{
    uint32_t error = 0;
    const int file = client_open_sev(O_RDWR);
    struct sev_user_data_pdh_cert_export buffer = {0};
    EXPECT(export_pdh(file, &buffer, &error) == EIO && error == CLIENT_INVALID_LENGTH);
    EXPECT(buffer.pdh_cert_len == CLIENT_CERTIFICATE_BYTES &&
           buffer.cert_chain_len == CLIENT_CHAIN_BYTES);
    memset(second, 0xEE, sizeof second);
    buffer.pdh_cert_address = (uintptr_t)first;
    buffer.cert_chain_address = (uintptr_t)second;
    EXPECT(export_pdh(file, &buffer, &error) == 0 && error == 0);
    EXPECT(first[0] == 1 && second[0] == 1 && second[CLIENT_CHAIN_BYTES] == 0xEE);
    EXPECT(client_state() == 0);
    (void)close(file);
}

static void the_pdh_is_refused(void)
{
    uint32_t error = 0;
    const int file = client_open_sev(O_RDWR);
    struct sev_user_data_pdh_cert_export buffer = {.pdh_cert_address = (uintptr_t)first,
                                                   .pdh_cert_len = CLIENT_BLOB_MAX + 1,
                                                   .cert_chain_address = (uintptr_t)second,
                                                   .cert_chain_len = CLIENT_CHAIN_BYTES};
    EXPECT(export_pdh(file, &buffer, &error) == EFAULT && error == CLIENT_UNTOUCHED);
    buffer.pdh_cert_len = CLIENT_CERTIFICATE_BYTES;
    buffer.cert_chain_len = CLIENT_BLOB_MAX + 1;
    EXPECT(export_pdh(file, &buffer, &error) == EFAULT);
    buffer.cert_chain_len = 0;
    EXPECT(export_pdh(file, &buffer, &error) == EIO && error == CLIENT_INVALID_LENGTH);
    EXPECT(buffer.cert_chain_len == CLIENT_CHAIN_BYTES);
    memset(first, 0xEE, sizeof first);
    memset(second, 0xEE, sizeof second);
    buffer.cert_chain_len = 1;
    EXPECT(export_pdh(file, &buffer, &error) == EIO && error == CLIENT_INVALID_LENGTH);
    EXPECT(first[0] == 0xEE && second[0] == 0xEE);
    EXPECT(buffer.cert_chain_len == CLIENT_CHAIN_BYTES);
    buffer.cert_chain_address = (uintptr_t)client_bad_address();
    EXPECT(export_pdh(file, &buffer, &error) == EFAULT && error == 0);
    EXPECT(client_issue(file, SEV_PDH_CERT_EXPORT, client_bad_address(), NULL) == EFAULT);
    EXPECT(client_state() == 0);
    (void)close(file);
}

static void new_keys_are_seen(void)
{
    uint32_t length = CLIENT_CERTIFICATE_BYTES;
    const int file = client_open_sev(O_RDWR);
    EXPECT(export_csr(file, first, &length, NULL) == 0);
    EXPECT(export_csr(file, second, &length, NULL) == 0);
    EXPECT(memcmp(first, second, CLIENT_CERTIFICATE_BYTES) == 0);
    EXPECT(client_issue(file, SEV_PEK_GEN, NULL, NULL) == 0);
    EXPECT(export_csr(file, second, &length, NULL) == 0);
    EXPECT(memcmp(first, second, CLIENT_CERTIFICATE_BYTES) != 0);
    EXPECT(client_issue(file, SEV_FACTORY_RESET, NULL, NULL) == 0);
    EXPECT(export_csr(file, first, &length, NULL) == 0);
    EXPECT(memcmp(first, second, CLIENT_CERTIFICATE_BYTES) != 0);
    (void)close(file);
}

static int import(int file, const void *pek, uint32_t pek_length, const void *oca,
                  uint32_t oca_length, uint32_t *error)
{
    const struct sev_user_data_pek_cert_import buffer = {.pek_cert_address = (uintptr_t)pek,
                                                         .pek_cert_len = pek_length,
                                                         .oca_cert_address = (uintptr_t)oca,
                                                         .oca_cert_len = oca_length};
    return client_issue(file, SEV_PEK_CERT_IMPORT, &buffer, error);
}

static void what_is_no_certificate_is_refused(void)
{
    const uint32_t length = CLIENT_CERTIFICATE_BYTES;
    uint32_t error = 0;
    const int file = client_open_sev(O_RDWR);
    EXPECT(import(file, NULL, length, second, length, NULL) == EINVAL);
    EXPECT(import(file, first, 0, second, length, NULL) == EINVAL);
    EXPECT(import(file, first, CLIENT_BLOB_MAX + 1, second, length, NULL) == EINVAL);
    EXPECT(import(file, client_bad_address(), length, second, length, NULL) == EFAULT);
    EXPECT(import(file, first, length, NULL, length, NULL) == EINVAL);
    EXPECT(import(file, first, length, second, CLIENT_BLOB_MAX + 1, NULL) == EINVAL);
    EXPECT(import(file, first, length, client_bad_address(), length, &error) == EFAULT);
    EXPECT(error == CLIENT_UNTOUCHED);
    EXPECT(client_issue(file, SEV_PEK_CERT_IMPORT, client_bad_address(), NULL) == EFAULT);
    memset(second, 0, sizeof second);
    EXPECT(import(file, first, length, second, length, &error) == EIO && error != 0 &&
           error < 0x20);
    EXPECT(client_state() == 0);
    (void)close(file);
}

const struct client_test client_certificate_tests[] = {
    {"PEK_CSR", the_csr_is_exported},
    {"PEK_CSR is refused", the_csr_is_refused},
    {"PDH_CERT_EXPORT", the_pdh_is_exported},
    {"PDH_CERT_EXPORT is refused", the_pdh_is_refused},
    {"PEK_GEN and FACTORY_RESET make new keys", new_keys_are_seen},
    {"PEK_CERT_IMPORT is refused", what_is_no_certificate_is_refused},
    {NULL, NULL},
};

/* pek.cert and oca.cert are what an owner made of csr.cert. */
static void an_owner_is_imported(void)
{
    struct sev_user_data_status status = {0};
    const uint32_t length = CLIENT_CERTIFICATE_BYTES;
    uint32_t error = 0;
    const int file = client_open_sev(O_RDWR);
    client_load("pek.cert", first, length);
    client_load("oca.cert", second, length);
    EXPECT(import(file, first, length, second, length, &error) == 0 && error == 0);
    EXPECT(client_issue(file, SEV_PLATFORM_STATUS, &status, NULL) == 0);
    EXPECT((status.flags & 1) == 1 && status.state == 0);
    EXPECT(client_issue(file, SEV_FACTORY_RESET, NULL, NULL) == 0);
    EXPECT(client_issue(file, SEV_PLATFORM_STATUS, &status, NULL) == 0);
    EXPECT((status.flags & 1) == 0);
    (void)close(file);
}

const struct client_test client_owner_tests[] = {
    {"PEK_CERT_IMPORT", an_owner_is_imported},
    {NULL, NULL},
};
