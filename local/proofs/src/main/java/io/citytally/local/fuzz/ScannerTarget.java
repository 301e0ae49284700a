package io.citytally.local.fuzz;

import static io.citytally.local.fuzz.FuzzTarget.promise;

import io.citytally.source.DecodedRecord;
import io.citytally.source.RawRecord;
import io.citytally.source.VoteChangeDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * The scanner of usual records against the parser, for either source. Inputs are those of {@link
 * DecoderTarget}, but nothing else is looked at, so many more can be tried.
 *
 * <p>Promised: for every payload, both come to the same.
 */
public final class ScannerTarget implements FuzzTarget {

  private static final String TABLE = "votes";

  private final VoteChangeDecoder kinesis = VoteChangeDecoder.forKinesis(TABLE);
  private final VoteChangeDecoder dynamoDb = VoteChangeDecoder.forDynamoDbStreams();

  @Override
  public void accept(byte[] input) {
    Decisions decisions = new Decisions(input);
    int form = decisions.below(4);
    boolean isKinesis = form % 2 == 0;
    byte[] payload =
        form < 2 ? decisions.rest() : WrittenRecord.from(decisions, isKinesis).payload();
    compare(kinesis, payload);
    compare(dynamoDb, payload);
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
