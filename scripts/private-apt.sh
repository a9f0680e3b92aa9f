# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# To be read by other scripts ("."): an apt of one's own in a directory, so that packages of another
# Debian release can be had without the system's apt noticing. apt checks Debian's signature and
# every checksum; the mirrors and keys are those that this machine already trusts, and its proxy
# settings hold too.
#
# The script that reads this sets HERE, the directory of the scripts, and APT, the one for apt.

# Writes apt's settings: nothing outside $APT is written. The #clear lines drop the hooks that a
# system may have for its own updates. As root apt would otherwise read and write as a user who
# may have no access to this directory.
private_apt_config() {
    mkdir -p "$APT/lists/partial" "$APT/cache/archives/partial" "$APT/log"
    : >"$APT/status"
    cat >"$APT/apt.conf" <<CONF
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
Dir::State "$APT";
Dir::State::status "$APT/status";
Dir::State::lists "$APT/lists";
Dir::Cache "$APT/cache";
Dir::Cache::archives "$APT/cache/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Dir::Log "$APT/log";
Dir::Etc::sourcelist "$APT/sources.list";
Dir::Etc::sourceparts "-";
Dir::Etc::preferences "-";
Dir::Etc::preferencesparts "-";
Acquire::Languages "none";
Acquire::Retries "3";
CONF
    if [ "$(id -u)" -eq 0 ]; then
        echo 'APT::Sandbox::User "root";' >>"$APT/apt.conf"
    fi
}

# private_apt_get TYPE SUITES FUNCTION: with each mirror of this machine in turn, until FUNCTION
# succeeds: a third party's archive may look like Debian's own in the list, and then simply has no
# such package. TYPE is deb or deb-src, SUITES the releases, separated by blanks. FUNCTION's output
# goes to $APT/log/fetch, and to standard error when it fails.
# Returns 1 when no mirror would do, 2 when this machine has no apt or no mirror.
private_apt_get() {
    command -v apt-get >/dev/null || return 2
    private_apt_config
    codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    "$HERE/apt-mirrors.sh" "${codename:-stable}" >"$APT/mirrors"
    [ -s "$APT/mirrors" ] || return 2
    while read -r url options; do
        : >"$APT/sources.list"
        for suite in $2; do
            echo "$1 $options $url $suite main" >>"$APT/sources.list"
        done
        if { apt-get -q -c "$APT/apt.conf" update -o APT::Update::Error-Mode=any && "$3"; } \
            >"$APT/log/fetch" 2>&1 </dev/null; then
            rm -rf "$APT/lists" # tens of megabytes that nothing needs any more
            return 0
        fi
        sed 's/^/    /' "$APT/log/fetch" >&2
    done <"$APT/mirrors"
    return 1
}
