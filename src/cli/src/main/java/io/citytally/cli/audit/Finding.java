package io.citytally.cli.audit;

import io.citytally.vote.Choice;

/** What an audit has to say about a choice, or a region's turnout, whose total may be wrong. */
public final class Finding {

  /** What it is. */
  public enum Kind {
    /** The total is wrong, by {@link Finding#low()}, which is also {@link Finding#high()}. */
    DRIFT,
    /** The total is wrong, by something within the bounds: it moves too often to tell more. */
    WRONG,
    /** It moved too often to tell whether it is right, or votes were still on their way. */
    BUSY,
    /** The numbers of its item can't be read; until someone repairs it, nothing can be said. */
    MALFORMED,
    /** Votes for it were refused and wait to be cast again; until then nothing can be said. */
    REFUSED,
    /**
     * It never was on the ballot and has no total: the job does not count it, nor should it. A
     * turnout is that of a region of which no improvement ever was on the ballot.
     */
    NOT_ADMITTED
  }

  private final Choice key;
  private final Kind kind;
  private final Total seen;
  private final long votes;
  private final long low;
  private final long high;

  Finding(Choice key, Kind kind, Total seen, long votes, long low, long high) {
    this.key = key;
    this.kind = kind;
    this.seen = seen;
    this.votes = votes;
    this.low = low;
    this.high = high;
  }

  /** The choice, or the key of a region's turnout. */
  public Choice key() {
    return key;
  }

  /** Whether it is about the number of ballots of a region. */
  public boolean isTurnout() {
    return key.isTurnout();
  }

  public Kind kind() {
    return kind;
  }

  /** The total that stood there last. */
  public long total() {
    return seen.votes();
  }

  /** The votes in the table, or the ballots of a turnout, when it was scanned last. */
  public long votes() {
    return votes;
  }

  /** By how much the total is too great, at least; below zero, it lacks votes. */
  public long low() {
    return low;
  }

  /** By how much the total is too great, at most. */
  public long high() {
    return high;
  }

  /** The item that the finding is about. */
  Total seen() {
    return seen;
  }
}
