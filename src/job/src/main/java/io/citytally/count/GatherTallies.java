package io.citytally.count;

import io.citytally.vote.Choice;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Sums up what came and went of each choice and turnout for some milliseconds, so that under load a
 * few sums go through the shuffle in place of two records for each vote.
 *
 * <p>The first change in a quiet time goes on at once, and opens a window, for the whole operator;
 * what comes within it goes on when it ends.
 */
public class GatherTallies extends GatherChanges<KeyIncrement> {

  private static final long serialVersionUID = 1L;

  /** Bounds the memory that ever new choices can take up within a window. */
  static final int MAX_SUMS = 100_000;

  private transient Map<Choice, KeyIncrement> sums;

  /**
   * @param window the time for which changes are summed up
   */
  public GatherTallies(Duration window) {
    super(window);
  }

  @Override
  public void open() throws Exception {
    super.open();
    sums = new HashMap<>();
  }

  @Override
  public void processElement(StreamRecord<ChoiceChange> record) {
    ChoiceChange change = record.getValue();
    KeyIncrement sum = sums.get(change.choice);
    if (sum == null) {
      sum = new KeyIncrement(change.choice, 0, 0);
      sums.put(change.choice, sum);
    }
    sum.add(change);
    sendAtOnceOrAtEndOfWindow();
    if (sums.size() >= MAX_SUMS) {
      send();
    }
  }

  @Override
  boolean isEmpty() {
    return sums.isEmpty();
  }

  @Override
  void send() {
    for (KeyIncrement sum : sums.values()) {
      output.collect(new StreamRecord<>(sum));
    }
    sums.clear();
  }

  /** Makes the operator, and chains it to the one before it. */
  public static final class Factory extends SimpleOperatorFactory<KeyIncrement>
      implements OneInputStreamOperatorFactory<ChoiceChange, KeyIncrement> {

    private static final long serialVersionUID = 1L;

    /**
     * @param window the time for which changes are summed up
     */
    public Factory(Duration window) {
      super(new GatherTallies(window));
      setChainingStrategy(ChainingStrategy.ALWAYS);
    }
  }
}
