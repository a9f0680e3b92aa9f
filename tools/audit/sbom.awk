# SPDX-License-Identifier: Apache-2.0
# The bill of materials of the firmware, in SPDX 2.3's JSON.
#
# usage: awk -f sbom.awk FACTS SHA1 SHA256
#
#   FACTS         lines: key, tab, value (scripts/audit.sh)
#   SHA1, SHA256  sha1sum and sha256sum of the sources that are compiled into the image

BEGIN { FS = "\t" }
FNR == 1 { part++ }
part == 1 { fact[$1] = $2; next }
part == 2 { files[++count] = substr($0, 43); sha1[substr($0, 43)] = substr($0, 1, 40); next }
part == 3 { sha256[substr($0, 67)] = substr($0, 1, 64) }

function quoted(text) {
    gsub(/\\/, "\\\\", text)
    gsub(/"/, "\\\"", text)
    return "\"" text "\""
}

function id_of(text) {
    gsub(/[^A-Za-z0-9.-]/, "-", text)
    return "SPDXRef-File-" text
}

# A package; its checksum is left out when nobody knows it.
function package(id, name, version, supplier, from, licence, sum, comment, reference) {
    printf "    {\n      \"SPDXID\": %s,\n      \"name\": %s,\n", quoted(id), quoted(name)
    if (version != "") printf "      \"versionInfo\": %s,\n", quoted(version)
    printf "      \"supplier\": %s,\n      \"downloadLocation\": %s,\n", supplier, quoted(from)
    printf "      \"filesAnalyzed\": false,\n"
    if (sum != "")
        printf "      \"checksums\": [%s],\n", checksum("SHA256", sum)
    if (reference != "")
        printf "      \"externalRefs\": [{\"referenceCategory\": \"PACKAGE-MANAGER\", " \
            "\"referenceType\": \"purl\", \"referenceLocator\": %s}],\n", quoted(reference)
    printf "      \"licenseConcluded\": \"NOASSERTION\",\n"
    printf "      \"licenseDeclared\": %s,\n", quoted(licence)
    printf "      \"copyrightText\": \"NOASSERTION\",\n"
    printf "      \"comment\": %s\n    }", quoted(comment)
}

function checksum(kind, sum) {
    return "{\"algorithm\": \"" kind "\", \"checksumValue\": " quoted(sum) "}"
}

function relation(a, type, b) {
    printf "%s    {\"spdxElementId\": %s, \"relationshipType\": %s, \"relatedSpdxElement\": %s}", \
        related++ ? ",\n" : "", quoted(a), quoted(type), quoted(b)
}

END {
    printf "{\n  \"spdxVersion\": \"SPDX-2.3\",\n  \"dataLicense\": \"CC0-1.0\",\n"
    name = "virtasp-" fact["version"]
    printf "  \"SPDXID\": \"SPDXRef-DOCUMENT\",\n  \"name\": %s,\n", quoted(name)
    printf "  \"documentNamespace\": %s,\n", \
        quoted("https://spdx.org/spdxdocs/" name "-" fact["image_sha256"])
    printf "  \"creationInfo\": {\n    \"created\": %s,\n    \"creators\": [%s]\n  },\n", \
        quoted(fact["created"]), quoted("Tool: virtasp-audit-" fact["version"])
    printf "  \"documentDescribes\": [\"SPDXRef-Firmware\"],\n  \"packages\": [\n"
    package("SPDXRef-Firmware", "virtasp-firmware", fact["version"], "\"NOASSERTION\"", \
        "NOASSERTION", "Apache-2.0", fact["image_sha256"], \
        "The body of the firmware image, build/board/firmware.bin.", "")
    printf ",\n"
    package("SPDXRef-Rom", "virtasp-boot-rom", fact["version"], "\"NOASSERTION\"", "NOASSERTION", \
        "Apache-2.0", fact["rom_sha256"], "The boot ROM, build/board/rom.bin.", "")
    printf ",\n"
    package("SPDXRef-MbedTLS", "mbedtls", fact["mbedtls_version"], \
        "\"Organization: Mbed TLS Contributors\"", \
        "https://github.com/Mbed-TLS/mbedtls/releases/tag/mbedtls-" fact["mbedtls_version"], \
        "Apache-2.0 OR GPL-2.0-or-later", fact["mbedtls_sha256"], \
        (fact["mbedtls_archive"] == "" ? "From a tree of the builder's." : "The checksum is that of " \
            fact["mbedtls_archive"] ", of Debian's source package " fact["mbedtls_package"] ".") \
        " SHA-256 of the sha256sum of all C files in include and library, by name: " \
        fact["mbedtls_tree_sha256"], \
        "pkg:generic/mbedtls@" fact["mbedtls_version"])
    printf ",\n"
    package("SPDXRef-Newlib", "newlib", fact["newlib"], "\"Organization: Debian\"", \
        "NOASSERTION", "NOASSERTION", "", \
        "Parts of the C library that are linked in: " fact["newlib_parts"], \
        "pkg:deb/debian/libnewlib-arm-none-eabi@" fact["newlib"])
    printf ",\n"
    package("SPDXRef-GCC", "gcc-arm-none-eabi", fact["gcc"], "\"Organization: Debian\"", \
        "NOASSERTION", "GPL-3.0-or-later WITH GCC-exception-3.1", "", \
        "The compiler: " fact["compiler"] ". Parts of libgcc that are linked in: " \
        fact["libgcc_parts"], \
        "pkg:deb/debian/gcc-arm-none-eabi@" fact["gcc"])
    printf ",\n"
    package("SPDXRef-Binutils", "binutils-arm-none-eabi", fact["binutils"], \
        "\"Organization: Debian\"", \
        "NOASSERTION", "GPL-3.0-or-later", "", "Assembler and linker: " fact["linker"], \
        "pkg:deb/debian/binutils-arm-none-eabi@" fact["binutils"])
    printf "\n  ],\n  \"files\": [\n"
    for (i = 1; i <= count; i++)
        printf "    {\"SPDXID\": %s, \"fileName\": %s, \"fileTypes\": [\"SOURCE\"], " \
            "\"checksums\": [%s, %s], \"licenseConcluded\": \"Apache-2.0\", " \
            "\"licenseInfoInFiles\": [\"Apache-2.0\"], \"copyrightText\": \"NOASSERTION\"}%s\n", \
            quoted(id_of(files[i])), quoted("./" files[i]), checksum("SHA1", sha1[files[i]]), \
            checksum("SHA256", sha256[files[i]]), i < count ? "," : ""
    printf "  ],\n  \"relationships\": [\n"
    relation("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Firmware")
    relation("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Rom")
    relation("SPDXRef-Firmware", "STATIC_LINK", "SPDXRef-MbedTLS")
    relation("SPDXRef-Rom", "STATIC_LINK", "SPDXRef-MbedTLS")
    relation("SPDXRef-Firmware", "STATIC_LINK", "SPDXRef-Newlib")
    relation("SPDXRef-Firmware", "STATIC_LINK", "SPDXRef-GCC")
    relation("SPDXRef-GCC", "BUILD_TOOL_OF", "SPDXRef-Firmware")
    relation("SPDXRef-Binutils", "BUILD_TOOL_OF", "SPDXRef-Firmware")
    for (i = 1; i <= count; i++) relation("SPDXRef-Firmware", "GENERATED_FROM", id_of(files[i]))
    printf "\n  ]\n}\n"
}
