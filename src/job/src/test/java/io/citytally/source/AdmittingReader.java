package io.citytally.source;

import io.citytally.vote.RejectedVote;
import io.citytally.vote.VoteChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.StreamTaskActionExecutor;
import org.apache.flink.streaming.runtime.tasks.mailbox.MailboxExecutorImpl;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/**
 * One reader of the stream: a subtask of {@link DecodeVoteChanges}, and the one of {@link
 * AdmitSides} after it. Clock and mailbox move when the test says so.
 */
public final class AdmittingReader implements AutoCloseable {

  private static final int MAX_PARALLELISM = 128;

  private final OneInputStreamOperatorTestHarness<RawRecord, VoteChange> decode;
  private final OneInputStreamOperatorTestHarness<UndecidedSide, VoteChange> admit;
  private final MailboxExecutor mailbox;
  private boolean isAdmitting;
  private boolean hasEnded;
  private final List<VoteChange> changes = new ArrayList<>();
  private final List<RejectedVote> rejected = new ArrayList<>();
  private final List<VoteChange> turnout = new ArrayList<>();
  private final List<RejectedVote> rejectedTurnout = new ArrayList<>();

  /** What several readers knew. */
  public record Snapshot(OperatorSubtaskState decode, OperatorSubtaskState admit, int readers) {

    long size() {
      return decode.getStateSize() + admit.getStateSize();
    }
  }

  /**
   * Starts a reader.
   *
   * @param reader its number, from 0
   * @param from null to start without state
   */
  public AdmittingReader(
      Admission admission, int readers, int reader, Snapshot from, long nowMillis)
      throws Exception {
    this(admission, admission, readers, reader, from, nowMillis);
  }

  /** Starts a reader whose two stages know different things. */
  AdmittingReader(
      Admission decoding,
      Admission admitting,
      int readers,
      int reader,
      Snapshot from,
      long nowMillis)
      throws Exception {
    decode =
        new OneInputStreamOperatorTestHarness<>(
            new ProcessOperator<>(
                new DecodeVoteChanges(VoteChangeDecoder.forKinesis("votes", 1), decoding)),
            MAX_PARALLELISM,
            readers,
            reader);
    admit =
        new OneInputStreamOperatorTestHarness<>(
            new AdmitSides.Factory(admitting), MAX_PARALLELISM, readers, reader);
    setClocks(nowMillis);
    if (from != null) {
      restore(decode, from.decode, from.readers, readers, reader);
      restore(admit, from.admit, from.readers, readers, reader);
    }
    decode.open();
    admit.open();
    mailbox =
        new MailboxExecutorImpl(admit.getTaskMailbox(), 0, StreamTaskActionExecutor.IMMEDIATE);
    runMailbox();
  }

  private static void restore(
      OneInputStreamOperatorTestHarness<?, ?> harness,
      OperatorSubtaskState state,
      int before,
      int readers,
      int reader)
      throws Exception {
    harness.initializeState(
        AbstractStreamOperatorTestHarness.repartitionOperatorState(
            state, MAX_PARALLELISM, before, readers, reader));
  }

  /** Takes a snapshot of all readers of a job. */
  public static Snapshot snapshot(List<AdmittingReader> readers) throws Exception {
    OperatorSubtaskState[] decoded = new OperatorSubtaskState[readers.size()];
    OperatorSubtaskState[] admitted = new OperatorSubtaskState[readers.size()];
    for (int i = 0; i < decoded.length; i++) {
      decoded[i] = readers.get(i).decode.snapshot(1, 1);
      admitted[i] = readers.get(i).admit.snapshot(1, 1);
    }
    return new Snapshot(
        AbstractStreamOperatorTestHarness.repackageState(decoded),
        AbstractStreamOperatorTestHarness.repackageState(admitted),
        decoded.length);
  }

  /** Reads records, and decides what can be decided at once. */
  public void read(RawRecord... records) throws Exception {
    for (RawRecord record : records) {
      decode.processElement(record, 0);
      drain(decode);
      for (UndecidedSide side : drain(decode, DecodeVoteChanges.UNDECIDED)) {
        isAdmitting = true;
        admit.processElement(side, 0);
        isAdmitting = false;
      }
      runMailbox();
    }
  }

  /** Takes in the answers that have come. */
  void runMailbox() throws Exception {
    while (admit.getTaskMailbox().hasMail()) {
      mailbox.tryYield();
    }
    drain(admit);
  }

  /** Whether a side has come that was not taken in yet. */
  boolean isAdmitting() {
    return isAdmitting;
  }

  MailboxExecutor mailbox() {
    return mailbox;
  }

  void endInput() throws Exception {
    hasEnded |= admit.getOutput().contains(Watermark.MAX_WATERMARK);
    admit.endInput();
    hasEnded |= admit.getOutput().contains(Watermark.MAX_WATERMARK);
    drain(admit);
  }

  void lastWatermark() throws Exception {
    admit.processWatermark(Watermark.MAX_WATERMARK);
    hasEnded |= admit.getOutput().contains(Watermark.MAX_WATERMARK);
  }

  /** Whether the last watermark has gone on. */
  boolean hasEnded() {
    return hasEnded;
  }

  void pass(Duration time) throws Exception {
    tick(time);
    runMailbox();
  }

  /** Moves the clock alone: the mailbox may be running. */
  void tick(Duration time) throws Exception {
    setClocks(decode.getProcessingTime() + time.toMillis());
  }

  /** Sets the clock, and does what is due by then. */
  public void setTime(long millis) throws Exception {
    setClocks(millis);
    runMailbox();
  }

  private void setClocks(long millis) throws Exception {
    decode.setProcessingTime(millis);
    admit.setProcessingTime(millis);
  }

  /** The changes of choices that go on, also repeated ones. */
  public List<VoteChange> changes() {
    return changes;
  }

  /** The records and choices that were rejected. */
  public List<RejectedVote> rejected() {
    return rejected;
  }

  /** The changes of the turnout that go on, with or without a choice. */
  public List<VoteChange> turnout() {
    return turnout;
  }

  /** The ballots of the turnout that were rejected. */
  public List<RejectedVote> rejectedTurnout() {
    return rejectedTurnout;
  }

  private void drain(OneInputStreamOperatorTestHarness<?, VoteChange> harness) {
    for (VoteChange change : harness.extractOutputValues()) {
      if (change.oldChoice != null || change.newChoice != null) {
        changes.add(change);
      }
      if (change.oldTurnout != null || change.newTurnout != null) {
        turnout.add(change);
      }
    }
    harness.getOutput().clear();
    for (RejectedVote vote : drain(harness, DecodeVoteChanges.REJECTED)) {
      (vote.choice != null && vote.choice.isTurnout() ? rejectedTurnout : rejected).add(vote);
    }
  }

  private static <T> Collection<T> drain(
      OneInputStreamOperatorTestHarness<?, ?> harness, OutputTag<T> tag) {
    List<T> drained = new ArrayList<>();
    Queue<StreamRecord<T>> output = harness.getSideOutput(tag);
    if (output != null) {
      output.forEach(record -> drained.add(record.getValue()));
      output.clear();
    }
    return drained;
  }

  @Override
  public void close() throws Exception {
    decode.close();
    admit.getTaskMailbox().close();
    admit.close();
  }
}
