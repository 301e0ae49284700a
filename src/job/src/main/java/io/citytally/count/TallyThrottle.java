package io.citytally.count;

import io.citytally.vote.Choice;
import io.citytally.vote.Tally;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the running totals of each key, and says where they stand: for a quiet key at once, for a
 * busy one a window after the first vote that has to wait. {@link ThrottleTrigger} says when that
 * is, and why processing time decides it. The tallies of a region's ballots leave through {@link
 * #TURNOUT}.
 */
public class TallyThrottle extends AbstractStreamOperator<Tally>
    implements OneInputStreamOperator<KeyIncrement, Tally> {

  /*
   * Why not Flink's own windows.
   *
   * They would work, and earlier versions used them: a window's contents, its trigger's state and
   * its timer are each an entry of the state, read and written for each vote. On RocksDB that costs
   * more than the decoding of the vote. But what a checkpoint has to hold is only where things
   * stand when it is taken. So the totals of a key with an open window are kept in memory, and the
   * state is brought up to date when the window closes or a checkpoint is taken: a read and a write
   * per busy time of a key, instead of five accesses per vote.
   *
   * All windows of choices have the same length, so they end in the order in which they began: a
   * queue, and one timer for its head. The windows of turnouts have a queue of their own, because
   * they may be longer. Both live in memory, too. A key for which votes were gathered when the
   * snapshot was taken is marked in the state, and is due at once after a restart.
   *
   * A clock may be set back. Flink computes a timer's delay when it is registered, so the timer of
   * the head fires in time; but what is registered after it would wait for as long as the clock was
   * set back. So time here never goes back: what the clock lost is added to it, and a timer that
   * fires is itself a sign that its time has come.
   *
   * Memory holds as many windows as keys have votes within a window: never more than there are
   * choices, which max.choices and the ballot bound.
   *
   * The origin.
   *
   * The totals live as long as the job: they are the message from which the sink derives each
   * amount. They count in one epoch, and can't be carried into another, where they would look like
   * votes not yet written and be added a second time. So a snapshot holds its epoch, and a job of
   * another epoch doesn't start from it. That is checked before the first vote, and not for each
   * key when its next vote comes: by then keys that are new would stand in the table with the new
   * epoch, and the way back to the former one would be closed.
   *
   * The same holds for the kind of source. Each kind identifies a change in its own way, so what
   * the snapshot has counted from one would count again from the other.
   */

  private static final long serialVersionUID = 1L;

  /** The tallies whose key is a turnout. */
  public static final OutputTag<Tally> TURNOUT =
      new OutputTag<>("turnout", Types.POJO(Tally.class));

  static final ValueStateDescriptor<Totals> TOTALS =
      new ValueStateDescriptor<>("totals", TypeInformation.of(Totals.class));

  /** True for a key whose totals were not written when the snapshot was taken; else absent. */
  private static final ValueStateDescriptor<Boolean> UNWRITTEN =
      new ValueStateDescriptor<>("unwritten", Types.BOOLEAN);

  /** One entry, of the same name. Broadcast state, so that each subtask finds it in a snapshot. */
  private static final MapStateDescriptor<String, Long> EPOCH =
      new MapStateDescriptor<>("epoch", Types.STRING, Types.LONG);

  /** As {@link #EPOCH}. */
  private static final MapStateDescriptor<String, String> SOURCE =
      new MapStateDescriptor<>("source", Types.STRING, Types.STRING);

  private final long windowMillis;
  private final long turnoutWindowMillis;
  private final Origin origin;

  private transient ValueState<Totals> totals;
  private transient ValueState<Boolean> unwritten;
  private transient Map<Choice, Window> open;
  transient WindowQueue ofChoices;
  transient WindowQueue ofTurnouts;

  /** The latest time that was seen, and by how much the clock has since been set back. */
  private transient long latestMillis;

  private transient long setBackMillis;

  /**
   * @param window the least time between two tallies of a key, and the most that one waits; at
   *     least a millisecond
   * @param origin from where the job counts
   */
  public TallyThrottle(Duration window, Origin origin) {
    this(window, window, origin);
  }

  /**
   * @param window as for {@link #TallyThrottle(Duration, Origin)}, of a key that is a choice
   * @param turnoutWindow the same of a key that is a turnout
   * @param origin from where the job counts
   */
  TallyThrottle(Duration window, Duration turnoutWindow, Origin origin) {
    windowMillis = millis(window);
    turnoutWindowMillis = millis(turnoutWindow);
    this.origin = origin;
  }

  private static long millis(Duration window) {
    if (window.toMillis() < 1) {
      throw new IllegalArgumentException("a window of at least 1 ms, not " + window);
    }
    return window.toMillis();
  }

  /**
   * @throws ChangedEpochException if the snapshot was counted in another epoch
   * @throws ChangedSourceException if it was counted from another kind of source
   */
  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    BroadcastState<String, Long> epoch = context.getOperatorStateStore().getBroadcastState(EPOCH);
    Long countedIn = epoch.get(EPOCH.getName());
    if (countedIn != null && countedIn != origin.epoch()) {
      throw new ChangedEpochException(countedIn, origin.epoch());
    }
    BroadcastState<String, String> source =
        context.getOperatorStateStore().getBroadcastState(SOURCE);
    String countedFrom = source.get(SOURCE.getName());
    if (countedFrom != null && !countedFrom.equals(origin.source())) {
      throw new ChangedSourceException(countedFrom, origin);
    }
    epoch.put(EPOCH.getName(), origin.epoch());
    source.put(SOURCE.getName(), origin.source());
    totals = context.getKeyedStateStore().getState(TOTALS);
    unwritten = context.getKeyedStateStore().getState(UNWRITTEN);
  }

  @Override
  public void open() throws Exception {
    super.open();
    open = new HashMap<>();
    ofChoices = new WindowQueue(windowMillis);
    ofTurnouts = new WindowQueue(turnoutWindowMillis);
    setBackMillis = 0;
    latestMillis = getProcessingTimeService().getCurrentProcessingTime();
    List<Choice> due = new ArrayList<>();
    getKeyedStateBackend()
        .applyToAllKeys(
            VoidNamespace.INSTANCE,
            VoidNamespaceSerializer.INSTANCE,
            UNWRITTEN,
            (Object key, ValueState<Boolean> state) -> due.add((Choice) key));
    for (Choice key : due) {
      Window window = load(key);
      window.isUnwritten = true;
      window.isMarked = true;
      window.queue.await(window, now());
    }
  }

  /** The state is looked into when a window opens and when it closes, not for each element. */
  @Override
  public void setKeyContextElement(StreamRecord<KeyIncrement> record) {}

  @Override
  public void processElement(StreamRecord<KeyIncrement> record) throws Exception {
    KeyIncrement increment = record.getValue();
    Window window = open.get(increment.key);
    if (window == null) {
      window = load(increment.key);
      window.add(increment);
      write(window);
      window.queue.await(window);
    } else {
      boolean isFirst = !window.isUnwritten;
      window.add(increment);
      if (isFirst) {
        window.queue.await(window);
      }
    }
  }

  /** The end of the input, or of a job that is stopped with {@code --drain}: nothing may wait. */
  @Override
  public void processWatermark(Watermark watermark) throws Exception {
    if (watermark.equals(Watermark.MAX_WATERMARK)) {
      for (Window window : open.values()) {
        if (window.isUnwritten) {
          write(window);
        }
      }
    }
    super.processWatermark(watermark);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    for (Window window : open.values()) {
      save(window);
    }
  }

  private Window load(Choice key) throws Exception {
    setCurrentKey(key);
    Window window = new Window(key, totals.value(), key.isTurnout() ? ofTurnouts : ofChoices);
    open.put(key, window);
    return window;
  }

  private void write(Window window) {
    StreamRecord<Tally> tally =
        new StreamRecord<>(new Tally(window.key, origin.epoch(), window.added, window.removed));
    if (window.key.isTurnout()) {
      output.collect(TURNOUT, tally);
    } else {
      output.collect(tally);
    }
    window.isUnwritten = false;
  }

  /** The clock's time, but never less than before: while the clock is set back, it stands. */
  private long now() {
    long clock = getProcessingTimeService().getCurrentProcessingTime();
    setBackMillis = Math.max(setBackMillis, latestMillis - clock);
    latestMillis = clock + setBackMillis;
    return latestMillis;
  }

  /** Brings the state up to date with a window. */
  private void save(Window window) throws Exception {
    if (!window.isUnsaved && window.isMarked == window.isUnwritten) {
      return;
    }
    setCurrentKey(window.key);
    if (window.isUnsaved) {
      totals.update(new Totals(window.added, window.removed));
      window.isUnsaved = false;
    }
    if (window.isUnwritten) {
      unwritten.update(true);
    } else {
      unwritten.clear();
    }
    window.isMarked = window.isUnwritten;
  }

  /** Windows of one length that are open, by their end. */
  final class WindowQueue implements ProcessingTimeCallback {

    private final long lengthMillis;
    private final Queue<End> byEnd = new ArrayDeque<>();

    WindowQueue(long lengthMillis) {
      this.lengthMillis = lengthMillis;
    }

    /** Sets that a window ends one length from now. */
    void await(Window window) {
      await(window, now() + lengthMillis);
    }

    /** Sets when a window ends. Only the window that ends first has a timer. */
    void await(Window window, long endMillis) {
      window.endMillis = endMillis;
      byEnd.add(new End(window));
      if (byEnd.size() == 1) {
        registerTimer();
      }
    }

    private void registerTimer() {
      getProcessingTimeService().registerTimer(byEnd.element().millis - setBackMillis, this);
    }

    /** The first window has ended, even if the clock says otherwise. */
    @Override
    public void onProcessingTime(long time) throws Exception {
      long now = now();
      if (now < byEnd.element().millis) {
        setBackMillis += byEnd.element().millis - now;
        now = now();
      }
      while (!byEnd.isEmpty() && byEnd.peek().millis <= now) {
        End end = byEnd.remove();
        if (end.millis == end.window.endMillis) {
          end(end.window);
        }
      }
      if (!byEnd.isEmpty()) {
        registerTimer();
      }
    }

    private void end(Window window) throws Exception {
      if (window.isUnwritten) {
        write(window);
        window.endMillis = now() + lengthMillis;
        byEnd.add(new End(window));
      } else {
        save(window);
        open.remove(window.key);
      }
    }
  }

  /**
   * The planned end of a window. If the end was moved later, this one is stale, and the queue holds
   * a newer one.
   */
  private static final class End {

    final Window window;
    final long millis;

    End(Window window) {
      this.window = window;
      this.millis = window.endMillis;
    }
  }

  /** A key that is not quiet. */
  private static final class Window {

    final Choice key;
    final WindowQueue queue;
    long added;
    long removed;
    long endMillis;

    /** Whether a vote waits for the end. */
    boolean isUnwritten;

    /** Whether the state holds other totals. */
    boolean isUnsaved;

    /** Whether the state says that it is unwritten. */
    boolean isMarked;

    /**
     * @param totals null for a key that is new
     */
    Window(Choice key, @Nullable Totals totals, WindowQueue queue) {
      this.key = key;
      this.queue = queue;
      if (totals != null) {
        added = totals.added;
        removed = totals.removed;
      }
    }

    void add(KeyIncrement increment) {
      added += increment.added;
      removed += increment.removed;
      isUnwritten = true;
      isUnsaved = true;
    }
  }
}
