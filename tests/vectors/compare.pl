# SPDX-License-Identifier: Apache-2.0
# Holds the answers of a client to test vectors against the manifest, and against the record of what it
# is known to answer otherwise.
#
# usage: perl compare.pl CORPUS RECORD [ONLY] <ANSWERS     ANSWERS: name, answer, why, parted by tabs
#        perl compare.pl CORPUS - <ANSWERS                 prints a record instead
#
# ONLY: a pattern as in a record; vectors of other names are left alone.
#
# A line of a record: ANSWER PATTERN, then words that say why. ANSWER is accepts, refuses or crashes, or
# skips for what the client is not asked about; PATTERN is a vector's name in which * stands for any text.
# A client may answer "skips" itself. All that matches must be answered so, and nothing else may differ from the manifest. Vectors whose result
# is "policy" are the caller's to judge: both answers are right.
use strict;
use warnings;
use JSON::PP;

my ($corpus, $record, $only) = @ARGV;

# names PATTERN: the regular expression of names that it stands for.
sub names {
    my $match = join '.*', map { quotemeta } split /\*/, shift, -1;
    return qr/^$match$/;
}

open my $manifest, '<', "$corpus/manifest.json" or die "$corpus/manifest.json: $!\n";
my @vectors = @{decode_json(do { local $/; <$manifest> })->{vectors}};
my %answer;
while (<STDIN>) {
    chomp;
    my ($name, $answer) = split /\t/;
    $answer{$name} = $answer;
}

# expected VECTOR ANSWER: whether the manifest has it so.
sub expected {
    my ($vector, $answer) = @_;
    return $answer ne 'crashes' if $vector->{result} eq 'policy';
    return $answer eq ($vector->{result} eq 'valid' ? 'accepts' : 'refuses');
}

if ($record eq '-') {
    # One line for a kind of vector of which all differ in the same way.
    my (%kinds, %sizes);
    for my $vector (@vectors) {
        my ($kind) = $vector->{name} =~ /(\..*)$/;
        $kind //= '';
        $sizes{$kind}++;
        my $answer = $answer{$vector->{name}} // 'nothing';
        next if $answer eq 'skips';
        push @{$kinds{$kind}{$answer}}, $vector->{name} unless expected($vector, $answer);
    }
    for my $kind (sort keys %kinds) {
        for my $answer (sort keys %{$kinds{$kind}}) {
            my @names = @{$kinds{$kind}{$answer}};
            @names = ("*$kind") if $kind ne '' && @names == $sizes{$kind};
            print "$answer $_\n" for @names;
        }
    }
    exit;
}

open my $lines, '<', $record or die "$record: $!\n";
my %known;
my $wrong = 0;
while (<$lines>) {
    next if /^\s*(#|$)/;
    my ($known, $pattern) = /^(accepts|refuses|crashes|skips) (\S+)/ or die "$record:$.: what?\n";
    my $match = names($pattern);
    my @matching = grep { $_->{name} =~ $match } @vectors;
    if (!@matching) {
        print "$record:$.: no vector is called $pattern\n";
        $wrong++;
    }
    $known{$_->{name}} = $known for @matching;
}
if (defined $only) {
    my $match = names($only);
    @vectors = grep { $_->{name} =~ $match } @vectors;
}
my ($right, $otherwise, $skipped) = (0, 0, 0);
for my $vector (@vectors) {
    my $name = $vector->{name};
    my $known = $known{$name};
    my $answer = $answer{$name} // 'nothing';
    if ($answer eq 'skips') {
        $skipped++;
        next;
    }
    if (defined $known ? $known eq 'skips' || $known eq $answer : expected($vector, $answer)) {
        !defined $known ? $right++ : $known eq 'skips' ? $skipped++ : $otherwise++;
        next;
    }
    printf "%s: %s, where %s\n", $name, $answer,
        defined $known ? "the record has: $known" : "the manifest has: $vector->{result}";
    $wrong++;
}
print "$right as the manifest has it, $otherwise otherwise, as recorded, $skipped not asked, ",
    "$wrong unexpected\n";
exit($wrong || !$right ? 1 : 0);
