package io.citytally.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.Choice;
import io.citytally.vote.Side;
import io.citytally.vote.VoteChange;
import io.citytally.vote.VoteText;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One side of a change that was refused, as a record that can be put on the Kinesis stream to count
 * it after all:
 *
 * <pre>{@code
 * {"recast": {"side": "old" | "new", "region": "..", "improvement": "..",
 *             "change": "48 hexadecimal digits", "vote": "16 hexadecimal digits",
 *             "changedAtMicros": N, "sequence": N, "epoch": N}}
 * }</pre>
 *
 * <p>A ballot of the turnout has {@code "turnout": true} in place of the improvement. A choice that
 * is not to enter the lists of recent votes has {@code "unlisted": true}.
 *
 * <p>It holds the change's identity rather than the record that told of it: so what came twice, the
 * record or this, is known for the same change; it holds no vote's id; and it is never longer than
 * a few kilobytes, however long the record was.
 *
 * <p>The epoch is that of the job that refused the side. A job of another epoch does not know if
 * the side was counted in the meantime, so it rejects the record.
 */
final class RecastRecord {

  static final String FIELD = "recast";
  static final String SIDE = "side";
  static final String REGION = "region";
  static final String IMPROVEMENT = "improvement";
  static final String CHANGE = "change";
  static final String VOTE = "vote";
  static final String CHANGED_AT_MICROS = "changedAtMicros";
  static final String SEQUENCE = "sequence";
  static final String EPOCH = "epoch";

  static final String TURNOUT = "turnout";
  static final String UNLISTED = "unlisted";

  private static final String OLD = "old";
  private static final String NEW = "new";

  private static final JsonFactory JSON = new JsonFactory();
  private static final Pattern HEXADECIMAL = Pattern.compile("[0-9a-f]*");

  VoteText side = VoteText.MISSING;
  final VoteImage image = new VoteImage();
  VoteText change = VoteText.MISSING;
  VoteText vote = VoteText.MISSING;
  long changedAtMicros = -1;
  long sequence = -1;
  long epoch = -1;
  boolean isTurnout;
  boolean isUnlisted;

  /**
   * The record for a side that the change has.
   *
   * @param epoch of the job that refuses the side
   */
  static String of(VoteChange change, Side side, long epoch) {
    Choice key = Objects.requireNonNull(change.key(side));
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeObjectFieldStart(FIELD);
      json.writeStringField(SIDE, side.isNew() ? NEW : OLD);
      json.writeStringField(REGION, key.region);
      if (side.isTurnout()) {
        json.writeBooleanField(TURNOUT, true);
      } else {
        json.writeStringField(IMPROVEMENT, key.improvement);
      }
      json.writeStringField(CHANGE, change.identity.toString());
      json.writeStringField(VOTE, String.format("%016x", change.voteHash));
      json.writeNumberField(CHANGED_AT_MICROS, change.changedAtMicros);
      json.writeNumberField(SEQUENCE, change.sequence);
      json.writeNumberField(EPOCH, epoch);
      if (change.unlisted && side == Side.NEW) {
        json.writeBooleanField(UNLISTED, true);
      }
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return text.toString();
  }

  /**
   * The change, with the one side that this tells of.
   *
   * @param jobsEpoch the epoch of the job that reads it
   * @throws UncountableException if this is not as a job wrote it, or a job of another epoch did
   */
  VoteChange toChange(long jobsEpoch) throws UncountableException {
    boolean isNew = NEW.equals(side.value());
    if (!isNew && !OLD.equals(side.value())) {
      throw new UncountableException(FIELD + ": side is neither old nor new");
    }
    String problem = problem();
    if (problem != null) {
      throw new UncountableException(FIELD + ": " + problem);
    }
    if (changedAtMicros < 0 || sequence < 0) {
      throw new UncountableException(
          FIELD + ": " + (sequence < 0 ? SEQUENCE : CHANGED_AT_MICROS) + " is not a number from 0");
    }
    if (epoch < 1) {
      throw new UncountableException(FIELD + ": " + EPOCH + " is not a number from 1");
    }
    String identity = hexadecimal(change, CHANGE, 48);
    long voteHash = number(hexadecimal(vote, VOTE, 16));
    if (epoch != jobsEpoch) {
      throw new UncountableException(
          FIELD
              + ": refused in epoch "
              + epoch
              + ", and the job of epoch "
              + jobsEpoch
              + " can't know if it was counted there: run citytally audit --fix");
    }
    Choice key =
        isTurnout
            ? Choice.turnoutOf(image.region.value())
            : new Choice(image.region.value(), image.improvement.value());
    VoteChange recast =
        VoteChange.of(
                isTurnout
                    ? isNew ? Side.NEW_TURNOUT : Side.OLD_TURNOUT
                    : isNew ? Side.NEW : Side.OLD,
                key,
                new ChangeIdentity(
                    number(identity.substring(0, 16)),
                    number(identity.substring(16, 32)),
                    number(identity.substring(32))),
                voteHash,
                changedAtMicros,
                sequence)
            .recastable();
    return isUnlisted ? recast.unlisted() : recast;
  }

  private @Nullable String problem() {
    if (isTurnout && image.region.problem() == null) {
      return null;
    }
    return image.problem();
  }

  private static String hexadecimal(VoteText text, String field, int digits)
      throws UncountableException {
    String value = text.value();
    if (value.length() != digits || !HEXADECIMAL.matcher(value).matches()) {
      throw new UncountableException(
          FIELD + ": " + field + " is not made of " + digits + " hexadecimal digits");
    }
    return value;
  }

  private static long number(String hexadecimal) {
    return Long.parseUnsignedLong(hexadecimal, 16);
  }
}
