/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout of an attestation report, as a table (report.h).
 */
#include "tests/snp/report.h"

#define ALL UINT64_MAX

#define NUMBER(title, at, bytes, from, name, bits)                                                 \
    {                                                                                              \
        title, at, bytes, from, true, offsetof(struct witness_report, name), bits                  \
    }
#define BYTES(title, at, bytes, from, name)                                                        \
    {                                                                                              \
        title, at, bytes, from, false, offsetof(struct witness_report, name), ALL                  \
    }
#define RESERVED(title, at, bytes)                                                                 \
    {                                                                                              \
        title, at, bytes, 0, false, 0, 0                                                           \
    }

#define POLICY_BITS 0x3FFFFFFull
#define PLATFORM_BITS 0xBFull /* all of 7:0 but 6 */
#define FLAGS_BITS 0x1Full

const struct witness_report_field witness_report_fields[] = {
    NUMBER("VERSION", 0x000, 4, 2, version, ALL),
    NUMBER("GUEST_SVN", 0x004, 4, 2, guest_svn, ALL),
    NUMBER("POLICY", 0x008, 8, 2, policy, POLICY_BITS),
    BYTES("FAMILY_ID", 0x010, 16, 2, family_id),
    BYTES("IMAGE_ID", 0x020, 16, 2, image_id),
    NUMBER("VMPL", 0x030, 4, 2, vmpl, ALL),
    NUMBER("SIGNATURE_ALGO", 0x034, 4, 2, signature_algo, ALL),
    NUMBER("CURRENT_TCB", 0x038, 8, 2, current_tcb, ALL),
    NUMBER("PLATFORM_INFO", 0x040, 8, 2, platform_info, PLATFORM_BITS),
    NUMBER("FLAGS", 0x048, 4, 2, flags, FLAGS_BITS),
    RESERVED("reserved at 4Ch", 0x04C, 4),
    BYTES("REPORT_DATA", 0x050, 64, 2, report_data),
    BYTES("MEASUREMENT", 0x090, 48, 2, measurement),
    BYTES("HOST_DATA", 0x0C0, 32, 2, host_data),
    BYTES("ID_KEY_DIGEST", 0x0E0, 48, 2, id_key_digest),
    BYTES("AUTHOR_KEY_DIGEST", 0x110, 48, 2, author_key_digest),
    BYTES("REPORT_ID", 0x140, 32, 2, report_id),
    BYTES("REPORT_ID_MA", 0x160, 32, 2, report_id_ma),
    NUMBER("REPORTED_TCB", 0x180, 8, 2, reported_tcb, ALL),
    NUMBER("CPUID_FAM_ID", 0x188, 1, 3, cpuid_fam_id, ALL),
    NUMBER("CPUID_MOD_ID", 0x189, 1, 3, cpuid_mod_id, ALL),
    NUMBER("CPUID_STEP", 0x18A, 1, 3, cpuid_step, ALL),
    RESERVED("reserved at 18Bh", 0x18B, 21),
    BYTES("CHIP_ID", 0x1A0, 64, 2, chip_id),
    NUMBER("COMMITTED_TCB", 0x1E0, 8, 2, committed_tcb, ALL),
    NUMBER("CURRENT_BUILD", 0x1E8, 1, 2, current_build, ALL),
    NUMBER("CURRENT_MINOR", 0x1E9, 1, 2, current_minor, ALL),
    NUMBER("CURRENT_MAJOR", 0x1EA, 1, 2, current_major, ALL),
    RESERVED("reserved at 1EBh", 0x1EB, 1),
    NUMBER("COMMITTED_BUILD", 0x1EC, 1, 2, committed_build, ALL),
    NUMBER("COMMITTED_MINOR", 0x1ED, 1, 2, committed_minor, ALL),
    NUMBER("COMMITTED_MAJOR", 0x1EE, 1, 2, committed_major, ALL),
    RESERVED("reserved at 1EFh", 0x1EF, 1),
    NUMBER("LAUNCH_TCB", 0x1F0, 8, 2, launch_tcb, ALL),
    NUMBER("LAUNCH_MIT_VECTOR", 0x1F8, 8, 5, launch_mit_vector, ALL),
    NUMBER("CURRENT_MIT_VECTOR", 0x200, 8, 5, current_mit_vector, ALL),
    RESERVED("reserved at 208h", 0x208, 152),
    BYTES("SIGNATURE", 0x2A0, 512, 2, signature),
};

const size_t witness_report_field_count =
    sizeof witness_report_fields / sizeof witness_report_fields[0];
