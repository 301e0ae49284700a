package io.citytally.local.fuzz;

import static io.citytally.local.fuzz.FuzzTarget.promise;

import io.citytally.source.DecodedRecord;
import io.citytally.source.RawRecord;
import io.citytally.source.VoteChangeDecoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * The scanner of usual records against the parser, for either source. Inputs are those of {@link
 * DecoderTarget}, but nothing else is looked at, so many more can be tried.
 *
 * <p>The scanner remembers the layouts of records. So one scanner gets all inputs, and each is
 * followed by one that differs from it in a few bytes.
 *
 * <p>Promised: for every payload, both come to the same.
 */
public final class ScannerTarget implements FuzzTarget {

  private static final String TABLE = "votes";

  private static final int MAX_REPLACED = 4;

  /** What makes a value another one, or none. */
  private static final List<byte[]> REPLACEMENTS =
      List.of(
          new byte[0],
          new byte[] {(byte) 0xC3},
          "a".getBytes(StandardCharsets.UTF_8),
          "0".getBytes(StandardCharsets.UTF_8),
          "7777777777".getBytes(StandardCharsets.UTF_8),
          "ä".getBytes(StandardCharsets.UTF_8),
          "\uFFFD".getBytes(StandardCharsets.UTF_8),
          "\u0001".getBytes(StandardCharsets.UTF_8),
          "\u007F".getBytes(StandardCharsets.UTF_8),
          "\"".getBytes(StandardCharsets.UTF_8),
          "\\n".getBytes(StandardCharsets.UTF_8),
          ",".getBytes(StandardCharsets.UTF_8),
          "}".getBytes(StandardCharsets.UTF_8));

  private final VoteChangeDecoder kinesis = VoteChangeDecoder.forKinesis(TABLE, 1);
  private final VoteChangeDecoder dynamoDb = VoteChangeDecoder.forDynamoDbStreams(1);

  @Override
  public void accept(byte[] input) {
    Decisions decisions = new Decisions(input);
    int form = decisions.below(4);
    boolean isKinesis = form % 2 == 0;
    byte[] payload =
        form < 2 ? decisions.rest() : WrittenRecord.from(decisions, isKinesis).payload();
    for (byte[] each : List.of(payload, similar(payload))) {
      compare(kinesis, each);
      compare(dynamoDb, each);
    }
  }

  /** The same payload with a few bytes replaced, always in the same way. */
  private static byte[] similar(byte[] payload) {
    SplittableRandom random = new SplittableRandom(Arrays.hashCode(payload));
    int from = random.nextInt(payload.length + 1);
    int to = Math.min(payload.length, from + random.nextInt(MAX_REPLACED));
    ByteArrayOutputStream similar = new ByteArrayOutputStream();
    similar.write(payload, 0, from);
    similar.writeBytes(REPLACEMENTS.get(random.nextInt(REPLACEMENTS.size())));
    similar.write(payload, to, payload.length - to);
    return similar.toByteArray();
  }

  private static void compare(VoteChangeDecoder decoder, byte[] payload) {
    RawRecord raw = new RawRecord(payload, "shardId-000000000000", "4959033827149025", 1);
    DecodedRecord scanned = decoder.decode(raw);
    DecodedRecord parsed = decoder.decodeUnusual(raw);
    boolean areSame =
        scanned.changes().equals(parsed.changes())
            && Objects.equals(scanned.rejection(), parsed.rejection());
    // The message takes longer than the comparison.
    promise(areSame, areSame ? "" : difference(scanned, parsed, payload));
  }

  private static String difference(DecodedRecord scanned, DecodedRecord parsed, byte[] payload) {
    return "the scanner and the parser agree: %s, %s, and %s, %s, by %s"
        .formatted(
            scanned.changes(),
            scanned.rejection(),
            parsed.changes(),
            parsed.rejection(),
            new String(payload, StandardCharsets.UTF_8));
  }

  @Override
  public List<byte[]> seeds() {
    return DecoderTarget.inputs();
  }

  @Override
  public List<String> words() {
    return DecoderTarget.fieldsAndValues();
  }

  @Override
  public void close() {}
}
