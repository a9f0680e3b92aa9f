# SPDX-License-Identifier: Apache-2.0
# A key server whose certificates lack their last byte, and whose chains come whole; or one that answers
# something else. It prints its address.
#
# usage: perl tests/attestation/cut.pl ADDRESS MODE
#
# ADDRESS of the server that is asked. MODE: "told", the head says how long the body was, or "untold";
# "old", the answer is whole, of HTTP/1.0; else it is MODE itself, with \r and \n, and "@" 70000 times.
use strict;
use warnings;
use IO::Socket::INET;

my ($address, $mode) = @ARGV;
$address =~ s{^http://}{};
my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 4) or die "no socket: $!";
$| = 1;
print 'http://127.0.0.1:', $listener->sockport, "\n";
while (my $client = $listener->accept) {
    my $head = '';
    while (my $line = <$client>) {
        $head .= $line;
        last if $line eq "\r\n";
    }
    my $server = IO::Socket::INET->new(PeerAddr => $address) or die "no server: $!";
    print $server $head;
    $server->flush;
    my $answer = do { local $/; <$server> };
    if ($mode =~ /^old$/) {
        $answer =~ s{^HTTP/1.1}{HTTP/1.0};
    } elsif ($mode !~ /^(un)?told$/) {
        $answer = $mode =~ s/\\r/\r/gr =~ s/\\n/\n/gr =~ s/@/"@" x 70000/egr;
    } elsif ($head !~ /cert_chain/) {
        $answer =~ s/\r\nContent-Length: \d+//i if $mode eq 'untold';
        chop $answer;
    }
    print $client $answer;
    close $client;
}
