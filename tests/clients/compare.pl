# SPDX-License-Identifier: Apache-2.0
# Holds the results of a test suite against the record of them.
#
# usage: perl compare.pl RECORD RESULTS
#
# RESULTS: lines "NAME RESULT", RESULT being passes, fails or skips. A line of a record: RESULT NAME, then
# words that say why; "varies" fits every result, and * in NAME stands for any text. All tests that are not
# in the record pass; those that are in it are there.
use strict;
use warnings;

my ($record, $results) = @ARGV;
my (@known, %result);

open my $lines, '<', $record or die "$record: $!\n";
while (<$lines>) {
    next if /^\s*(#|$)/;
    my ($known, $name) = /^(fails|skips|varies) (\S+)/ or die "$record:$.: what?\n";
    push @known, [$name, $known, join '.*', map { quotemeta } split /\*/, $name, -1];
}
open $lines, '<', $results or die "$results: $!\n";
while (<$lines>) {
    my ($name, $result) = /^(\S+) (passes|fails|skips)$/ or die "$results:$.: what?\n";
    $result{$name} = $result;
}

my ($wrong, %sums) = (0);
for my $name (sort keys %result) {
    my @lines = grep { $name =~ /^$_->[2]$/ } @known;
    $_->[3] = 1 for @lines;
    my $known = @lines ? $lines[0][1] : 'passes';
    $sums{$result{$name}}++;
    next if $known eq 'varies' || $known eq $result{$name};
    print "$name $result{$name}, where the record has: $known\n";
    $wrong++;
}
for my $line (grep { !$_->[3] } @known) {
    print "$record: there is no test $line->[0]\n";
    $wrong++;
}
printf "%d pass, %d fail, %d are skipped, %d unexpected\n", map({ $sums{$_} // 0 } qw(passes fails skips)),
    $wrong;
exit($wrong || !%result ? 1 : 0);
