#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# A machine in QEMU's place in which nothing runs: it answers QEMU's control protocol, and prints a line
# when it goes on. For tests of what is around a machine, without QEMU and without a kernel.
#
# MACHINE_HANGS=COMMAND  it does not answer that one any more,
# MACHINE_HUNG=FILE      and writes its process into this file then.

use strict;
use warnings;

if (@ARGV && $ARGV[0] eq '--version') {
    print "QEMU emulator version 11.1.0\n";
    exit;
}
my $arguments = join ' ', @ARGV;
my ($control) = $arguments =~ /socket,id=monitor,fd=(\d+)/     or die;
my ($console) = $arguments =~ m{id=console,path=/proc/self/fd/(\d+)} or die;
open my $monitor, '+<&=', $control or die;
open my $output,  '>&=',  $console or die;
$_->autoflush(1) for $monitor, $output;
my $hangs = $ENV{MACHINE_HANGS} // '';

# Until whoever has started the machine ends it, or has ended.
sub hang {
    open my $file, '>', $ENV{MACHINE_HUNG} or die;
    print $file "$$\n";
    close $file;
    sleep 1 while 1;
}

hang() if $hangs eq 'start';
print $monitor qq({"QMP": {}}\n);
while (my $line = <$monitor>) {
    my ($command) = $line =~ /"execute":"([a-z_-]+)"/ or die;
    hang() if $command eq $hangs;
    print $output "the machine goes on\n" if $command eq 'cont';
    my $answer = $command eq 'query-migrate' ? '"status": "completed"' : '';
    print $monitor qq({"return": {$answer}}\n);
}
