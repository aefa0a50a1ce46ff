/* Series of the astronomers, as they stand in their books: new moons after J. Meeus, Astronomical
 * Algorithms (2nd edition, chapter 49); the sun's longitude after P. Bretagnon and J.-L. Simon,
 * Planetary Programs and Tables; the difference of dynamical and universal time after F. Espenak
 * and J. Meeus, from 2005 on along the years measured since. Angles are degrees, T and c Julian
 * centuries from J2000. */
#include "domain/lunar_sky.h"

#include <math.h>
#include <stddef.h>

#include "base/macros.h"

#define EPOCH_JD        2440587.5 /* 1970-01-01 00:00 */
#define J2000_JD        2451545.0
#define CENTURY         36525.0
#define MONTH           29.530588861
#define FIRST_MOON_JD   2451550.09766
#define DEGREE          (3.14159265358979323846 / 180.0)
#define SECONDS_PER_DAY 86400.0

static double sin_deg(double degrees)
{
    return sin(fmod(degrees, 360.0) * DEGREE);
}

static double poly(double x, const double *c, size_t n)
{
    double sum = 0;

    while (n--)
        sum = sum * x + c[n];
    return sum;
}
#define POLY(x, ...)                                                                               \
    poly((x), (const double[]){__VA_ARGS__}, ARRAY_LEN(((const double[]){__VA_ARGS__})))

/* Seconds that dynamical time is ahead of universal time. */
static double delta_t(double jd)
{
    double y = 2000.0 + (jd - J2000_JD) / 365.25;

    if (y < 1920)
        return POLY(y - 1900, -2.79, 1.494119, -0.0598939, 0.0061966, -0.000197);
    if (y < 1941)
        return POLY(y - 1920, 21.20, 0.84493, -0.076100, 0.0020936);
    if (y < 1961)
        return POLY(y - 1950, 29.07, 0.407, -1.0 / 233, 1.0 / 2547);
    if (y < 1986)
        return POLY(y - 1975, 45.45, 1.067, -1.0 / 260, -1.0 / 718);
    if (y < 2005)
        return POLY(y - 2000, 63.86, 0.3345, -0.060374, 0.0017275, 0.000651814, 0.00002373599);
    /* Measured: 64.7 in 2005, 69.4 in 2020, standing still since. Later the tides' slow parabola.
     */
    if (y < 2020)
        return 64.7 + (y - 2005) * (69.4 - 64.7) / 15;
    return 69.4 + 0.0072 * (y - 2020) * (y - 2020);
}

/* ---- the moon ---- */

struct moon_term {
    double amplitude; /* days */
    int e;            /* power of the eccentricity of the earth's orbit */
    int sun, moon, node;
};

/* clang-format off */
static const struct moon_term moon_terms[] = {
    {-0.40720, 0,  0, 1,  0}, { 0.17241, 1,  1, 0,  0}, { 0.01608, 0,  0, 2,  0}, { 0.01039, 0,  0, 0,  2},
    { 0.00739, 1, -1, 1,  0}, {-0.00514, 1,  1, 1,  0}, { 0.00208, 2,  2, 0,  0}, {-0.00111, 0,  0, 1, -2},
    {-0.00057, 0,  0, 1,  2}, { 0.00056, 1,  1, 2,  0}, {-0.00042, 0,  0, 3,  0}, { 0.00042, 1,  1, 0,  2},
    { 0.00038, 1,  1, 0, -2}, {-0.00024, 1, -1, 2,  0}, {-0.00007, 0,  2, 1,  0}, { 0.00004, 0,  0, 2, -2},
    { 0.00004, 0,  3, 0,  0}, { 0.00003, 0,  1, 1, -2}, { 0.00003, 0,  0, 2,  2}, {-0.00003, 0,  1, 1,  2},
    { 0.00003, 0, -1, 1,  2}, {-0.00002, 0, -1, 1, -2}, {-0.00002, 0,  1, 3,  0}, { 0.00002, 0,  0, 4,  0},
};

/* Of the planets: amplitude in days, angle at k = 0, degrees per month. */
static const double planet_terms[][3] = {
    {0.000165, 251.88,  0.016321}, {0.000164, 251.83, 26.651886}, {0.000126, 349.42, 36.412478},
    {0.000110,  84.66, 18.206239}, {0.000062, 141.74, 53.303771}, {0.000060, 207.14,  2.453732},
    {0.000056, 154.84,  7.306860}, {0.000047,  34.52, 27.261239}, {0.000042, 207.19,  0.121824},
    {0.000040, 291.34,  1.844379}, {0.000037, 161.72, 24.198154}, {0.000035, 239.56, 25.513099},
    {0.000023, 331.55,  3.592518},
};
/* clang-format on */

double lunar_sky_new_moon(int k)
{
    double T = k / 1236.85;
    double e = POLY(T, 1, -0.002516, -0.0000074);
    double sun = POLY(T, 2.5534, 29.10535670 * 1236.85, -0.0000014, -0.00000011);
    double moon = POLY(T, 201.5643, 385.81693528 * 1236.85, 0.0107582, 0.00001238, -0.000000058);
    double node = POLY(T, 160.7108, 390.67050284 * 1236.85, -0.0016118, -0.00000227, 0.000000011);
    double ascending = POLY(T, 124.7746, -1.56375588 * 1236.85, 0.0020672, 0.00000215);
    double jd =
        FIRST_MOON_JD + MONTH * k + T * T * POLY(T, 0.00015437, -0.000000150, 0.00000000073);

    jd -= 0.00017 * sin_deg(ascending);
    for (size_t i = 0; i < ARRAY_LEN(moon_terms); i++) {
        const struct moon_term *m = &moon_terms[i];
        double scale = m->e == 2 ? e * e : m->e ? e : 1;

        jd += m->amplitude * scale * sin_deg(m->sun * sun + m->moon * moon + m->node * node);
    }
    jd += 0.000325 * sin_deg(299.77 + 0.107408 * k - 0.009173 * T * T);
    for (size_t i = 0; i < ARRAY_LEN(planet_terms); i++)
        jd += planet_terms[i][0] * sin_deg(planet_terms[i][1] + planet_terms[i][2] * k);
    return jd - delta_t(jd) / SECONDS_PER_DAY - EPOCH_JD;
}

int lunar_sky_number(double day)
{
    /* A true new moon strays up to 14 hours from the mean one. */
    return (int)floor((day + EPOCH_JD - FIRST_MOON_JD - 0.7) / MONTH);
}

/* ---- the sun ---- */

/* clang-format off */
static const double sun_terms[][3] = { /* amplitude in 1e-7 rad, angle at J2000, degrees per century */
    {403406, 270.54861,     0.9287892}, {195207, 340.19128, 35999.1376958}, {119433,  63.91854, 35999.4089666},
    {112392, 331.26220, 35998.7287385}, {  3891, 317.843  , 71998.20261  }, {  2819,  86.631  , 71998.4403   },
    {  1721, 240.052  , 36000.35726  }, {   660, 310.26   , 71997.4812   }, {   350, 247.23   , 32964.4678   },
    {   334, 260.87   ,   -19.4410   }, {   314, 297.82   , 445267.1117  }, {   268, 343.14   , 45036.8840   },
    {   242, 166.79   ,     3.1008   }, {   234,  81.53   , 22518.4434   }, {   158,   3.50   ,   -19.9739   },
    {   132, 132.75   , 65928.9345   }, {   129, 182.95   ,  9038.0293   }, {   114, 162.03   ,  3034.7684   },
    {    99,  29.8    , 33718.148    }, {    93, 266.4    ,  3034.448    }, {    86, 249.2    , -2280.773    },
    {    78, 157.6    , 29929.992    }, {    72, 257.8    , 31556.493    }, {    68, 185.1    ,   149.588    },
    {    64,  69.9    ,  9037.750    }, {    46,   8.0    , 107997.405   }, {    38, 197.1    , -4444.176    },
    {    37, 250.4    ,   151.771    }, {    32,  65.3    , 67555.316    }, {    29, 162.7    , 31556.080    },
    {    28, 341.5    , -4561.540    }, {    27, 291.6    , 107996.706   }, {    27,  98.5    ,  1221.655    },
    {    25, 146.7    , 62894.167    }, {    24, 110.0    , 31437.369    }, {    21,   5.2    , 14578.298    },
    {    21, 342.6    , -31931.757   }, {    20, 230.9    , 34777.243    }, {    18, 256.1    ,  1221.999    },
    {    17,  45.3    , 62894.511    }, {    14, 242.9    , -4442.039    }, {    13, 115.2    , 107997.909   },
    {    13, 151.8    ,   119.066    }, {    13, 285.3    , 16859.071    }, {    12,  53.3    ,    -4.578    },
    {    10, 126.6    , 26895.292    }, {    10, 205.7    ,   -39.127    }, {    10,  85.9    , 12297.536    },
    {    10, 146.1    , 90073.778    },
};
/* clang-format on */

double lunar_sky_sun(double day)
{
    double jd = day + EPOCH_JD;
    double c = (jd + delta_t(jd) / SECONDS_PER_DAY - J2000_JD) / CENTURY;
    double sum = 0, degrees;

    for (size_t i = 0; i < ARRAY_LEN(sun_terms); i++)
        sum += sun_terms[i][0] * sin_deg(sun_terms[i][1] + sun_terms[i][2] * c);
    degrees = 282.7771834 + 36000.76953744 * c + sum * 1e-7 / DEGREE;
    degrees += 0.0000974 * sin_deg(90 + 177.63 + 35999.01848 * c) - 0.005575; /* aberration */
    degrees -= 0.004778 * sin_deg(POLY(c, 124.90, -1934.134, 0.002063));      /* nutation */
    degrees -= 0.0003667 * sin_deg(POLY(c, 201.11, 72001.5377, 0.00057));
    degrees = fmod(degrees, 360.0);
    return degrees < 0 ? degrees + 360.0 : degrees;
}
