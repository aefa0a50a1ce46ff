/* The two things in the sky that the lunar calendar rests on: when the moon is new, and how far the
 * sun has gone. Instants are days since 1970-01-01 00:00 universal time, with their fraction. */
#pragma once

/* The new moon number `k`; number 0 is that of 6 January 2000. Good to half a minute 1900..2200,
 * but for the rotation of the earth after today. */
double lunar_sky_new_moon(int k);

/* The number of a new moon not later than the one at or before `day`, and at most one before it. */
int lunar_sky_number(double day);

/* The sun's apparent longitude in degrees, 0 <= x < 360. Good to a minute of time. */
double lunar_sky_sun(double day);
