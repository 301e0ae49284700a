package io.citytally.source;

import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.Choice;
import io.citytally.vote.Side;
import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Gives each change of a vote its identity, by which a second delivery is known. All of
 * exactly-once counting rests on it. If two deliveries of one change passed for two, the vote would
 * count twice. If two changes passed for one, a vote would be lost.
 *
 * <p>The identities of the last {@code dedupe.ttl} stand in the job's state. So what is hashed
 * here, and how, is part of the format of its snapshots: a job that hashed otherwise would count
 * the records that it reads again.
 */
final class ChangeIdentifier implements Serializable {

  /*
   * What a change is known by.
   *
   * - On Kinesis, by all that it says: the vote's id, the operation, its creation time in
   *   microseconds, the old choice and the new one. The documentation of Kinesis Data Streams for
   *   DynamoDB says that records may appear more than once, and names ApproximateCreationDateTime
   *   to tell duplicates by. It nowhere says that a duplicate keeps its eventID. Sequence numbers
   *   do not survive a producer's retry either. So the identity uses neither. Two changes of one
   *   vote from and to the same choices, within the precision of the stream, would be one: the vote
   *   would have to go there, back, and there again within a millisecond, or, with MICROSECOND,
   *   within a microsecond.
   * - On the table's own DynamoDB stream, by the eventID. There the time is cut to the second,
   *   which would make such a fast change of mind an everyday thing; but the stream repeats
   *   nothing, and the API reference calls the eventID globally unique. (The job itself reads a
   *   record again after a failure: with the same eventID.)
   * - A record of a ballot that may have several choices, in the same two ways: on Kinesis by the
   *   names of both images, each once, in the order of their UTF-8. The record becomes changes of
   *   one side each, each known by the record's identity, the side, the region and the name. A
   *   refused choice that is cast again carries that identity, and so is told from the others of
   *   its record.
   * - A plain vote, by its id. It is cast once, and put again within dedupe.ttl only; a producer
   *   that changes votes keeps them in a table.
   *
   * Why a cryptographic hash.
   *
   * Vote ids, regions and improvements may be chosen by voters. With a fast hash, a voter could
   * craft an id whose change collides with another's, and so make a stranger's vote a "duplicate".
   * With SHA-256, cut to 128 bits, a collision of two crafted changes takes some 2^64 trials, and
   * one with a given stranger's vote 2^128; among honest changes no collision is to be expected.
   * For the same reason the hashed bytes can be read in one way only: each text goes in after its
   * length in UTF-8, an absent choice as a length of -1, and each kind of record begins with a name
   * of its own.
   */

  private static final long serialVersionUID = 1L;

  private static final byte[] KINESIS_CHANGE = utf8("citytally/kinesis-change");
  private static final byte[] DYNAMODB_EVENT = utf8("citytally/dynamodb-event");
  private static final byte[] PLAIN_VOTE = utf8("citytally/plain-vote");
  private static final byte[] KINESIS_BALLOT = utf8("citytally/kinesis-ballot");
  private static final byte[] SIDE = utf8("citytally/side");
  private static final byte[] VOTE = utf8("citytally/vote");
  private static final byte[] VOTE_FOR = utf8("citytally/vote-for");

  private static final int ABSENT = -1;
  private static final int MIN_ROOM = 512;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private transient @Nullable MessageDigest digest;

  /** What is to be hashed, put together here: the digest is asked once. */
  private transient byte @Nullable [] message;

  private transient int length;

  private transient byte @Nullable [] hash;

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

  /**
   * What stands for the vote's id beyond the decoder, so that the changes of a vote find each other
   * in the lists of recent votes.
   *
   * <p>It is a cryptographic hash for three reasons:
   *
   * <ul>
   *   <li>It leaves the job. A refused choice and the excerpt of a rejected record show it in
   *       {@code rejected_votes}. A fast hash whose key is public can be inverted: an id of up to
   *       64 bits, such as a citizen's number, would be readable there.
   *   <li>Plain votes have ids of their producers' choice. With a fast hash, an id could be chosen
   *       that takes a stranger's vote from a list.
   *   <li>Snapshots and rejected votes hold it. Another hash would part a vote from its changes.
   * </ul>
   *
   * <p>It can't be cut from the digest of {@link #ofKinesisChange}, either: that is another one for
   * each change of a vote.
   */
  long voteHash(String voteId) {
    add(VOTE);
    add(voteId);
    return (long) LONGS.get(hash(), 0);
  }

  /** As {@link #voteHash(String)}, for one vote of a ballot with several choices. */
  long voteHash(String voteId, Choice choice) {
    add(VOTE_FOR);
    add(voteId);
    add(choice);
    return (long) LONGS.get(hash(), 0);
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

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void add(String text) {
    add(utf8(text));
  }

  private void add(byte[] utf8) {
    add(utf8.length);
    System.arraycopy(utf8, 0, room(utf8.length), length, utf8.length);
    length += utf8.length;
  }

  private void add(int number) {
    INTS.set(room(Integer.BYTES), length, number);
    length += Integer.BYTES;
  }

  private void add(long number) {
    LONGS.set(room(Long.BYTES), length, number);
    length += Long.BYTES;
  }

  /** The message, with room for as many bytes at its end. */
  private byte[] room(int bytes) {
    if (message == null) {
      message = new byte[Math.max(MIN_ROOM, bytes)];
    } else if (message.length - length < bytes) {
      message = Arrays.copyOf(message, Math.max(2 * message.length, length + bytes));
    }
    return message;
  }

  private ChangeIdentity identity(long atMicros) {
    byte[] hash = hash();
    return new ChangeIdentity(
        atMicros, (long) LONGS.get(hash, 0), (long) LONGS.get(hash, Long.BYTES));
  }

  /** The hash of all that was added, good until the next one. */
  private byte[] hash() {
    try {
      if (digest == null || hash == null) {
        digest = MessageDigest.getInstance("SHA-256");
        hash = new byte[digest.getDigestLength()];
      }
      digest.update(room(0), 0, length);
      length = 0;
      digest.digest(hash, 0, hash.length);
      return hash;
    } catch (NoSuchAlgorithmException | DigestException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
