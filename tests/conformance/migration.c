/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another platform (migration.h).
 */
#include "tests/conformance/migration.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

#include "host/lib/session.h"
#include "host/lib/sev_key.h"
#include "tests/conformance/certificates.h"

#define PDH_SLOT 4u
#define CHAIN_SLOT 5u
#define AMD_SLOT 6u
#define SESSION_SLOT 7u

#define AMD_BYTES (2 * sizeof(struct amd_certificate_4096))

void prepare_send(uint32_t handle, struct sev_send_start *parameters)
{
    struct sev_certificate_chain *chain = suite_at(suite_slot(CHAIN_SLOT), sizeof *chain);
    struct sev_certificate pdh;
    struct sev_certificate_chain exported;

    export_certificates(&pdh, &exported);
    memcpy(suite_at(suite_slot(PDH_SLOT), sizeof pdh), &pdh, sizeof pdh);
    *chain = exported;
    read_signed_cek(&chain->cek);
    assert_int_equal(read_kds("ask_ark.cert", suite_at(suite_slot(AMD_SLOT), AMD_BYTES), AMD_BYTES),
                     AMD_BYTES);
    *parameters = (struct sev_send_start){
        .handle = handle,
        .pdh_cert_paddr = suite_slot(PDH_SLOT),
        .pdh_cert_length = sizeof pdh,
        .plat_certs_paddr = suite_slot(CHAIN_SLOT),
        .plat_certs_length = sizeof *chain,
        .amd_certs_paddr = suite_slot(AMD_SLOT),
        .amd_certs_length = AMD_BYTES,
        .session_paddr = suite_slot(SESSION_SLOT),
        .session_length = sizeof(struct sev_session),
    };
}

void prepare_send_to(uint32_t handle, const struct owner *target, struct sev_send_start *parameters)
{
    prepare_send(handle, parameters);
    assert_true(
        owner_certificate(target, suite_at(suite_slot(PDH_SLOT), sizeof(struct sev_certificate))));
}

bool session_opens(struct owner *target)
{
    const struct sev_session *session = suite_at(suite_slot(SESSION_SLOT), sizeof *session);
    struct sev_certificate_chain chain;
    struct sev_certificate pdh;
    struct session_keys keys;
    struct sev_session expected = *session;
    uint8_t secret[SEV_P384_BYTES];

    export_certificates(&pdh, &chain);
    EVP_PKEY *origin = sev_key_from_certificate(&pdh.public_key.ecc);

    assert_non_null(origin);
    assert_true(sev_key_agree(target->key, origin, secret));
    EVP_PKEY_free(origin);
    assert_true(session_derive_keys(secret, sizeof secret, session->nonce, &keys));
    assert_true(session_crypt(keys.kek, session->wrap_iv, session->wrap_tk, &target->transport,
                              sizeof target->transport));
    assert_true(session_wrap(&keys, &target->transport, target->policy, &expected));
    return memcmp(session, &expected, sizeof expected) == 0;
}

void open_session(struct owner *target)
{
    assert_true(session_opens(target));
}

void prepare_receive(const struct owner *origin, struct sev_receive_start *parameters)
{
    struct sev_certificate_chain chain;
    struct sev_certificate pdh;

    export_certificates(&pdh, &chain);
    *parameters = (struct sev_receive_start){
        .policy = origin->policy,
        .pdh_cert_paddr = suite_slot(PDH_SLOT),
        .pdh_cert_length = sizeof(struct sev_certificate),
        .session_paddr = suite_slot(CHAIN_SLOT),
        .session_length = sizeof(struct sev_session),
    };
    assert_true(owner_certificate(
        origin, suite_at(parameters->pdh_cert_paddr, parameters->pdh_cert_length)));
    assert_true(owner_make_session(
        origin, &pdh, suite_at(parameters->session_paddr, parameters->session_length)));
}

uint32_t receive(const struct owner *origin)
{
    struct sev_receive_start parameters;

    prepare_receive(origin, &parameters);
    assert_status(RUN(RECEIVE_START, &parameters), SUCCESS);
    assert_int_not_equal(parameters.handle, 0);
    snapshot_track_guest(parameters.handle);
    return parameters.handle;
}

void seal_packet(const struct owner *origin, uint8_t context, const void *plaintext,
                 uint32_t length, struct sev_packet_header *header, void *data)
{
    header->flags = 0;
    assert_int_equal(RAND_bytes(header->iv, sizeof header->iv), 1);
    assert_true(session_crypt(origin->transport.tek, header->iv, plaintext, data, length));
    assert_true(session_packet_mac(origin->transport.tik, context, header, data, length, NULL,
                                   header->mac));
}

void open_packet(const struct owner *target, uint8_t context,
                 const struct sev_packet_header *header, const void *data, uint32_t length,
                 void *plaintext)
{
    uint8_t mac[SEV_MAC_BYTES];

    assert_int_equal(header->flags, 0);
    assert_true(
        session_packet_mac(target->transport.tik, context, header, data, length, NULL, mac));
    assert_memory_equal(mac, header->mac, sizeof mac);
    assert_true(session_crypt(target->transport.tek, header->iv, data, plaintext, length));
}
