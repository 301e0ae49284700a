package io.citytally.source;

import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.Choice;
import io.citytally.vote.VoteChange;
import io.citytally.vote.VoteText;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Understands the records of a source.
 *
 * <p>A <b>change record</b> tells of an item of the {@code votes} table, in the format of Kinesis
 * Data Streams for DynamoDB, or that of a DynamoDB stream, which differs a little:
 *
 * <pre>{@code
 * {"eventName": "INSERT" | "MODIFY" | "REMOVE", "tableName": .., "eventID": ..,
 *  "dynamodb": {"ApproximateCreationDateTime": N, "ApproximateCreationDateTimePrecision": ..,
 *               "Keys": {"id": {"S": ..}}, "OldImage": {..}, "NewImage": {..},
 *               "SequenceNumber": ".."}, ..}
 * }</pre>
 *
 * <p>On Kinesis it carries a {@code tableName}, and its time is in milliseconds, unless its
 * precision is {@code MICROSECOND}. On a DynamoDB stream it carries a {@code SequenceNumber}
 * instead, and its time is in milliseconds (the consumer makes them from whole seconds).
 *
 * <p>A <b>plain vote</b>, on Kinesis only, is {@code {"id": "..", "region": "..", "improvement":
 * ".."}}, with any other fields: a vote that is cast, and never changed. Its time is that of its
 * arrival.
 *
 * <p>A <b>choice cast again</b>, on Kinesis only, is {@code {"recast": {..}}}, as {@link
 * RecastRecord} shows it: a side of a change that was refused before.
 *
 * <p>A record with an {@code eventName} or a {@code dynamodb} is a change record.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class VoteChangeDecoder implements Serializable {

  /*
   * One choice, or several.
   *
   * An item may have improvement, a string, or improvements, a set of strings, or both. A change
   * record in which neither image has improvements becomes one change, from one choice to another.
   * Any other one becomes a change for each choice that the ballot left or took: BallotChange.
   *
   * When an image can't be counted.
   *
   * Anyone can put an item without a region into the table, and repair it later. A change keeps
   * only its countable sides, so that the sum over all changes of a vote stays its present choice.
   * A change from a countable choice to an uncountable one only takes the old choice back; the
   * reverse only adds the new one. The record is rejected if its new image can't be counted or, for
   * a removal, its old image. But a record that lacks an image altogether comes from a stream that
   * was set up wrongly: half of it is never counted.
   *
   * An item that names no improvement, in a region that counts, is an empty ballot. Emptying a
   * ballot withdraws it. Deleting an empty ballot is allowed and changes nothing.
   */

  private static final long serialVersionUID = 1L;

  private static final long MAX_MICROS = 999_999_999_999_999_999L;
  private static final int SEQUENCE_DIGITS = 18;
  private static final int MAX_SHOWN = 255;

  /** Without a choice: what stands before an insertion, and after a removal. */
  private static final VoteImage NO_IMAGE = new VoteImage();

  /** Null on a DynamoDB stream, which belongs to one table. */
  private final @Nullable String votesTable;

  private final long epoch;
  private final ChangeIdentifier identifier = new ChangeIdentifier();
  private transient @Nullable RecordScanner scanner;

  private VoteChangeDecoder(@Nullable String votesTable, long epoch) {
    this.votesTable = votesTable;
    this.epoch = epoch;
  }

  /**
   * A decoder for the records of a Kinesis stream.
   *
   * @param votesTable the table whose changes count
   * @param epoch of the job; only what was refused in it can be cast again
   */
  public static VoteChangeDecoder forKinesis(String votesTable, long epoch) {
    return new VoteChangeDecoder(votesTable, epoch);
  }

  /**
   * A decoder for the records of a DynamoDB stream, as Flink's consumer delivers them.
   *
   * @param epoch of the job
   */
  public static VoteChangeDecoder forDynamoDbStreams(long epoch) {
    return new VoteChangeDecoder(null, epoch);
  }

  /** The epoch of the job. */
  long epoch() {
    return epoch;
  }

  /** What the record comes to. No payload makes this throw. */
  public DecodedRecord decode(RawRecord raw) {
    if (scanner == null) {
      scanner = new RecordScanner(isOnKinesis());
    }
    VoteRecord record = scanner.scan(raw.payload);
    if (record == null) {
      return decodeUnusual(raw);
    }
    try {
      return decoded(record, raw);
    } catch (UncountableException e) {
      return DecodedRecord.of(null, e.getMessage());
    }
  }

  /**
   * The same as {@link #decode}, by the parser that decides about each record which {@link
   * RecordScanner} leaves to it.
   */
  public DecodedRecord decodeUnusual(RawRecord raw) {
    try {
      return decoded(VoteRecord.read(raw.payload), raw);
    } catch (UncountableException e) {
      return DecodedRecord.of(null, e.getMessage());
    }
  }

  private DecodedRecord decoded(VoteRecord record, RawRecord raw) throws UncountableException {
    if (isChange(record)) {
      return change(record);
    }
    return record.recast == null
        ? plainVote(record, raw.arrivedAtMillis)
        : DecodedRecord.of(record.recast.toChange(epoch), null);
  }

  private boolean isOnKinesis() {
    return votesTable != null;
  }

  private boolean isChange(VoteRecord record) {
    return !isOnKinesis() || record.eventName != VoteText.MISSING || record.hasDynamoDb;
  }

  private DecodedRecord plainVote(VoteRecord record, long arrivedAtMillis)
      throws UncountableException {
    String id = textOf(record.plain.id, "id");
    String problem = record.plain.problem();
    if (problem != null) {
      throw new UncountableException(problem);
    }
    return DecodedRecord.of(
        new VoteChange(
            identifier.ofPlainVote(id),
            identifier.voteHash(id),
            null,
            record.plain.choice(),
            arrivedAtMillis * 1000,
            0),
        null);
  }

  @SuppressWarnings("EnumOrdinal") // A vote is inserted, then modified, then removed.
  private DecodedRecord change(VoteRecord record) throws UncountableException {
    if (isOnKinesis()) {
      String table = textOf(record.tableName, "tableName");
      if (!table.equals(votesTable)) {
        throw new UncountableException("wrong table: " + shown(table));
      }
    }
    Operation operation = Operation.of(textOf(record.eventName, "eventName"));
    if (!record.hasDynamoDb) {
      throw new UncountableException("dynamodb is missing");
    }
    VoteImage oldImage = operation.hasOldImage() ? record.oldImage : NO_IMAGE;
    VoteImage newImage = operation.hasNewImage() ? record.newImage : NO_IMAGE;
    if (oldImage == null || newImage == null) {
      throw new UncountableException(
          operation + " lacks an image: the stream must carry NEW_AND_OLD_IMAGES");
    }
    VoteImage last = operation.hasNewImage() ? newImage : oldImage;
    String id = textOf(record.keys.id == VoteText.MISSING ? last.id : record.keys.id, "id");
    long micros = micros(record);
    if (oldImage.hasImprovements || newImage.hasImprovements) {
      return ballotChange(record, operation, id, micros, new BallotChange(oldImage, newImage));
    }
    String problem = operation != Operation.INSERT && last.isEmptyBallot() ? null : last.problem();
    Choice oldChoice = oldImage.choice();
    Choice newChoice = newImage.choice();
    if (oldChoice == null && newChoice == null && problem != null) {
      throw new UncountableException(problem);
    }
    if (Objects.equals(oldChoice, newChoice)) {
      return DecodedRecord.UNCHANGED;
    }
    VoteChange change =
        isOnKinesis()
            ? new VoteChange(
                identifier.ofKinesisChange(id, operation, micros, oldChoice, newChoice),
                identifier.voteHash(id),
                oldChoice,
                newChoice,
                micros,
                operation.ordinal())
            : new VoteChange(
                identifier.ofDynamoDbEvent(textOf(record.eventId, "eventID"), micros),
                identifier.voteHash(id),
                oldChoice,
                newChoice,
                micros,
                sequence(record));
    return DecodedRecord.of(change, problem);
  }

  @SuppressWarnings("EnumOrdinal") // As above.
  private DecodedRecord ballotChange(
      VoteRecord record, Operation operation, String id, long micros, BallotChange ballot)
      throws UncountableException {
    String rejection = ballot.rejection(operation);
    if (ballot.isUnchanged()) {
      return DecodedRecord.of(null, rejection);
    }
    ChangeIdentity identity =
        isOnKinesis()
            ? identifier.ofKinesisBallot(id, operation, micros, ballot)
            : identifier.ofDynamoDbEvent(textOf(record.eventId, "eventID"), micros);
    long sequence = isOnKinesis() ? operation.ordinal() : sequence(record);
    return DecodedRecord.ofBallot(
        ballot.changes(identifier, identity, id, micros, sequence), rejection);
  }

  private static long micros(VoteRecord record) throws UncountableException {
    boolean inMicros;
    if (record.precision == VoteText.MISSING) {
      inMicros = false;
    } else {
      String precision = textOf(record.precision, "ApproximateCreationDateTimePrecision");
      inMicros = precision.equals("MICROSECOND");
      if (!inMicros && !precision.equals("MILLISECOND")) {
        throw new UncountableException(
            "ApproximateCreationDateTimePrecision is neither MILLISECOND nor MICROSECOND");
      }
    }
    long perUnit = inMicros ? 1 : 1000;
    if (record.creationTime < 0 || record.creationTime > MAX_MICROS / perUnit) {
      throw new UncountableException(
          "ApproximateCreationDateTime is not a time in "
              + (inMicros ? "microseconds" : "milliseconds"));
    }
    return record.creationTime * perUnit;
  }

  /**
   * The last digits of the number. The whole of it does not fit into a long, and within one vote's
   * life the last digits only grow.
   */
  private static long sequence(VoteRecord record) throws UncountableException {
    String number = textOf(record.sequenceNumber, "SequenceNumber");
    if (!number.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new UncountableException("SequenceNumber is not a number");
    }
    return Long.parseLong(number.substring(Math.max(0, number.length() - SEQUENCE_DIGITS)));
  }

  /**
   * The text that counts.
   *
   * @param field how to call it in the reason
   */
  private static String textOf(VoteText text, String field) throws UncountableException {
    if (text.problem() != null) {
      throw new UncountableException(field + " " + text.problem());
    }
    return text.value();
  }

  private static String shown(String name) {
    String shown = name.length() <= MAX_SHOWN ? name : name.substring(0, MAX_SHOWN) + "..";
    // Half a surrogate pair, also one that the cut has left, is no text that a table takes.
    return new String(shown.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
