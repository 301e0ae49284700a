package io.citytally.vote;

import java.time.Instant;

/**
 * The keys under which the course of the vote is counted: how many votes and ballots came and went
 * in each hour, of each region and of the city, and in each ten minutes, of the city alone.
 *
 * <p>A key is a {@link Choice} that no vote can have. Its region is the region, or empty for the
 * city. Its improvement is {@link #MARK} and the <i>bucket</i>: {@code v:} for votes or {@code b:}
 * for ballots, and the hour or ten minutes in UTC, such as {@code v:2026-11-29T11} and {@code
 * b:2026-11-29T11:20}, or {@value #UNDATED}.
 *
 * <p>A change's bucket depends on its record alone, so that each delivery of it, also to a job that
 * reads the stream again years later, counts in the same one. That is why the range of plausible
 * times is fixed, and does not move with a clock.
 */
public final class HistoryKey {

  /** The first character of the improvement. No name has a control character. */
  static final char MARK = '\u0001';

  /** The bucket, after its kind, of changes without a time, or with one that is out of range. */
  public static final String UNDATED = "undated";

  /** The {@link #tenMinutesOf} of such changes. */
  public static final long UNDATED_TIME = -1;

  /** The first time that is plausible. */
  public static final Instant EARLIEST = Instant.parse("2020-01-01T00:00:00Z");

  /** The first time after {@link #EARLIEST} that is not plausible. */
  public static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");

  /** Where the hours of the city stand. */
  public static final String CITY = "city";

  /** Where the ten minutes of the city stand. */
  public static final String CITY_TEN_MINUTES = "city-ten-minutes";

  /** The beginning of the buckets of votes. */
  public static final String VOTES = "v:";

  /** The beginning of the buckets of ballots. */
  public static final String BALLOTS = "b:";

  private static final String REGION_PREFIX = "region:";
  private static final String OF_CITY = "";

  private static final int HOUR_CHARS = "2026-11-29T11".length();
  private static final int MINUTE_CHARS = "2026-11-29T11:20".length();

  private static final long TEN_MINUTES_SECONDS = 600;
  private static final long TEN_MINUTES_MICROS = TEN_MINUTES_SECONDS * 1_000_000;
  private static final long EARLIEST_MICROS = EARLIEST.getEpochSecond() * 1_000_000;
  private static final long LATEST_MICROS = LATEST.getEpochSecond() * 1_000_000;

  private HistoryKey() {}

  /**
   * The number of whole ten minutes since 1970, or {@link #UNDATED_TIME}.
   *
   * @param micros when a change was made, in microseconds since 1970
   */
  public static long tenMinutesOf(long micros) {
    return micros >= EARLIEST_MICROS && micros < LATEST_MICROS
        ? micros / TEN_MINUTES_MICROS
        : UNDATED_TIME;
  }

  /**
   * The key of the hour of a region.
   *
   * @param kind {@link #VOTES} or {@link #BALLOTS}
   * @param tenMinutes as {@link #tenMinutesOf}
   */
  public static Choice ofRegion(String region, String kind, long tenMinutes) {
    return key(region, kind, textOf(tenMinutes, HOUR_CHARS));
  }

  /** The key of the hour of the city. */
  public static Choice ofCity(String kind, long tenMinutes) {
    return key(OF_CITY, kind, textOf(tenMinutes, HOUR_CHARS));
  }

  /**
   * The key of the ten minutes of the city.
   *
   * @param tenMinutes not {@link #UNDATED_TIME}
   */
  public static Choice ofCityTenMinutes(String kind, long tenMinutes) {
    return key(OF_CITY, kind, textOf(tenMinutes, MINUTE_CHARS));
  }

  private static Choice key(String region, String kind, String time) {
    return new Choice(region, MARK + kind + time);
  }

  private static String textOf(long tenMinutes, int chars) {
    return tenMinutes == UNDATED_TIME
        ? UNDATED
        : Instant.ofEpochSecond(tenMinutes * TEN_MINUTES_SECONDS).toString().substring(0, chars);
  }

  /** The key of a place and a bucket. */
  public static Choice of(String place, String bucket) {
    return new Choice(
        place.startsWith(REGION_PREFIX) ? place.substring(REGION_PREFIX.length()) : OF_CITY,
        MARK + bucket);
  }

  /** Where the hours of a region stand. A region that is called {@code city} does not collide. */
  public static String placeOf(String region) {
    return REGION_PREFIX + region;
  }

  /** {@link #CITY}, {@link #CITY_TEN_MINUTES}, or {@link #placeOf(String)} a region. */
  public static String placeOf(Choice key) {
    if (!isOfCity(key)) {
      return placeOf(key.region);
    }
    return bucketOf(key).length() == VOTES.length() + MINUTE_CHARS ? CITY_TEN_MINUTES : CITY;
  }

  /** The kind and the time. */
  public static String bucketOf(Choice key) {
    return key.improvement.substring(1);
  }

  /** Whether it is of the city; else of a region. */
  public static boolean isOfCity(Choice key) {
    return key.region.equals(OF_CITY);
  }

  /** Whether it counts ballots; else votes. */
  public static boolean isOfBallots(Choice key) {
    return bucketOf(key).startsWith(BALLOTS);
  }
}
