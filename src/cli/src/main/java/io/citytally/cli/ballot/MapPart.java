package io.citytally.cli.ballot;

import org.locationtech.jts.geom.Polygon;

/**
 * A polygon of a region.
 *
 * @param at where it is in the file, for a refusal
 * @param number of the polygon in its region, from 0
 */
record MapPart(String region, String at, int number, Polygon polygon) {}
