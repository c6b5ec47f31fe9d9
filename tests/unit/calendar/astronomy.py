"""New moons and the longitude of the sun by Meeus, Astronomical Algorithms (2nd ed.), chapters 49 and 25.

Another method than the one the shipped table was made with: new moons are good to some seconds, the sun to 0.01°
(a quarter of an hour).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import cos, floor, radians, sin

#: (coefficient, power of the eccentricity, multiples of M, M', F)
NEW_MOON = (
    (-0.40720, 0, 0, 1, 0),
    (0.17241, 1, 1, 0, 0),
    (0.01608, 0, 0, 2, 0),
    (0.01039, 0, 0, 0, 2),
    (0.00739, 1, -1, 1, 0),
    (-0.00514, 1, 1, 1, 0),
    (0.00208, 2, 2, 0, 0),
    (-0.00111, 0, 0, 1, -2),
    (-0.00057, 0, 0, 1, 2),
    (0.00056, 1, 1, 2, 0),
    (-0.00042, 0, 0, 3, 0),
    (0.00042, 1, 1, 0, 2),
    (0.00038, 1, 1, 0, -2),
    (-0.00024, 1, -1, 2, 0),
    (-0.00007, 0, 2, 1, 0),
    (0.00004, 0, 0, 2, -2),
    (0.00004, 0, 3, 0, 0),
    (0.00003, 0, 1, 1, -2),
    (0.00003, 0, 0, 2, 2),
    (-0.00003, 0, 1, 1, 2),
    (0.00003, 0, -1, 1, 2),
    (-0.00002, 0, -1, 1, -2),
    (-0.00002, 0, 1, 3, 0),
    (0.00002, 0, 0, 4, 0),
)
PLANETS = (
    (325, 299.77, 0.107408),
    (165, 251.88, 0.016321),
    (164, 251.83, 26.651886),
    (126, 349.42, 36.412478),
    (110, 84.66, 18.206239),
    (62, 141.74, 53.303771),
    (60, 207.14, 2.453732),
    (56, 154.84, 7.306860),
    (47, 34.52, 27.261239),
    (42, 207.19, 0.121824),
    (40, 291.34, 1.844379),
    (37, 161.72, 24.198154),
    (35, 239.56, 25.513099),
    (23, 331.55, 3.592518),
)
J2000 = datetime(2000, 1, 1, 12)


def delta_t(year: float) -> float:
    """Seconds of dynamical time before UTC: the polynomials of Espenak and Meeus, good enough for a minute."""
    t = year - 2000
    if year < 2050:
        return 62.92 + 0.32217 * t + 0.005589 * t * t
    return -20 + 32 * ((year - 1820) / 100) ** 2 - 0.5628 * (2150 - year)


def utc8(jde: float) -> datetime:
    """Local time in UTC+8 of a dynamical Julian day."""
    moment = J2000 + timedelta(days=jde - 2451545.0)
    return moment - timedelta(seconds=delta_t(moment.year)) + timedelta(hours=8)


def jde(local: datetime) -> float:
    utc = local - timedelta(hours=8) + timedelta(seconds=delta_t(local.year))
    return 2451545.0 + (utc - J2000) / timedelta(days=1)


def new_moon(k: int) -> datetime:
    """The ``k``-th new moon after the first one of 2000, in UTC+8."""
    t = k / 1236.85
    day = 2451550.09766 + 29.530588861 * k + 0.00015437 * t**2 - 0.00000015 * t**3
    e = 1 - 0.002516 * t - 0.0000074 * t**2
    m = 2.5534 + 29.10535670 * k - 0.0000014 * t**2
    m1 = 201.5643 + 385.81693528 * k + 0.0107582 * t**2 + 0.00001238 * t**3
    f = 160.7108 + 390.67050284 * k - 0.0016118 * t**2 - 0.00000227 * t**3
    node = 124.7746 - 1.56375588 * k + 0.0020672 * t**2
    day += sum(c * e**p * sin(radians(a * m + b * m1 + d * f)) for c, p, a, b, d in NEW_MOON)
    day -= 0.00017 * sin(radians(node))
    day += sum(c * 1e-6 * sin(radians(a + b * k)) for c, a, b in PLANETS)
    day += 325e-6 * (sin(radians(299.77 + 0.107408 * k - 0.009173 * t**2)) - sin(radians(299.77 + 0.107408 * k)))
    return utc8(day)


def sun(local: datetime) -> float:
    """Apparent longitude of the sun in degrees at a local time in UTC+8."""
    t = (jde(local) - 2451545.0) / 36525
    m = radians(357.52911 + 35999.05029 * t - 0.0001537 * t * t)
    centre = (1.914602 - 0.004817 * t) * sin(m) + (0.019993 - 0.000101 * t) * sin(2 * m) + 0.000289 * sin(3 * m)
    node = radians(125.04 - 1934.136 * t)
    return (280.46646 + 36000.76983 * t + 0.0003032 * t * t + centre - 0.00569 - 0.00478 * sin(node)) % 360


def sun_at(longitude: float, near: datetime) -> datetime:
    """When the sun stands at a longitude, within some weeks of ``near``."""
    moment = near
    for _step in range(6):
        moment += timedelta(
            days=((longitude - sun(moment) + 180) % 360 - 180) / (0.98565 + 0.033 * cos(radians(sun(moment) - 283)))
        )
    return moment


def major_term(local: datetime) -> int:
    """Number of the 30° sector the sun is in."""
    return floor(sun(local) / 30)
