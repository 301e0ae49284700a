package io.citytally.local.bench;

import io.citytally.local.cloud.ChangeRecord;
import io.citytally.vote.Choice;
import io.citytally.vote.VoteChange;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Votes that no one cast, as records of Kinesis Data Streams for DynamoDB: as many as one wants,
 * each known by its number, so that they need no memory and come fast enough to measure others.
 *
 * <p>A vote's id is a UUID. Its choice follows Zipf's law, as votes do: the second choice gets half
 * of what the first gets, the third a third.
 */
final class SyntheticVotes implements Serializable {

  private static final long serialVersionUID = 1L;

  static final String TABLE = "votes";

  private static final String ID = "00000000-0000-0000-0000-000000000000";
  private static final String EVENT_ID = ID.replace('0', '1');
  private static final long TIME = 1_000_000_000_000_000L;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int[] UUID_DASHES = {8, 13, 18, 23};

  private final long seed;
  private final String[] regions;
  private final String[] improvements;

  /** The shares added up: of all votes, choices 0 to i together get the share {@code upTo[i]}. */
  private final double[] upTo;

  private final byte[][] templates;
  private final Places[] places;

  /**
   * @param regions as many, with the same number of improvements each
   * @param skew Zipf's exponent: 0 gives each choice as many votes, 1 is Zipf's own law
   */
  SyntheticVotes(int regions, int improvementsPerRegion, double skew, long seed) {
    this.seed = seed;
    int choices = regions * improvementsPerRegion;
    this.regions = new String[choices];
    improvements = new String[choices];
    upTo = new double[choices];
    templates = new byte[choices][];
    places = new Places[choices];
    double sum = 0;
    for (int i = 0; i < choices; i++) {
      this.regions[i] = "District " + (i % regions + 1);
      improvements[i] = "Improvement " + (i / regions + 1);
      sum += Math.pow(i + 1, -skew);
      upTo[i] = sum;
      templates[i] =
          ChangeRecord.cast(TABLE, ID, improvements[i], this.regions[i], TIME)
              .withEventId(EVENT_ID)
              .toJson();
      places[i] = new Places(templates[i]);
    }
    for (int i = 0; i < upTo.length; i++) {
      upTo[i] /= sum;
    }
  }

  /** The size of a record, in bytes. */
  int recordBytes() {
    return templates[0].length;
  }

  int choices() {
    return upTo.length;
  }

  /** What the vote of that number is cast for. */
  Choice choice(long number) {
    int choice = choiceOf(number);
    return new Choice(regions[choice], improvements[choice]);
  }

  /**
   * The record of the vote of that number.
   *
   * @param changedAtMicros as {@link VoteChange#changedAtMicros}; of 16 digits
   */
  byte[] record(long number, long changedAtMicros) {
    int choice = choiceOf(number);
    byte[] record = templates[choice].clone();
    long high = mix(number ^ seed);
    long low = mix(high);
    for (int place : places[choice].ids) {
      writeUuid(record, place, high, low);
    }
    writeUuid(record, places[choice].eventId, low, high);
    writeDecimal(record, places[choice].time, changedAtMicros);
    return record;
  }

  private int choiceOf(long number) {
    double share = (mix(number + 31 * seed) >>> 11) * 0x1.0p-53;
    int found = Arrays.binarySearch(upTo, share);
    return Math.min(found < 0 ? -found - 1 : found + 1, upTo.length - 1);
  }

  /** A permutation of all longs without any visible order (Steele, Lea, Flood: SplitMix64). */
  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private static void writeUuid(byte[] record, int place, long high, long low) {
    int at = place;
    for (int digit = 0; digit < 32; digit++) {
      if (at - place == UUID_DASHES[0]
          || at - place == UUID_DASHES[1]
          || at - place == UUID_DASHES[2]
          || at - place == UUID_DASHES[3]) {
        at++;
      }
      long half = digit < 16 ? high : low;
      record[at++] = HEX[(int) (half >>> 4 * (digit & 15)) & 15];
    }
  }

  private static void writeDecimal(byte[] record, int place, long value) {
    long rest = value;
    for (int at = place + Long.toString(TIME).length() - 1; at >= place; at--) {
      record[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  /** Where in a record stands what differs from vote to vote. */
  private static final class Places implements Serializable {

    private static final long serialVersionUID = 1L;

    final int[] ids;
    final int eventId;
    final int time;

    Places(byte[] record) {
      String text = new String(record, StandardCharsets.US_ASCII);
      int inKeys = text.indexOf(ID);
      ids = new int[] {inKeys, text.indexOf(ID, inKeys + 1)};
      eventId = text.indexOf(EVENT_ID);
      time = text.indexOf(Long.toString(TIME));
    }
  }
}
