# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # set by run.sh
# The sev crate's own tests, with those that its authors call dangerous for hardware: they make keys anew
# and reset the platform.

# sev_build: its source in a directory of its own, with what Debian's package does without: a network.
sev_build() {
    version=$(version client-sev librust-sev-dev)
    suite=$clients/sev-suite
    if [ "$(cat "$suite/made" 2>/dev/null)" != "$version" ]; then
        rm -rf "$suite"
        mkdir -p "$suite" "$clients/reqwest/src"
        cp -r "$BUILD/client-sev/usr/share/cargo/registry/sev-$version/." "$suite"
        printf '[package]\nname = "reqwest"\nversion = "0.0.0"\nedition = "2021"\n' \
            >"$clients/reqwest/Cargo.toml"
        sed -i 's/^hw_tests = \[\]/&\ndangerous_hw_tests = ["hw_tests", "dep:reqwest"]/' \
            "$suite/Cargo.toml"
        printf '\n[dependencies.reqwest]\npath = "../reqwest"\noptional = true\n' \
            >>"$suite/Cargo.toml"
        echo "$version" >"$suite/made"
    fi
    cmp -s tests/clients/sev/reqwest.rs "$clients/reqwest/src/lib.rs" ||
        cp tests/clients/sev/reqwest.rs "$clients/reqwest/src/lib.rs"
    # Its build script would look for the devices: they are there when the tests run.
    (cd "$suite" && export RUSTFLAGS='--cfg host --cfg guest' &&
        cargo_tool test --no-run --features openssl,dangerous_hw_tests --message-format json) \
        >"$work/built" &&
        perl -ne 'print "$1 $2\n" if /"test":true/ && /"name":"([^"]*)","src_path".*"executable":"([^"]+)"/' \
            "$work/built" >"$work/programs" && [ -s "$work/programs" ]
}
# sev_results: "PROGRAM::TEST RESULT" of all programs, one test after the other.
sev_results() {
    while read -r name program; do
        (cd "$clients/sev-suite" && HOME=$work run "$BUILD/client-sev/run" "$program" \
            --test-threads 1 </dev/null) >"$work/output" 2>&1
        sed -n "s/^test \([^ ]*\)\( - should panic\)\{0,1\} \.\.\. ok\$/$name::\1 passes/p
            s/^test \([^ ]*\)\( - should panic\)\{0,1\} \.\.\. FAILED\$/$name::\1 fails/p
            s/^test \([^ ]*\) \.\.\. ignored.*/$name::\1 skips/p" "$work/output"
    done <"$work/programs" >"$work/results"
}
sev() {
    large "the sev crate's tests" "$clients/sev-suite/target/debug/deps" || return 0
    tree_rust || return 0
    check "the sev crate's tests are built" sev_build
    [ -s "$work/programs" ] || return 0
    sev_results
    recorded "sev-$(version client-sev librust-sev-dev)"
}
