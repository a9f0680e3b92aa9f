# SPDX-License-Identifier: Apache-2.0
# Writes what is launched of a Linux guest, by docs/linux-launch.md alone: its SHA-256 is the launch digest.
#
# usage: perl tests/linux_guest/digest.pl KERNEL INITRD|- COMMAND-LINE MEMORY-MIB CPUS C-BIT
use strict;
use warnings;

my ($kernel_file, $initrd_file, $text, $mib, $cpus, $c_bit) = @ARGV;
binmode STDOUT;

sub contents {
    my ($name) = @_;
    open my $file, '<:raw', $name or die "$name: $!\n";
    local $/ = undef;
    my $bytes = <$file>;
    close $file;
    return defined $bytes ? $bytes : '';
}

# Zeros up to a length.
sub up_to { my ($bytes, $length) = @_; return $bytes . "\0" x ($length - length $bytes); }

sub piece {
    my ($bytes) = @_;
    print up_to($bytes, int((length($bytes) + 15) / 16) * 16);
}

my $c = 1 << $c_bit;
my $memory = $mib << 20;
my $low = $memory < 2 << 30 ? $memory : 2 << 30;
my $k = contents($kernel_file);

# 1. Page tables.
piece(up_to(pack('Q<', 0x2023 + $c), 0x1000)
    . up_to(pack('Q<4', map { $_ + $c } 0x3023, 0x4023, 0x5023, 0x6023), 0x1000)
    . pack('Q<*', map { my $at = $_ << 21; $at + 0xe3 + ($at < $low ? $c : 0) } 0 .. 2047));

# 2. Boot parameters.
my $initrd = $initrd_file eq '-' ? '' : contents($initrd_file);
my $place = $initrd eq '' ? 0 : ($low - (1 << 20) - length $initrd) >> 20 << 20;
my @map = ([0, 0x9f000, 1], [0xf0000, 0x10000, 2], [0x100000, $low - 0x100000, 1]);
push @map, [1 << 32, $memory - $low, 1] if $memory > $low;
my $end = 0x202 + ord substr $k, 0x201, 1;
$end = 0x264 if $end < 0x264;
$end = 0x290 if $end > 0x290;
my $parameters = "\0" x 4096;
my $put = sub { my ($at, $bytes) = @_; substr($parameters, $at, length $bytes) = $bytes; };
$put->(0x1e8, chr @map);
$put->(0x1f1, substr $k, 0x1f1, $end - 0x1f1);
$put->(0x210, "\xff");
$put->(0x211, chr(1 | ord substr $k, 0x211, 1));
$put->(0x214, substr $k, 0x258, 4);
$put->(0x218, pack 'V2', $place, length $initrd);
$put->(0x228, pack 'V', 0x9000);
$put->(0x250, pack 'Q<', 0x200000);
$put->(0x2d0, join '', map { pack 'Q<Q<V', @$_ } @map);
piece($parameters);

# 3. to 5. Kernel, initrd, command line.
my $sectors = ord substr $k, 0x1f1, 1;
piece(substr $k, 512 * (($sectors == 0 ? 4 : $sectors) + 1));
piece($initrd);
piece("$text\0");

# 6. MP table.
my $entries = join '', map { pack 'C4VVx8', 0, $_, 0x14, $_ == 0 ? 3 : 1, 0xa00f11, 0x78bfbff } 0 .. $cpus - 1;
$entries .= pack('CCA6', 1, 0, 'PCI') . pack('CCA6', 1, 1, 'ISA') . pack 'C4V', 2, $cpus, 0x20, 1, 0xfec00000;
$entries .= join '', map { pack 'C8', 3, 0, 0, 0, 1, $_, $cpus, $_ == 0 ? 2 : $_ } grep { $_ != 2 } 0 .. 15;
$entries .= pack 'C16', 4, 3, 0, 0, 1, 0, 0, 0, 4, 1, 0, 0, 1, 0, 0xff, 1;
my $sum = sub { my ($bytes) = @_; return -unpack('%8C*', $bytes) & 0xff; };
my $pointer = sub { return '_MP_' . pack 'VCCCx5', 0xf0010, 1, 4, $_[0]; };
my $header = sub {
    return pack 'A4vCCA20x6vVx4', 'PCMP', 204 + 20 * $cpus, 4, $_[0], 'VIRTASP LINUX GUEST', $cpus + 20, 0xfee00000;
};
piece(up_to($pointer->($sum->($pointer->(0))) . $header->($sum->($header->(0) . $entries)) . $entries, 1024));

# 7. Header of the secret's entry.
piece(pack 'x8VV', 0x56415350, 512);
