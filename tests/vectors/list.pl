# SPDX-License-Identifier: Apache-2.0
# Reads the manifest of a corpus of test vectors, holds it against its schema (docs/vectors.md), and
# prints a line for each vector, fields parted by tabs, as tests/vectors/main.c takes them.
#
# usage: perl list.pl CORPUS              the lines
#        perl list.pl CORPUS time         the time at which it is to be judged, in seconds since 1970
use strict;
use warnings;
use JSON::PP;
use Time::Local;

my ($corpus, $what) = @ARGV;
open my $file, '<', "$corpus/manifest.json" or die "$corpus/manifest.json: $!\n";
my $manifest = decode_json(do { local $/; <$file> });

# fields OBJECT WHAT NAME...: these are there, and nothing else but what ends with a question mark.
sub fields {
    my ($object, $name, @fields) = @_;
    my %left = %$object;
    for my $field (@fields) {
        my $optional = $field =~ s/\?$//;
        die "$name: no $field\n" unless $optional || exists $object->{$field};
        die "$name: $field has a tab or newline\n" if ($object->{$field} // '') =~ /[\t\n]/;
        delete $left{$field};
    }
    die "$name: what is $_?\n" for sort keys %left;
}

fields($manifest, 'manifest', qw(format notice generator firmware seed time roots vectors reasons));
die "format\n" unless $manifest->{format} eq 'virtasp-vectors-1';
die "notice\n" unless $manifest->{notice} =~ /^TEST, NOT AMD/;
$manifest->{time} =~ /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/ or die "time\n";
my $time = timegm($6, $5, $4, $3, $2 - 1, $1);
if (($what // '') eq 'time') {
    print "$time\n";
    exit;
}

my (%seen, %used);
my $id = 0;
for my $vector (@{$manifest->{vectors}}) {
    my $name = $vector->{name};
    fields($vector, $name, qw(id name result reason step comment? product report_version signer
        made_by report chain ark ask leaf crl));
    die "$name: id\n" unless $vector->{id} == ++$id;
    die "$name: twice\n" if $seen{$name}++;
    my $reason = $manifest->{reasons}{$vector->{reason}} or die "$name: no such reason\n";
    die "$name: another result than its reason's\n" unless $vector->{result} eq $reason->{result};
    die "$name: another step than its reason's\n" unless $vector->{step} eq $reason->{step};
    my $root = $manifest->{roots}{$vector->{product}} or die "$name: no root\n";
    die "$name: version\n" unless $vector->{report_version} =~ /^[235]$/;
    die "$name: signer\n" unless $vector->{signer} =~ /^V[CL]EK$/;
    die "$name: made by\n" unless $vector->{made_by} =~ /^(firmware|factory)$/;
    $used{$vector->{reason}}++;
    my $chain = "$corpus/$vector->{chain}";
    print join("\t", $name, $vector->{reason}, $vector->{product}, "$corpus/$vector->{report}",
        "$chain/$vector->{ark}", "$chain/$vector->{ask}", "$chain/$vector->{leaf}",
        "$corpus/$vector->{crl}", "$corpus/$root"), "\n";
}
for my $name (sort keys %{$manifest->{reasons}}) {
    my $reason = $manifest->{reasons}{$name};
    fields($reason, $name, qw(result step section rule));
    die "$name: result\n" unless $reason->{result} =~ /^(valid|invalid|policy)$/;
    die "$name: no vector has that reason\n" unless $used{$name};
}
