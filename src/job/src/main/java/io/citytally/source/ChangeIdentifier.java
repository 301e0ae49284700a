package io.citytally.source;

import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.Choice;
import io.citytally.vote.Side;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Gives each change of a vote its identity, by which a second delivery is known. All of
 * exactly-once counting rests on it: were two deliveries of one change taken for two, the vote
 * would count twice; were two changes taken for one, a vote would be lost.
 *
 * <h2>What a change is known by</h2>
 *
 * <ul>
 *   <li><b>On Kinesis</b>, by all that it says: the vote's id, the operation, its creation time in
 *       microseconds, the old choice and the new one. The documentation of Kinesis Data Streams for
 *       DynamoDB says that records may appear more than once, and names {@code
 *       ApproximateCreationDateTime} to tell duplicates by. It nowhere says that a duplicate keeps
 *       its {@code eventID}, nor do sequence numbers survive a producer's retry, so neither has a
 *       part in it. Two changes of one vote from and to the same choices, within the precision of
 *       the stream, would be one: the vote would have to go there, back, and there again within a
 *       millisecond, or, with {@code MICROSECOND}, within a microsecond.
 *   <li><b>On the table's own DynamoDB stream</b>, by the {@code eventID}. There the time is cut to
 *       the second, which would make such a fast change of mind an everyday thing; but the stream
 *       repeats nothing, and the API reference calls the {@code eventID} globally unique. (The job
 *       itself reads a record again after a failure: with the same {@code eventID}.)
 *   <li><b>A record of a ballot that may have several choices</b>, in the same two ways: on Kinesis
 *       by the names of both images, each once, in the order of their UTF-8. It comes to changes of
 *       one side each; of these, each is known by the record's identity, the side, the region and
 *       the name. A refused choice that is cast again carries that identity, and so is told from
 *       the others of its record.
 *   <li><b>A plain vote</b>, by its id. It is cast once; whoever wants to change votes keeps them
 *       in a table.
 * </ul>
 *
 * <h2>Why a cryptographic hash</h2>
 *
 * <p>Vote ids, regions and improvements may be chosen by voters. With a fast hash, a voter could
 * craft an id whose change collides with another's, and so make a stranger's vote a "duplicate".
 * With SHA-256, cut to 128 bits, a collision of two crafted changes takes some 2<sup>64</sup>
 * trials, and one with a given stranger's vote 2<sup>128</sup>; among honest changes none is to be
 * expected for as long as there are cities. For the same reason the hashed bytes can be read in one
 * way only: each text goes in after its length in UTF-8, an absent choice as a length of -1, and
 * each kind of record begins with a name of its own.
 *
 * <p>The identities of the last {@code dedupe.ttl} stand in the job's state. So what is hashed
 * here, and how, is part of the format of its snapshots: a job that hashed otherwise would count
 * the records that it reads again.
 */
final class ChangeIdentifier implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final String KINESIS_CHANGE = "citytally/kinesis-change";
  private static final String DYNAMODB_EVENT = "citytally/dynamodb-event";
  private static final String PLAIN_VOTE = "citytally/plain-vote";
  private static final String KINESIS_BALLOT = "citytally/kinesis-ballot";
  private static final String SIDE = "citytally/side";
  private static final String VOTE = "citytally/vote";
  private static final String VOTE_FOR = "citytally/vote-for";

  private static final int ABSENT = -1;

  private transient @Nullable MessageDigest digest;

  /** The identity of a change that Kinesis Data Streams for DynamoDB delivers. */
  ChangeIdentity ofKinesisChange(
      String voteId,
      Operation operation,
      long micros,
      @Nullable Choice oldChoice,
      @Nullable Choice newChoice) {
    add(KINESIS_CHANGE);
    add(voteId);
    add(operation.name());
    add(micros);
    add(oldChoice);
    add(newChoice);
    return identity(micros);
  }

  /** The identity of a record that tells of a ballot with several choices. */
  ChangeIdentity ofKinesisBallot(
      String voteId, Operation operation, long micros, BallotChange ballot) {
    add(KINESIS_BALLOT);
    add(voteId);
    add(operation.name());
    add(micros);
    add(ballot.oldRegion(), ballot.oldNames);
    add(ballot.newRegion(), ballot.newNames);
    return identity(micros);
  }

  /** The identity of one side of what such a record tells. */
  ChangeIdentity ofSide(ChangeIdentity record, Side side, Choice key) {
    add(SIDE);
    add(record.high);
    add(record.low);
    add(side.label());
    add(key);
    return identity(record.atMicros);
  }

  /**
   * The identity of a change that a DynamoDB stream delivers.
   *
   * @param micros when it was made; each delivery says the same
   */
  ChangeIdentity ofDynamoDbEvent(String eventId, long micros) {
    add(DYNAMODB_EVENT);
    add(eventId);
    return identity(micros);
  }

  /** The identity of a plain vote's arrival. */
  ChangeIdentity ofPlainVote(String voteId) {
    add(PLAIN_VOTE);
    add(voteId);
    return identity(ChangeIdentity.TIMELESS);
  }

  /** What stands for the vote's id beyond the decoder. */
  long voteHash(String voteId) {
    add(VOTE);
    add(voteId);
    return ByteBuffer.wrap(digest().digest()).getLong();
  }

  /** What stands for one vote of a ballot with several choices beyond the decoder. */
  long voteHash(String voteId, Choice choice) {
    add(VOTE_FOR);
    add(voteId);
    add(choice);
    return ByteBuffer.wrap(digest().digest()).getLong();
  }

  private MessageDigest digest() {
    if (digest == null) {
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError("every Java platform has SHA-256", e);
      }
    }
    return digest;
  }

  private void add(@Nullable Choice choice) {
    if (choice == null) {
      add(ABSENT);
    } else {
      add(choice.region);
      add(choice.improvement);
    }
  }

  private void add(String region, NameSet names) {
    if (names.isEmpty()) {
      add(ABSENT);
      return;
    }
    add(region);
    add(names.size());
    names.forEach(this::add);
  }

  private void add(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    add(utf8.length);
    digest().update(utf8);
  }

  private void add(int number) {
    digest().update(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
  }

  private void add(long number) {
    digest().update(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }

  private ChangeIdentity identity(long atMicros) {
    ByteBuffer hash = ByteBuffer.wrap(digest().digest());
    return new ChangeIdentity(atMicros, hash.getLong(), hash.getLong());
  }
}
