/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The launch digest against known answers: steps and a sequence made with OpenSSL, and the trace of a
 * launch of two vCPUs by sev-snp-measure (a public tool), step by step; and what it depends on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/snp_guest/digest.h"

#include "tests/unit/firmware_hex.h"
#include "tests/unit/firmware_snp_launch.h"

/** A page and LD after it. */
struct step {
    uint8_t type;
    uint64_t gpa;
    const char *contents; /**< NULL: 48 zeros. */
    const char *ld;
};

/** Each from 48 zeros on; pages are all zero. */
static const struct step single[] = {
    {SNP_PAGE_ZERO, 0, NULL,
     "70c0ecaab9608f14ebf8ac6f0f07bcd8728f4e2ab30382b539b4de4de904ca9f"
     "8ebdf4b2cd3cd84dd996bd55dd794676"},
    {SNP_PAGE_NORMAL, 0xFFFFF000, NULL,
     "46c510442a54cc32344cef32e14dc3d6312fc4a010780dd11fd33204df555059"
     "0356b069e6c6ca5bbfca71561f370399"},
    {SNP_PAGE_UNMEASURED, 0x1000, NULL,
     "81475a112c0223cebe1ccb31a0aa2567772871200b33515a3cbbd5ed6a68a8e6"
     "30902dd83469ea6553554bfb67111fad"},
    {SNP_PAGE_SECRETS, 0x80D000, NULL,
     "e82e99caf82a32c31ec5070eef9e2135866d8f7de60d756814f3bd8c989c1e82"
     "6622e0a97dad026c6d9d81818780e6a2"},
    {SNP_PAGE_CPUID, 0x80E000, NULL,
     "c9e46442d2b4ddb823fa6b4a907930de7e93901180c5a3126ba234193059a0a5"
     "1a21ba82f05d2fe0f3136f22b1b1a8e4"},
    {SNP_PAGE_VMSA, SNP_VMSA_GPA, NULL,
     "f4577da9b848673216afc3909e5ea7aa80150dda441526874cd2b0282894709b"
     "46484c13a07221aefbedfff667199259"},
};

/** OvmfX64-AmdSev with kernel hashes, EPYC-v4, SEV_FEATURES 21h; one after the other. */
static const struct step trace[] = {
    {1, 0x0000fffff000,
     "161ace084859674ded7322ad102eb33f49457e0f7845a8f9ad0e03a59eac3e3e"
     "360f8b78345363feaeac956ebba2d894",
     "086e2e9149ebf45abdc3445fba5b2da8270bdbb04094d7a2c37faaa4b24af3aa"
     "16aff8c374c2a55c467a50da6d466b74"},
    {3, 0x000000800000, NULL,
     "cb97f2e22ca4c090feb9453ef6cb076f8ded7ae48c9bbb892569c328b133f089"
     "f711d5c5a57afc127cf91d7a32e0736a"},
    {3, 0x000000801000, NULL,
     "a04066269f0233b9735e526d40566d0def25875b62b6aa8951daa54ef336b42d"
     "36595473f4b9898a41fef63ef5a7af3c"},
    {3, 0x000000802000, NULL,
     "0d87542a30ecc85a57ed03a160a9e72353349848dbc8e0b7c21f99cb22bce935"
     "e656616d805f57d3138a95a47ab15cf5"},
    {3, 0x000000803000, NULL,
     "b3841e678fbf4f5185953333125028be7cb3867de46348a650e6ec61ea539f80"
     "c567d0c88e0f69d9f6bd86ecca069fad"},
    {3, 0x000000804000, NULL,
     "72b720f0ebbbab6c3b24c55021f4317cce0848ab7f9ea701192bbaf92b051b36"
     "eb338f1f91dbf5dabbee52ebaa988a0f"},
    {3, 0x000000805000, NULL,
     "10ac6285faa7963e65dca109f46cfbe6f7c94755172762a38a7d86bc52f3e774"
     "b81c4fccc1d009338a28f380a9b4aa8a"},
    {3, 0x000000806000, NULL,
     "1c0d4b2e371a33bed90d934ad0a2710b25e5deb0d2a8ed72552f6b32faf9790e"
     "7d89ec4e902c52beb6eeb97decd5d6ff"},
    {3, 0x000000807000, NULL,
     "c5a74858f8723e105b784be968b5d34d9d14c426697405eb0df7626584c180ae"
     "593853788417fe51acf1959d22d075d1"},
    {3, 0x000000808000, NULL,
     "411a1360ae4001ab44e1c8a5f14115068566f56b565be90042aa16cc26de1492"
     "ef3025f10b7cdd14911ae69aaea7881a"},
    {3, 0x00000080a000, NULL,
     "2bfda144c622fdf017b75a63c75e1923fc1dd83703a6b5d9d63fed8079e430e2"
     "b0a22f9c33854b887f995d1035984348"},
    {3, 0x00000080b000, NULL,
     "1d8a93c18127145fc68198e2be91565fe5dd30533584e64d92f02a681854a747"
     "e1809fcc0988e6965f5f1f368255f97f"},
    {3, 0x00000080c000, NULL,
     "e0b2ff7ad80630d6c56ba3d43c7dd1cccca220d9cc60092fe69e5f31a6ab4e95"
     "37aa477497f03636ae29b18630df8477"},
    {5, 0x00000080d000, NULL,
     "230c05427474c0649ea31849fe3144dbbef0921570105732b69ff5463dee1fe8"
     "612dee2db0866719377099718ecb46d8"},
    {6, 0x00000080e000, NULL,
     "17af371be37e5a8f0f3d83cd4195cfb47b60caabf8c209e6c68ab44d6484381a"
     "057812c0760811d53f47b522a16e5574"},
    {3, 0x00000080f000, NULL,
     "1de7f0d81360fb802b5e2a7327f58ed1a2c9d1947a2e3cf0ae34184e6e1b4cb1"
     "02da9ac69f421cded3105d12d523e4e9"},
    {1, 0x000000810000,
     "adbef9bc7385f7a6dcb8774523cf024b403f193a47962309b277c4109aa70b4b"
     "a0355d1657b50e9625d5bd1129e7fd27",
     "ce06e9d69b176848cf5cbf7c89096ee2e45937a2721e168519ecbec9e0cc7b33"
     "df8b16c10c6004379d579d2ff03f528e"},
    {3, 0x000000811000, NULL,
     "d6fa5eef5c49b5b3366a50d601cd581d77be039ead210cac1d25af84d5944957"
     "090735e8b176fa5af68d602c7d7c327a"},
    {3, 0x000000812000, NULL,
     "d02966d7d0adb8a9582fedc12ccde95ed553dcef7f51982b669e186fc270e7b6"
     "48efc521eac0b914181415225029f800"},
    {3, 0x000000813000, NULL,
     "68457f9bbede89d23a4efbce320f4cfd5e4120abb21ca7da47bf3266b9a4b7aa"
     "c7a8adfcbf2121c9fed62507144b97a3"},
    {3, 0x000000814000, NULL,
     "89af8c71b6cce7a1103e7a3b50fa43a12b8fc3cdc4ff566ecbf29a2e8a6e28b9"
     "d271860e9277eaa470bd1d7c564e00b2"},
    {3, 0x000000815000, NULL,
     "4023ac7f1dec9d68412da30c354546f0bf5a48714b9790eb90f21d8419a7e01f"
     "670afd39afcadbb02589bcd2b8c5d809"},
    {3, 0x000000816000, NULL,
     "63ea52e54757e62a0790798f1c22c9b32ded789c3d3b1e5732bc62b2ef15a6ee"
     "063abccf8cafd29a929d34a0d87d4f7d"},
    {3, 0x000000817000, NULL,
     "d9fb5fd231e8506a70e1349bdd20be79f99f1341f92bd7b5f3028d1878e3c110"
     "0a939eb99fe5cfe8978017b002e277cb"},
    {3, 0x000000818000, NULL,
     "8b181ce5dcf37891ca0aad6d3431e5facb2f9049c0f799b1d6c63c0a3b1b5c19"
     "52c18b1509743b4c1820b80bd6193120"},
    {3, 0x000000819000, NULL,
     "774048955f0aae23c3e022be53e61aa4bd2c0e687ccbc613409f60ae4bbe8ae3"
     "e197dcc9c0960a25ab7bf637854227be"},
    {3, 0x00000081a000, NULL,
     "4686cf994bf1b7206ea1824ec87bd48fcc32e9f00ca2fd8c8b9acd490d7735a6"
     "756046ee87d472bc89db591e656f0115"},
    {3, 0x00000081b000, NULL,
     "0603d2ee63bd83697434f2a1f9d33df2288e6e8ec8c176b71cbe535033c37acb"
     "75d2a1d6d8865aff0e62ac71505b2341"},
    {3, 0x00000081c000, NULL,
     "e1775acdc79253ca19afd1698816205c5b5e02fc3b0b4507b8c93b3a788f5d7d"
     "d2e3f72933b48708b7836341aea9bcf6"},
    {3, 0x00000081d000, NULL,
     "ee1f30ec3786a573aea54a7586d21a72b86e2694752d7300ccf62ee2496152f3"
     "8db181afeec582c5dfcf469f8ecf5483"},
    {3, 0x00000081e000, NULL,
     "dbba044e70a626f1f0359e88cf3699618d01262eb56bcee97bbfd972532b59d5"
     "1b2a8fbf510986b678cd35bab6570d98"},
    {3, 0x00000081f000, NULL,
     "36fcd572bd473b23cdcce6f078026377e7b2d18ede30fe022d371f062ac1fbd7"
     "3ba70c6286951b488c864e3ff9392f43"},
    {2, 0xfffffffff000,
     "ae79efa6efbe1594a2717dfd42af495a0e4ed37b00e529a5fdf349bea04c3513"
     "962ffb0c74cf65b0d9a1857271833d6e",
     "803f691094946e42068aaa3a8f9e26a5c89f36f7b73ecfb28c653360fe4b3aba"
     "7e534442e7e1e17895dfe778d0228977"},
    {2, 0xfffffffff000,
     "180ef2675dc01615d31b3e84ef27a0a69d08bfbbb58ea4f6a0188f08884ab640"
     "7591ada42f99749ce9a406fb4e5d8355",
     "fdee4756af4d830201fb4b9fbcf366a50721d28c3a78fdd816f80751c62cdbf8"
     "b33c14c1e2ad37778943330d2d64986a"},
};

static struct digest_page page_of(const struct step *step)
{
    return (struct digest_page){.type = step->type, .gpa = step->gpa};
}

static void assert_ld(const struct digests *digests, const char *text)
{
    uint8_t expected[SNP_DIGEST_BYTES];

    hex(text, expected, sizeof expected);
    assert_memory_equal(digests->ld, expected, sizeof expected);
}

static void each_type_is_measured_as_known(void **state)
{
    static const uint8_t zero[SNP_PAGE_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof single / sizeof single[0]; i++) {
        const struct digest_page page = page_of(&single[i]);
        struct digests digests = {.ld = {0}};

        digest_measure(&digests, &page, zero);
        assert_ld(&digests, single[i].ld);
    }
}

static void a_sequence_is_measured_as_known(void **state)
{
    static const struct step steps[] = {
        {SNP_PAGE_NORMAL, 0xFFFFF000, NULL, NULL}, {SNP_PAGE_ZERO, 0x800000, NULL, NULL},
        {SNP_PAGE_ZERO, 0x801000, NULL, NULL},     {SNP_PAGE_SECRETS, 0x80D000, NULL, NULL},
        {SNP_PAGE_CPUID, 0x80E000, NULL, NULL},    {SNP_PAGE_VMSA, SNP_VMSA_GPA, NULL, NULL},
    };
    static uint8_t contents[SNP_PAGE_BYTES];
    struct digests digests = {.ld = {0}};

    (void)state;
    memset(contents, 0xAA, sizeof contents);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        const struct digest_page page = page_of(&steps[i]);

        digest_measure(&digests, &page, contents);
        memset(contents, 0, sizeof contents);
    }
    assert_ld(&digests, "12fd4242ba68a434a47d6672404d5e159097050c68344fdba878322be15144f7"
                        "de67738c619c8506a9f56f03c20447e1");
}

static void a_whole_launch_is_measured_as_known(void **state)
{
    struct digests digests = {.ld = {0}};

    (void)state;
    for (size_t i = 0; i < sizeof trace / sizeof trace[0]; i++) {
        const struct digest_page page = page_of(&trace[i]);
        uint8_t contents[SNP_DIGEST_BYTES] = {0};

        if (trace[i].contents != NULL) {
            hex(trace[i].contents, contents, sizeof contents);
        }
        digest_extend(&digests, &page, contents);
        assert_ld(&digests, trace[i].ld);
    }
}

/** Every field of PAGE_INFO counts, and stands where it should. */
static void every_field_counts(void **state)
{
    const struct digest_page pages[] = {
        {.type = SNP_PAGE_NORMAL},
        {.type = SNP_PAGE_VMSA},
        {.type = SNP_PAGE_NORMAL, .imi = true},
        {.type = SNP_PAGE_NORMAL, .permissions = {0xF, 1, 2, 3}},
        {.type = SNP_PAGE_NORMAL, .permissions = {0xF, 0xF, 0, 0}},
        {.type = SNP_PAGE_NORMAL, .gpa = 0x123456789000},
    };
    static uint8_t plaintext[SNP_PAGE_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        struct digests digests = {.ld = {1, 2, 3}, .imd = {4, 5, 6}};
        struct digests expected = digests;
        const struct snp_page_info info = {
            .page_type = pages[i].type,
            .imi_page = pages[i].imi ? 1 : 0,
            .vmpl1_perms = pages[i].permissions[1],
            .vmpl2_perms = pages[i].permissions[2],
            .vmpl3_perms = pages[i].permissions[3],
            .gpa = pages[i].gpa,
        };

        plaintext[i] = (uint8_t)(i + 1);
        digest_measure(&digests, &pages[i], plaintext);
        launch_expect(expected.ld, info, plaintext);
        if (pages[i].imi) {
            launch_expect(expected.imd, info, plaintext);
        }
        assert_memory_equal(&digests, &expected, sizeof digests);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_is_measured_as_known),
        cmocka_unit_test(a_sequence_is_measured_as_known),
        cmocka_unit_test(a_whole_launch_is_measured_as_known),
        cmocka_unit_test(every_field_counts),
    };

    return cmocka_run_group_tests_name("launch digest", tests, NULL, NULL);
}
