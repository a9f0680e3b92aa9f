/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest owner's part in the launch of a Linux guest. It has kernel, initrd and command line, trusts the
 * root of the platform's certificates and what it computes itself.
 */
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "host/demo/demo.h"
#include "host/demo/show.h"
#include "host/lib/deadline.h"
#include "host/linux/guest_report.h"
#include "host/linux/owner_digest.h"
#include "host/provision/factory.h"
#include "host/provision/files.h"
#include "host/provision/provision.h"
#include "host/provision/verify.h"

#define CERTIFICATE_MAX 4096u

static bool fetch(const struct guest *guest, const char *name, struct provision_bytes *bytes)
{
    char path[PATH_MAX];
    struct provision_error error = {0};
    if (!board_path(path, guest->chip, name)) {
        return demo_fail("verify chain", "%s: name too long", name);
    }
    return provision_file_read(path, CERTIFICATE_MAX, false, bytes, &error) ||
           demo_fail("verify chain", "%s", error.text);
}

static bool verify(struct guest *guest)
{
    struct provision_bytes ark = {0};
    struct provision_bytes ask = {0};
    struct provision_error error = {0};
    const int64_t started = deadline_now_us();
    bool done = fetch(guest, PROVISION_KDS_DIRECTORY "/ark.cert", &ark) &&
                fetch(guest, PROVISION_KDS_DIRECTORY "/ask.cert", &ask);
    const struct verify_chain chain = {
        .ark = ark.data,
        .ark_length = ark.length,
        .ask = ask.data,
        .ask_length = ask.length,
        .cek = &guest->identity.chain.cek,
        .oca = &guest->identity.chain.oca,
        .pek = &guest->identity.chain.pek,
        .pdh = &guest->identity.pdh,
    };
    if (done && verify_chain(&chain, &error) != VERIFY_LINK_COUNT) {
        done = demo_fail("verify chain", "%s", error.text);
    }
    provision_bytes_free(&ark);
    provision_bytes_free(&ask);
    if (done) {
        show_step("verify chain", "ok", deadline_now_us() - started,
                  "ARK > ASK > CEK > PEK < OCA, PEK > PDH");
    }
    return done;
}

static uint32_t choose_policy(const struct guest *guest)
{
    if (guest->options->policy_given) {
        return guest->options->policy;
    }
    return SEV_POLICY_NODBG | SEV_POLICY_NOKS | (uint32_t)guest->status.api_major << 16 |
           (uint32_t)guest->status.api_minor << 24;
}

/* The user's secret, or a passphrase; zeros behind it. */
static bool choose_secret(struct guest *guest)
{
    struct provision_bytes bytes = {0};
    struct provision_error error = {0};
    uint8_t random[16];
    char hex[2 * sizeof random + 1];
    if (guest->options->secret != NULL) {
        if (!provision_file_read(guest->options->secret, sizeof guest->secret, false, &bytes,
                                 &error)) {
            return demo_fail("secret", "%s", error.text);
        }
        memcpy(guest->secret, bytes.data, bytes.length);
        provision_bytes_free(&bytes);
        return true;
    }
    if (RAND_bytes(random, sizeof random) != 1) {
        return demo_fail("secret", "the random generator failed");
    }
    provision_hex(random, sizeof random, hex);
    (void)snprintf((char *)guest->secret, sizeof guest->secret, "passphrase: %s\n", hex);
    OPENSSL_cleanse(random, sizeof random);
    OPENSSL_cleanse(hex, sizeof hex);
    return true;
}

bool owner_part_begin(struct guest *guest, struct sev_certificate *certificate,
                      struct sev_session *session)
{
    guest->policy = choose_policy(guest);
    if (!verify(guest) || !choose_secret(guest)) {
        return false;
    }
    const int64_t started = deadline_now_us();
    if (!owner_open(&guest->owner, guest->policy) ||
        !owner_certificate(&guest->owner, certificate) ||
        !owner_make_session(&guest->owner, &guest->identity.pdh, session)) {
        return demo_fail("make session", "the cryptographic library failed");
    }
    show_step("make session", "ok", deadline_now_us() - started,
              "ECDH P-384 with the PDH; TEK, TIK wrapped");
    return true;
}

/* From the files and by the documentation, by nothing of what the host has put into memory. */
static bool expect(const struct guest *guest, struct owner_expectation *expectation)
{
    const struct owner_wish wish = owner_wish_of(&guest->options->image);
    struct provision_error error = {0};
    *expectation = (struct owner_expectation){.api_major = guest->status.api_major,
                                              .api_minor = guest->status.api_minor,
                                              .build = guest->status.build};
    return owner_digest(&wish, expectation->launch_digest, &error) ||
           demo_fail("compute digest", "%s", error.text);
}

bool owner_part_measured(struct guest *guest, const struct sev_measurement *measurement)
{
    struct owner_expectation expectation;
    struct sev_packet_header header;
    uint8_t sealed[sizeof guest->secret];
    char hex[2 * SEV_LAUNCH_DIGEST_BYTES + 1];
    int64_t started = deadline_now_us();
    if (!expect(guest, &expectation)) {
        return false;
    }
    guest_report_measured(guest, &expectation, measurement);
    if (!owner_accepts(&guest->owner, &expectation, measurement)) {
        guest_report_problem(guest, "the digests differ. What was launched is not what its owner's "
                                    "files say, and the owner gives no secret");
        return demo_fail("check measurement", "it is not the measurement of these files");
    }
    provision_hex(expectation.launch_digest, sizeof expectation.launch_digest, hex);
    show_step("check measurement", "ok", deadline_now_us() - started, "launch digest %s", hex);
    if (!owner_seal_secret(&guest->owner, guest->secret, sizeof guest->secret, &header, sealed)) {
        return demo_fail("seal secret", "the cryptographic library failed");
    }
    OPENSSL_cleanse(guest->secret, sizeof guest->secret);
    started = deadline_now_us();
    const int result =
        sev_inject_secret(&guest->board, guest->handle, &header, sealed, sizeof sealed, MAP_SECRET);
    if (!demo_command("LAUNCH_UPDATE_SECRET", started, result,
                      "%zu bytes at %#llx: setup_data of type %#x", sizeof sealed,
                      (unsigned long long)MAP_SECRET, MAP_SECRET_ENTRY_TYPE)) {
        return false;
    }
    guest_report_injected(guest);
    return true;
}

/* What the host gets of a guest's page, if the policy allows. */
static bool look_inside(struct guest *guest)
{
    struct sev_dbg debug = {.handle = guest->handle,
                            .src_paddr = MAP_COMMAND_LINE,
                            .dst_paddr = guest->board.scratch_paddr,
                            .length = SEV_BLOCK_BYTES};
    const int64_t started = deadline_now_us();
    const int result = sev_dbg_decrypt(&guest->board, &debug);
    if ((guest->policy & SEV_POLICY_NODBG) != 0) {
        if (result != SEV_STATUS_POLICY_FAILURE) {
            return demo_fail("DBG_DECRYPT", "%s, in spite of NODBG", sev_result_text(result));
        }
        show_step("DBG_DECRYPT", "refused", deadline_now_us() - started, "%s: NODBG",
                  sev_result_text(result));
        return true;
    }
    const uint8_t *seen =
        dram_pointer(&guest->board.dram, guest->board.scratch_paddr, SEV_BLOCK_BYTES);
    const char *text = guest->options->image.append;
    size_t length = strlen(text);
    length = length < SEV_BLOCK_BYTES ? length : SEV_BLOCK_BYTES;
    return demo_command("DBG_DECRYPT", started, result, "a guest that may be debugged: \"%.*s\"",
                        (int)length, (const char *)seen) &&
           (memcmp(seen, text, length) == 0 ||
            demo_fail("DBG_DECRYPT", "that is not the guest's command line"));
}

bool owner_part_attest(struct guest *guest)
{
    struct sev_attestation_report report;
    struct owner_expectation expectation;
    uint8_t nonce[SEV_NONCE_BYTES];
    if (!expect(guest, &expectation)) {
        return false;
    }
    if (RAND_bytes(nonce, sizeof nonce) != 1) {
        return demo_fail("ATTESTATION", "the random generator failed");
    }
    const int64_t started = deadline_now_us();
    const int result = sev_attest(&guest->board, guest->handle, nonce, &report);
    if (!demo_command("ATTESTATION", started, result, "report for the owner's nonce")) {
        return false;
    }
    if (!owner_accepts_report(guest->policy, expectation.launch_digest, nonce,
                              &guest->identity.chain.pek, &report)) {
        return demo_fail("check report", "it is not a report on this guest");
    }
    guest_report_attested(guest);
    show_step("check report", "ok", -1, "digest, policy and nonce, signed by the PEK");
    return look_inside(guest);
}
