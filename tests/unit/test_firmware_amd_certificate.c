/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AMD certificates (firmware/platform/amd_certificate.h, sections 6.5 and 6.6), with chains of both
 * key sizes that OpenSSL makes: what is accepted, and that every wrong field, id, key and signature is
 * refused for the right reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/platform/amd_certificate.h"
#include "firmware/platform/chip.h"

#include "tests/unit/firmware_amd_chain.h"

static void chains_of_both_sizes_are_accepted(void **state)
{
    (void)state;
    for (size_t i = 0; i < VENDORS; i++) {
        trust(&vendors[i].good);
        assert_int_equal(verify(&vendors[i].good), SEV_STATUS_SUCCESS);
    }
}

static void the_signature_on_the_cek_may_be_in_either_slot(void **state)
{
    (void)state;
    for (size_t i = 0; i < VENDORS; i++) {
        struct chain chain = vendors[i].good;

        trust(&chain);
        chip_cek_certificate(&chain.cek);
        sign_cek(&vendors[i], &chain.cek, 1);
        assert_int_equal(verify(&chain), SEV_STATUS_SUCCESS);
        chip_cek_certificate(&chain.cek);
        assert_int_equal(verify(&chain), SEV_STATUS_INVALID_CERTIFICATE); /* No signature at all. */
    }
}

static void only_a_pair_of_one_size_fits(void **state)
{
    const uint32_t lengths[] = {AMD_CERTIFICATE_BYTES(2048),
                                AMD_CERTIFICATE_BYTES(4096),
                                AMD_CERTIFICATE_BYTES(2048) + AMD_CERTIFICATE_BYTES(4096),
                                2 * AMD_CERTIFICATE_BYTES(2048) - 1,
                                2 * AMD_CERTIFICATE_BYTES(2048) + 1,
                                2 * AMD_CERTIFICATE_BYTES(4096) - 1,
                                1408, /* With an ARK of 576 bytes, without signature. */
                                0};
    const size_t sizes[] = {offsetof(struct amd_certificate_header, modulus_bits),
                            offsetof(struct amd_certificate_header, exponent_bits)};

    (void)state;
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        assert_false(amd_chain_fits(vendors[0].good.amd, lengths[i]));
        assert_false(amd_chain_fits(vendors[1].good.amd, lengths[i]));
    }
    for (size_t i = 0; i < VENDORS; i++) {
        for (size_t field = 0; field < 4; field++) {
            static const uint32_t wrong[] = {0, 2049, 3072, 8192, 0x80000800u};
            struct chain chain = vendors[i].good;
            uint8_t *place = chain.amd + field / 2 * half(&chain) + sizes[field % 2];

            for (size_t j = 0; j < sizeof(wrong) / sizeof(wrong[0]); j++) {
                memcpy(place, &wrong[j], sizeof(wrong[j]));
                assert_false(amd_chain_fits(chain.amd, 2 * half(&chain)));
            }
            memcpy(place, &vendors[1 - i].bits, sizeof(vendors[i].bits));
            assert_false(amd_chain_fits(chain.amd, 2 * half(&chain)));
        }
    }
}

#define HEADER(member) offsetof(struct amd_certificate_header, member)
#define EXPONENT sizeof(struct amd_certificate_header)

/** One changed field of a certificate that is then signed again, and of a chip that trusts it. */
static const struct change {
    size_t offset;
    uint32_t value;
    bool in_ark;
    enum sev_status status;
} changes[] = {
    {HEADER(version), 0, false, SEV_STATUS_INVALID_CERTIFICATE},
    {HEADER(version), 2, false, SEV_STATUS_INVALID_CERTIFICATE},
    {HEADER(version), 2, true, SEV_STATUS_INVALID_CERTIFICATE},
    {HEADER(key_usage), SEV_USAGE_ARK, false, SEV_STATUS_INVALID_CERTIFICATE},
    {HEADER(key_usage), SEV_USAGE_CEK, false, SEV_STATUS_INVALID_CERTIFICATE},
    {HEADER(key_usage), SEV_USAGE_ASK, true, SEV_STATUS_INVALID_CERTIFICATE},
    {HEADER(key_id), 0, false, SEV_STATUS_SUCCESS}, /* Nothing refers to the ASK's own id. */
    {HEADER(key_id), 0, true, SEV_STATUS_INVALID_CERTIFICATE},
    {HEADER(certifying_id), 0, false, SEV_STATUS_INVALID_CERTIFICATE},
    {HEADER(certifying_id) + 12, 0, false, SEV_STATUS_INVALID_CERTIFICATE},
    {HEADER(certifying_id), 0, true, SEV_STATUS_INVALID_CERTIFICATE},
    {HEADER(reserved), 1, false, SEV_STATUS_INVALID_CERTIFICATE},
    {HEADER(reserved) + 12, 1u << 24, true, SEV_STATUS_INVALID_CERTIFICATE},
    {EXPONENT, 0, false, SEV_STATUS_INVALID_CERTIFICATE},
    {EXPONENT, 1, false, SEV_STATUS_INVALID_CERTIFICATE},
    {EXPONENT, 65536, true, SEV_STATUS_INVALID_CERTIFICATE},
    {EXPONENT, 3, false, SEV_STATUS_INVALID_CERTIFICATE}, /* Only 65537 is one. */
    {EXPONENT, 3, true, SEV_STATUS_INVALID_CERTIFICATE},
    {EXPONENT, 65539, false, SEV_STATUS_INVALID_CERTIFICATE},
    {EXPONENT, 0x10010001, true, SEV_STATUS_INVALID_CERTIFICATE},
    {EXPONENT + 4, 1, false, SEV_STATUS_INVALID_CERTIFICATE},
    {EXPONENT + 252, 1u << 31, true, SEV_STATUS_INVALID_CERTIFICATE},
};

static void every_field_is_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < VENDORS; i++) {
        for (size_t j = 0; j < sizeof(changes) / sizeof(changes[0]); j++) {
            struct chain chain = vendors[i].good;
            uint8_t *certificate = changes[j].in_ark ? ark_of(&chain) : ask_of(&chain);

            memcpy(certificate + changes[j].offset, &changes[j].value, sizeof(changes[j].value));
            sign_amd(vendors[i].ark, certificate, chain.bits);
            trust(&chain);
            if (verify(&chain) != changes[j].status) {
                fail_msg("%u bits: change %zu", (unsigned int)chain.bits, j);
            }
        }
    }
}

static void a_short_modulus_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < VENDORS; i++) {
        for (int in_ark = 0; in_ark <= 1; in_ark++) {
            struct chain chain = vendors[i].good;
            uint8_t *certificate = in_ark ? ark_of(&chain) : ask_of(&chain);

            certificate[AMD_CERTIFICATE_SIGNED_BYTES(chain.bits) - 1] &= 0x7F;
            sign_amd(vendors[i].ark, certificate, chain.bits);
            trust(&chain);
            assert_int_equal(verify(&chain), SEV_STATUS_INVALID_CERTIFICATE);
        }
    }
}

/** Why a chain is refused when the byte at @p offset of a certificate is damaged. */
static enum sev_status refusal_of_damage(const struct chain *chain, bool in_ark, size_t offset)
{
    if (offset < HEADER(key_id) || (offset >= HEADER(certifying_id) && offset < EXPONENT) ||
        (offset >= EXPONENT && offset < EXPONENT + chain->bits / 8) ||
        (in_ark && offset < AMD_CERTIFICATE_SIGNED_BYTES(chain->bits))) {
        return SEV_STATUS_INVALID_CERTIFICATE;
    }
    return SEV_STATUS_BAD_SIGNATURE;
}

static void damage_one(struct chain *chain, bool in_ark)
{
    uint8_t *certificate = in_ark ? ark_of(chain) : ask_of(chain);

    for (size_t offset = 0; offset < half(chain); offset += offset < EXPONENT + 5 ? 1 : 23) {
        if (offset >= HEADER(exponent_bits) && offset < EXPONENT) {
            continue; /* amd_chain_fits() */
        }
        certificate[offset] ^= 0x10;
        if (verify(chain) != refusal_of_damage(chain, in_ark, offset)) {
            fail_msg("%u bits: byte %zu of the %s", (unsigned int)chain->bits, offset,
                     in_ark ? "ARK" : "ASK");
        }
        certificate[offset] ^= 0x10;
    }
}

static void damage_anywhere_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < VENDORS; i++) {
        struct chain chain = vendors[i].good;

        trust(&chain);
        damage_one(&chain, false);
        damage_one(&chain, true);
        assert_int_equal(verify(&chain), SEV_STATUS_SUCCESS);
    }
}

static void a_damaged_cek_certificate_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < VENDORS; i++) {
        struct chain chain = vendors[i].good;
        uint8_t *bytes = (uint8_t *)&chain.cek;
        const size_t signature = offsetof(struct sev_certificate, slots[0].signature);

        trust(&chain);
        for (size_t offset = 0; offset < signature + chain.bits / 8; offset += 29) {
            const bool in_slot = offset >= SEV_CERTIFICATE_SIGNED_BYTES && offset < signature;

            bytes[offset] ^= 0x10;
            assert_int_equal(verify(&chain),
                             in_slot ? SEV_STATUS_INVALID_CERTIFICATE : SEV_STATUS_BAD_SIGNATURE);
            bytes[offset] ^= 0x10;
        }
    }
}

static void the_slot_must_name_signer_and_algorithm(void **state)
{
    static const uint32_t usages[] = {SEV_USAGE_ARK, SEV_USAGE_CEK, SEV_USAGE_INVALID};

    (void)state;
    for (size_t i = 0; i < VENDORS; i++) {
        struct chain chain = vendors[i].good;
        struct sev_signature_slot *slot = &chain.cek.slots[0];

        trust(&chain);
        for (size_t j = 0; j < sizeof(usages) / sizeof(usages[0]); j++) {
            slot->usage = usages[j];
            assert_int_equal(verify(&chain), SEV_STATUS_INVALID_CERTIFICATE);
        }
        slot->usage = SEV_USAGE_ASK;
        slot->algorithm = i == 0 ? SEV_ALGORITHM_RSA_SHA384 : SEV_ALGORITHM_RSA_SHA256;
        assert_int_equal(verify(&chain), SEV_STATUS_INVALID_CERTIFICATE);
    }
}

static void only_the_fused_root_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < VENDORS; i++) {
        struct chain chain = vendors[i].good;

        trust(&vendors[1 - i].good);
        assert_int_equal(verify(&chain), SEV_STATUS_INVALID_CERTIFICATE);
        /* An ASK in the place of the ARK, and the other way round. */
        trust(&chain);
        memcpy(ark_of(&chain), ask_of(&chain), half(&chain));
        assert_int_equal(verify(&chain), SEV_STATUS_INVALID_CERTIFICATE);
        memcpy(chain.amd, vendors[i].good.amd + half(&chain), half(&chain));
        memcpy(ark_of(&chain), vendors[i].good.amd, half(&chain));
        assert_int_equal(verify(&chain), SEV_STATUS_INVALID_CERTIFICATE);
    }
}

static void an_ask_that_signed_itself_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < VENDORS; i++) {
        struct chain chain = vendors[i].good;

        trust(&chain);
        sign_amd(vendors[i].ask, ask_of(&chain), chain.bits);
        assert_int_equal(verify(&chain), SEV_STATUS_BAD_SIGNATURE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chains_of_both_sizes_are_accepted),
        cmocka_unit_test(the_signature_on_the_cek_may_be_in_either_slot),
        cmocka_unit_test(only_a_pair_of_one_size_fits),
        cmocka_unit_test(every_field_is_checked),
        cmocka_unit_test(a_short_modulus_is_refused),
        cmocka_unit_test(damage_anywhere_is_refused),
        cmocka_unit_test(a_damaged_cek_certificate_is_refused),
        cmocka_unit_test(the_slot_must_name_signer_and_algorithm),
        cmocka_unit_test(only_the_fused_root_counts),
        cmocka_unit_test(an_ask_that_signed_itself_is_refused),
    };

    return cmocka_run_group_tests(tests, make_vendors, free_vendors);
}
