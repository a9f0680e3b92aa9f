/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest owner's part of the demonstration: it trusts the root of the certificates and what it
 * computes itself.
 */
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/demo/demo.h"
#include "host/demo/show.h"
#include "host/lib/deadline.h"
#include "host/provision/factory.h"
#include "host/provision/files.h"
#include "host/provision/provision.h"
#include "host/provision/verify.h"

#define CERTIFICATE_MAX 4096u

/* Fetches a file of the chip's key distribution service. */
static bool fetch(const struct demo *demo, const char *name, struct provision_bytes *bytes)
{
    char path[PATH_MAX];
    struct provision_error error = {0};
    if (!board_path(path, demo->options->board.directory, name)) {
        return demo_fail("certificates", "%s: name too long", name);
    }
    return provision_file_read(path, CERTIFICATE_MAX, false, bytes, &error) ||
           demo_fail("certificates", "%s", error.text);
}

/* The signed CEK must certify the very key that the firmware exported. */
static bool verify(const struct demo *demo, const struct provision_bytes *ark,
                   const struct provision_bytes *ask, const struct sev_certificate *cek)
{
    if (memcmp(cek, &demo->chain.cek, SEV_CERTIFICATE_SIGNED_BYTES) != 0) {
        return demo_fail("verify chain", "the CEK of the firmware is not the one that was signed");
    }
    const struct verify_chain chain = {
        .ark = ark->data,
        .ark_length = ark->length,
        .ask = ask->data,
        .ask_length = ask->length,
        .cek = cek,
        .oca = &demo->chain.oca,
        .pek = &demo->chain.pek,
        .pdh = &demo->pdh,
    };
    struct provision_error error = {0};
    int64_t started = deadline_now_us();
    if (verify_chain(&chain, &error) != VERIFY_LINK_COUNT) {
        return demo_fail("verify chain", "%s", error.text);
    }
    show_step("verify chain", "ok", deadline_now_us() - started,
              "ARK > ASK > CEK > PEK < OCA, PEK > PDH");
    return true;
}

bool guest_owner_verify_chain(struct demo *demo)
{
    char id[2 * SEV_CHIP_ID_BYTES + 1];
    char name[sizeof id + sizeof PROVISION_KDS_CEK_DIRECTORY + 1];
    struct provision_bytes ark = {0};
    struct provision_bytes ask = {0};
    struct provision_bytes cek = {0};
    provision_hex(demo->chip_id, sizeof demo->chip_id, id);
    (void)snprintf(name, sizeof name, PROVISION_KDS_CEK_DIRECTORY "/%s", id);
    bool done = fetch(demo, PROVISION_KDS_DIRECTORY "/ark.cert", &ark) &&
                fetch(demo, PROVISION_KDS_DIRECTORY "/ask.cert", &ask) && fetch(demo, name, &cek);
    if (done && cek.data != NULL && cek.length == sizeof(struct sev_certificate)) {
        show_step("fetch signed CEK", "ok", -1, "kds/cek/id/%.8s...", id);
        done = verify(demo, &ark, &ask, (const struct sev_certificate *)(const void *)cek.data);
    } else if (done) {
        done = demo_fail("certificates", "%s is no certificate", name);
    }
    provision_bytes_free(&ark);
    provision_bytes_free(&ask);
    provision_bytes_free(&cek);
    return done;
}

bool guest_owner_make_session(struct demo *demo)
{
    /* No debugging, no key sharing, and firmware that is at least of this API version. */
    const uint32_t policy = SEV_POLICY_NODBG | SEV_POLICY_NOKS |
                            (uint32_t)demo->status.api_major << 16 |
                            (uint32_t)demo->status.api_minor << 24;
    int64_t started = deadline_now_us();
    if (!owner_open(&demo->owner, policy) ||
        !owner_certificate(&demo->owner, &demo->owner_certificate) ||
        !owner_make_session(&demo->owner, &demo->pdh, &demo->session)) {
        return demo_fail("make session", "the cryptographic library failed");
    }
    show_step("make session", "ok", deadline_now_us() - started,
              "ECDH P-384 with the PDH; TEK, TIK wrapped");
    return true;
}

bool guest_owner_check_measurement(struct demo *demo)
{
    struct owner_expectation expectation = {
        .api_major = demo->status.api_major,
        .api_minor = demo->status.api_minor,
        .build = demo->status.build,
    };
    memcpy(expectation.launch_digest, demo->image.digest, sizeof expectation.launch_digest);
    int64_t started = deadline_now_us();
    if (!owner_accepts(&demo->owner, &expectation, &demo->measurement)) {
        return demo_fail("check measurement",
                         "it is not the measurement of what was to be launched");
    }
    show_step("check measurement", "ok", deadline_now_us() - started,
              "launch digest %02x%02x%02x%02x... as expected", expectation.launch_digest[0],
              expectation.launch_digest[1], expectation.launch_digest[2],
              expectation.launch_digest[3]);
    return true;
}

bool guest_owner_seal_secret(struct demo *demo)
{
    uint8_t random[12];
    char hex[2 * sizeof random + 1];
    if (RAND_bytes(random, sizeof random) != 1) {
        return demo_fail("seal secret", "the random generator failed");
    }
    provision_hex(random, sizeof random, hex);
    (void)snprintf((char *)demo->secret, sizeof demo->secret, "disk passphrase: %s", hex);
    int64_t started = deadline_now_us();
    if (!owner_seal_secret(&demo->owner, demo->secret, sizeof demo->secret, &demo->secret_header,
                           demo->sealed_secret)) {
        return demo_fail("seal secret", "the cryptographic library failed");
    }
    show_step("seal secret", "ok", deadline_now_us() - started, "a disk's passphrase");
    return true;
}

bool guest_owner_make_nonce(struct demo *demo)
{
    return RAND_bytes(demo->mnonce, sizeof demo->mnonce) == 1 ||
           demo_fail("make nonce", "the random generator failed");
}

bool guest_owner_check_report(struct demo *demo)
{
    int64_t started = deadline_now_us();
    if (!owner_accepts_report(demo->owner.policy, demo->image.digest, demo->mnonce,
                              &demo->chain.pek, &demo->report)) {
        return demo_fail("check report", "it is not a report on what was to be launched");
    }
    show_step("check report", "ok", deadline_now_us() - started,
              "digest, policy and nonce, signed by the PEK");
    return true;
}
