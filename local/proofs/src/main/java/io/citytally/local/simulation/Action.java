package io.citytally.local.simulation;

import java.util.Arrays;
import java.util.Locale;

/**
 * One step of a {@link Plan}. Its numbers choose among what is there at the time, by their
 * remainder; where nothing is there to do it to, the step does nothing. So any list of actions is a
 * plan, and a plan from which some were taken is one, too.
 *
 * @param first what it is done to, or how much
 * @param second further, where the kind says so
 */
public record Action(Kind kind, int first, int second) {

  /** What can be done. */
  public enum Kind {
    /** {@code (parallelism and window, -)} of the first instance. Only at the beginning. */
    START,
    /** {@code (key, votes)}: total that the Lambda before the job left. Only at the beginning. */
    LEGACY,
    /**
     * {@code (how many, -)}: votes that the Lambda counted; the job first starts at a timestamp
     * after them. Only at the beginning.
     */
    EARLIER,
    /** {@code (key, -)}: the job has a ballot, and this is on it. Only at the beginning. */
    BALLOT,
    /** {@code (vote, key)}: a vote is cast, or changed. */
    CAST,
    /** {@code (vote, which)}: a ballot of several choices is cast, or changed. */
    SEVERAL,
    /** {@code (vote, -)} */
    WITHDRAW,
    /** {@code (vote, -)}: a plain record, always with the same key. */
    PLAIN,
    /** {@code (vote, -)}: the vote's item is overwritten by one that can't be counted. */
    SPOIL,
    /** {@code (which, -)}: a record that says nothing. */
    POISON,
    /**
     * {@code (0 together, or how many seconds apart, -)}: the table's clock is ahead of the job's.
     */
    CLOCK,

    /** {@code (key, -)}: goes on the ballot, again perhaps. */
    LIST,
    /** {@code (key, -)}: goes from the ballot, as the command takes it off. */
    LEAVE,
    /** {@code (key, -)}: must not be shown. */
    HIDE,
    /** {@code (key, -)}: someone deletes its item from the ballot. */
    DELETE,
    /** {@code (milliseconds, -)}: the ballot can't be read. */
    BALLOT_AWAY,
    /** {@code (-, -)}: what was refused is cast again. */
    RECAST,

    /** {@code (how many, -)}: the next changes reach the stream. */
    PUT,
    /** {@code (which, -)}: a later change reaches the stream. */
    PUT_EARLY,
    /** {@code (which, -)}: a change reaches the stream again. */
    PUT_AGAIN,
    /** {@code (shard, -)} */
    SPLIT,
    /** {@code (shard, -)}: with its neighbour. */
    MERGE,
    /** {@code (0 keep, 1 drop older checkpoints, -)}: what all checkpoints are past expires. */
    EXPIRE,

    /** {@code (how many, order)}: elements and barriers move on, by one operator each. */
    WORK,
    /** {@code (milliseconds, -)} */
    PASS,
    /** {@code (which, -)}: the job's clock is set, ahead or back. */
    JUMP,
    /** {@code (-, -)}: the job finds the new shards. */
    DISCOVER,
    CHECKPOINT,
    /** A checkpoint that is kept for good. */
    SAVEPOINT,

    /** {@code (how many, order)}: requests take effect and are answered. */
    ANSWER,
    /** {@code (which, -)}: takes effect, and is answered some other time. */
    TAKE_EFFECT,
    THROTTLE,
    SERVER_ERROR,
    CONFLICT,
    LOSE_REQUEST,
    LOSE_ANSWER,
    /** {@code (which, -)}: the job is told of a failure, the request stays on its way. */
    GIVE_UP,
    /** {@code (milliseconds, -)} */
    OUTAGE,

    /** {@code (which checkpoint, 0 the latest; parallelism and window)} */
    CRASH,
    /** The same, but what seems to have crashed runs on. */
    ZOMBIE,
    END_ZOMBIE,
    /** {@code (which checkpoint, parallelism and window)}: someone changes the job's source. */
    SWITCH_SOURCE,
    /** {@code (parallelism and window, -)} */
    FRESH_START,
    /** {@code (parallelism and window, -)}: without state, though the stream has lost records. */
    BLIND_START,
    /** {@code (parallelism and window, 1 if the old instance goes on for a while)} */
    RAISE_EPOCH,
    /** {@code (0 a night, 1 two weeks, -)} */
    NIGHT;

    private String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Kind of(String text) {
      return Arrays.stream(values())
          .filter(kind -> kind.text().equals(text))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no such action: '" + text + "'"));
    }
  }

  /**
   * @param text as {@link #toString} has it, such as {@code cast:3:1}
   * @throws IllegalArgumentException if it is not one
   */
  static Action parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length > 3) {
      throw new IllegalArgumentException("an action has at most two numbers: '" + text + "'");
    }
    try {
      return new Action(
          Kind.of(parts[0]),
          parts.length > 1 ? number(parts[1]) : 0,
          parts.length > 2 ? number(parts[2]) : 0);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("an action's numbers are whole, from 0: '" + text + "'");
    }
  }

  private static int number(String text) {
    return Integer.parseUnsignedInt(text, 0, text.length(), 10) & Integer.MAX_VALUE;
  }

  @Override
  public String toString() {
    String text = kind.text();
    if (second != 0) {
      return text + ":" + first + ":" + second;
    }
    return first == 0 ? text : text + ":" + first;
  }
}
