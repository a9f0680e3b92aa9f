# SPDX-License-Identifier: Apache-2.0
# Holds the results of a test suite against the record of them.
#
# usage: perl compare.pl RECORD RESULTS
#
# RESULTS: lines "NAME RESULT", RESULT being passes, fails or skips. A line of a record: RESULT NAME, then
# words that say why; "varies" fits every result. All tests that are not in the record pass; those that
# are in it are there.
use strict;
use warnings;

my ($record, $results) = @ARGV;
my (%known, %result);

open my $lines, '<', $record or die "$record: $!\n";
while (<$lines>) {
    next if /^\s*(#|$)/;
    my ($known, $name) = /^(fails|skips|varies) (\S+)/ or die "$record:$.: what?\n";
    $known{$name} = $known;
}
open $lines, '<', $results or die "$results: $!\n";
while (<$lines>) {
    my ($name, $result) = /^(\S+) (passes|fails|skips)$/ or die "$results:$.: what?\n";
    $result{$name} = $result;
}

my ($wrong, %sums) = (0);
for my $name (sort keys %result) {
    my $known = $known{$name} // 'passes';
    $sums{$result{$name}}++;
    next if $known eq 'varies' || $known eq $result{$name};
    print "$name $result{$name}, where the record has: $known\n";
    $wrong++;
}
for my $name (sort keys %known) {
    next if exists $result{$name};
    print "$record: there is no test $name\n";
    $wrong++;
}
printf "%d pass, %d fail, %d are skipped, %d unexpected\n", map({ $sums{$_} // 0 } qw(passes fails skips)),
    $wrong;
exit($wrong || !%result ? 1 : 0);
