# SPDX-License-Identifier: Apache-2.0
# The key server over HTTP, as tools see it.
#
# Read by run.sh, after attestation.sh has made the chips; it sets the variables.
# shellcheck shell=sh disable=SC2154

# The server is ended by its number when the suite ends early.
kds_start() { # DIRECTORY
    rm -f "$work/kds.out"
    "$VIRTASP" kds "$1" >"$work/kds.out" 2>"$work/kds.err" &
    server=$!
    tries=0
    while [ ! -s "$work/kds.out" ] && kill -0 "$server" 2>/dev/null && [ "$tries" -lt 100 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    address=$(cat "$work/kds.out")
    port=${address##*:}
}
kds_stop() {
    kill "$server"
    wait "$server"
    stopped=$?
    server=
    same "$stopped" 0
}

# http REQUEST: sends bytes as they are, with \r and \n, and prints all that comes back.
http() {
    perl -MIO::Socket::INET -e '
        my ($port, $request) = @ARGV;
        $request =~ s/\\r/\r/g; $request =~ s/\\n/\n/g;
        my $socket = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port,
            Timeout => 30) or die "no connection";
        print $socket $request;
        $socket->flush;
        while (sysread $socket, my $part, 65536) { print $part }' "$port" "$1"
}
get() { http "GET $1 HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n"; }
# serves ADDRESS TYPE FILE: the answer is that file.
serves() {
    get "$1" >"$work/answer" &&
        perl -0777 -ne 's/^(.*?\r\n)\r\n//s; print STDERR $1; print' "$work/answer" \
            >"$work/body" 2>"$work/head" &&
        cmp "$work/body" "$3" && head -n 1 "$work/head" | grep -q '^HTTP/1.1 200 OK' &&
        tr -d '\r' <"$work/head" | grep -q "^Content-Type: $2\$" &&
        tr -d '\r' <"$work/head" | grep -q "^Content-Length: $(stat -c %s "$3")\$"
}
answers_with() { # STATUS REQUEST
    same "$(http "$2" | head -n 1 | cut -d' ' -f2)" "$1"
}

chip=$work/milan
id=$(fact "$chip" chip_id)
kds_start "$chip"
check "kds says where it is" [ "${port:-0}" -gt 0 ]
v=/vcek/v1/Milan
query="blSPL=04&teeSPL=00&snpSPL=26&ucodeSPL=211"
check "it serves the chain" serves $v/cert_chain application/x-pem-file "$chip/kds$v/cert_chain"
check "the revoked certificates" serves $v/crl application/pkix-crl "$chip/kds$v/crl"
check "the VCEK" serves "$v/$id?$query" application/pkix-cert \
    "$chip/kds$v/$id/bl04_tee00_snp26_ucode211.der"
check "by its ID in capital letters" serves "$v/$(echo "$id" | tr a-f A-F)?$query" \
    application/pkix-cert "$chip/kds$v/$id/bl04_tee00_snp26_ucode211.der"
check "the VLEK" serves "/vlek/v1/Milan/cert?$query" application/pkix-cert \
    "$chip/kds/vlek/v1/Milan/bl04_tee00_snp26_ucode211.der"
check "the VLEK's chain" serves /vlek/v1/Milan/cert_chain application/x-pem-file \
    "$chip/kds/vlek/v1/Milan/cert_chain"
check "its revoked certificates" serves /vlek/v1/Milan/crl application/pkix-crl \
    "$chip/kds/vlek/v1/Milan/crl"
check "a query in another order" serves "$v/$id?ucodeSPL=211&snpSPL=26&teeSPL=0&blSPL=4" \
    application/pkix-cert "$chip/kds$v/$id/bl04_tee00_snp26_ucode211.der"
check "the CEK" serves "/cek/id/$id" application/octet-stream "$chip/kds/cek/id/$id"
check "the CEK by its ID in capital letters" serves "/cek/id/$(echo "$id" | tr a-f A-F)" \
    application/octet-stream "$chip/kds/cek/id/$id"
kds "$chip" --get "$v/$id?blSPL=1&teeSPL=2&snpSPL=3&ucodeSPL=4" >"$work/lower.der"
check "a VCEK that is in no file" serves "$v/$id?blSPL=1&teeSPL=2&snpSPL=3&ucodeSPL=4" \
    application/pkix-cert "$work/lower.der"
check "and makes no file of it" no_file "$chip/kds$v/$id/bl01_tee02_snp03_ucode04.der"
other=$(echo "$id" | tr 0-9a-f 1-9a-f0)
check "nothing of another chip" answers_with 404 "GET $v/$other?$query HTTP/1.1\\r\\n\\r\\n"
check "nothing of another product" answers_with 404 \
    "GET /vcek/v1/Genoa/$id?$query HTTP/1.1\\r\\n\\r\\n"
check "nothing else of the chip" answers_with 404 "GET /../fuses.bin HTTP/1.1\\r\\n\\r\\n"
check "queries must be whole" answers_with 400 "GET $v/$id?blSPL=4 HTTP/1.1\\r\\n\\r\\n"
check "it only gives" answers_with 405 "POST $v/crl HTTP/1.1\\r\\n\\r\\n"
check "it wants HTTP" answers_with 400 "hello\\r\\n\\r\\n"
long=$(head -c 5000 /dev/zero | tr '\0' a)
check "of a bounded length" answers_with 431 "GET /$long HTTP/1.1\\r\\n\\r\\n"
check "it ends when told to" kds_stop
check "and had nothing to complain of" [ ! -s "$work/kds.err" ]

kds "$chip" --get $v/cert_chain >"$work/answer"
check "kds writes what an address has" cmp "$work/answer" "$chip/kds$v/cert_chain"
refuse "--get names what is not there" 1 "404 Not Found" kds "$chip" --get /nothing
refuse "--get names what is wrong" 1 "400 Bad Request" kds "$chip" --get "$v/$id"
refuse "kds wants a chip" 2 "needed" kds
refuse "kds wants a chip that is there" 1 "virtasp provision makes it" kds "$work/nobody"
refuse "kds knows ports up to 65535" 2 "no port" kds "$chip" --port 65536
refuse "kds serves or writes" 2 "goes without" kds "$chip" --port 1 --get /

# What is there and cannot be read is not "not there", and nothing is made in its place.
cp -r "$chip" "$work/unreadable"
for file in "$v/crl" "$v/$id/bl04_tee00_snp26_ucode211.der"; do
    rm "$work/unreadable/kds$file" && mkdir "$work/unreadable/kds$file"
done
refuse "--get says why a file cannot be read" 1 "500 Internal.*crl is not a regular file" kds \
    "$work/unreadable" --get $v/crl
refuse "--get makes no other certificate" 1 "500 Internal.*is not a regular file" kds \
    "$work/unreadable" --get "$v/$id?$query"
kds_start "$work/unreadable"
check "kds tells a failure of its own" answers_with 500 "GET $v/crl HTTP/1.1\\r\\n\\r\\n"
check "and goes on" answers_with 200 "GET $v/cert_chain HTTP/1.1\\r\\n\\r\\n"
check "until it is told to end" kds_stop

# Without the vendor's keys it has what is there, and no more.
cp -r "$chip" "$work/public"
rm -rf "$work/public/vendor" "$work/public/fuses.bin"
kds_start "$work/public"
check "kds without keys says so" grep -q "only certificates that are there" "$work/kds.err"
check "it serves what is there" serves "$v/$id?$query" application/pkix-cert \
    "$chip/kds$v/$id/bl04_tee00_snp26_ucode211.der"
check "and makes nothing" answers_with 404 \
    "GET $v/$id?blSPL=1&teeSPL=2&snpSPL=3&ucodeSPL=4 HTTP/1.1\\r\\n\\r\\n"
check "it ends, too" kds_stop
