"""The public feeds that we know, in the order in which they are asked."""

from broadcasts.intake.readers.feeds import cma, gjzwfw, nmc, qweather, weather_com_cn

READERS = (nmc, weather_com_cn, cma, gjzwfw, qweather)
