package io.citytally.election;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An election at one moment: its rules, and what the system keeps about it. Immutable. */
public final class Election {

  /**
   * The longest time from reading the rules to the last write that begins under them. So a change
   * of the rules holds everywhere after this time and one {@link #WRITE_TIMEOUT}.
   */
  public static final Duration MAX_AGE = Duration.ofSeconds(15);

  /** The time in which the write of a ballot ends, retries included. */
  public static final Duration WRITE_TIMEOUT = Duration.ofSeconds(3);

  private final ElectionRules rules;
  private final boolean isStored;
  private final boolean isSetUp;
  private final @Nullable String pinned;
  private final @Nullable Instant testUntil;
  private final @Nullable FinalResult result;

  private Election(
      ElectionRules rules,
      boolean isStored,
      boolean isSetUp,
      @Nullable String pinned,
      @Nullable Instant testUntil,
      @Nullable FinalResult result) {
    this.rules = Objects.requireNonNull(rules, "rules");
    this.isStored = isStored;
    this.isSetUp = isSetUp;
    this.pinned = pinned;
    this.testUntil = testUntil;
    this.result = result;
  }

  /**
   * An election as it is stored.
   *
   * @param pinned the text of the {@link Pin} under which the first ballot was cast; null before
   * @param testUntil until when test ballots are taken before the election opens; null if none are
   * @param result null until the election is closed for good
   */
  public static Election stored(
      ElectionRules rules,
      @Nullable String pinned,
      @Nullable Instant testUntil,
      @Nullable FinalResult result) {
    return new Election(rules, true, true, pinned, testUntil, result);
  }

  /** An election that nobody set up, which is open all the time. */
  public static Election alwaysOpen(VotingMode voting, VotePer votePer) {
    return new Election(ElectionRules.unlimited(voting, votePer), false, true, null, null, null);
  }

  /** An election that is still to be set up: no ballot is taken. */
  public static Election notSetUp(VotingMode voting) {
    return new Election(
        ElectionRules.unlimited(voting, VotePer.REGION), false, false, null, null, null);
  }

  public ElectionRules rules() {
    return rules;
  }

  /** Whether the rules come from the table, so that ballots pin them. */
  public boolean isStored() {
    return isStored;
  }

  /** The text of the {@link Pin} under which ballots are cast; empty before the first. */
  public Optional<String> pinned() {
    return Optional.ofNullable(pinned);
  }

  /** Until when test ballots are taken, unless the election opens earlier. */
  public Optional<Instant> testUntil() {
    return Optional.ofNullable(testUntil);
  }

  public Optional<FinalResult> result() {
    return Optional.ofNullable(result);
  }

  /** Where the election stands. An opening for test ballots is {@link Phase#OPEN}. */
  public Phase phaseAt(Instant now) {
    if (result != null || rules.closesAt().filter(end -> !now.isBefore(end)).isPresent()) {
      return Phase.CLOSED;
    }
    if (!isSetUp || (isBeforeOpening(now) && !isTestAt(now))) {
      return Phase.BEFORE;
    }
    return Phase.OPEN;
  }

  /** Whether test ballots are taken. */
  public boolean isTestAt(Instant now) {
    return testUntil != null && now.isBefore(testUntil) && isBeforeOpening(now);
  }

  /** Whether the public may see more than turnout. */
  public boolean showsVotesAt(Instant now) {
    return rules.results() == ShownResults.LIVE || phaseAt(now) == Phase.CLOSED;
  }

  private boolean isBeforeOpening(Instant now) {
    return rules.opensAt().filter(now::isBefore).isPresent();
  }
}
