#!/usr/bin/perl
# How many due dates Business::Hours computes per second of processor time, for tools/bench/calendar.
#   calendar.pl HOURS HOLIDAY,HOLIDAY,... < instants, seconds since 1970, one a line
# Prints a JSON line; nothing where the module is absent.
use strict;
use warnings;

exit 0 unless eval { require Business::Hours; 1 };
my ($hours, $holidays) = @ARGV;
my @from = <STDIN>;
chomp @from;
my $cal = Business::Hours->new;
my @day = (Start => '07:00', End => '17:00', Breaks => [{ Start => '11:30', End => '13:30' }]);
my @off = (Start => undef, End => undef);
$cal->business_hours(
    (map { $_ => { Name => "day $_", $_ % 6 ? @day : @off } } 0 .. 6),
    holidays => [split /,/, $holidays],
);
my ($begin, $n) = ((times)[0], 0);
while ((times)[0] - $begin < 1) {
    $cal->add_seconds($from[$n++ % @from], $hours * 3600);
}
printf "{\"name\":\"Business::Hours, %d hours\",\"ns\":%.0f}\n", $hours, ((times)[0] - $begin) * 1e9 / $n;
