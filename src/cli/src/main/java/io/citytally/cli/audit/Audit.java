package io.citytally.cli.audit;

import io.citytally.cli.recast.Recast;
import io.citytally.table.MalformedItemException;
import io.citytally.table.RejectedVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;

/**
 * Compares the totals with the votes, next to a job that goes on counting.
 *
 * <h2>One look</h2>
 *
 * <p>Two tables can't be read in one moment, and the totals are always a little behind the votes.
 * So one <i>look</i> reads the totals, scans the votes, lets the job settle, and reads the totals
 * again. What was counted before the scan, the scan has seen. What the scan has seen is counted
 * before the second reading, if the job takes no longer than the settling. In between, the job has
 * counted as many votes as {@code added} and {@code removed} have grown by. Some of them the scan
 * has seen, and some came after it. So the <i>drift</i>, by which the total is too great, is the
 * first total less the votes that were seen, plus at most what was added in between, less at most
 * what was removed. Where nothing was counted in between, that is one number. Each choice is judged
 * for itself: a vote that moves from one to another during the scan makes both busy.
 *
 * <h2>Turnout</h2>
 *
 * <p>The turnout of a region is judged like the total of a choice: against the ballots in the votes
 * table that name at least one well-formed improvement of the region. An empty ballot counts for
 * nothing, and is no finding.
 *
 * <h2>Busy totals</h2>
 *
 * <p>Drift is constant, as the job adds exactly what changes. So it lies within the bounds of every
 * look, and each look narrows what the earlier ones have left. The lower bound is met when no vote
 * for the choice is on its way while it is scanned, the upper one when none comes for as long as
 * the settling: these need not be the same look. To meet such moments, an audit of busy totals
 * doesn't wait for one look to end before it begins the next: it looks {@value #LOOKS_IN_SETTLE}
 * times in each settling.
 *
 * <h2>What this rests on</h2>
 *
 * <p>The stream's lag, the longer of the job's windows of totals and of turnouts, and the write
 * must together take no longer than the settling. If they take longer (the job is stopped, catches
 * up, or is throttled), votes that it will count look like votes that it has missed; to add them
 * would count them twice. So
 *
 * <ul>
 *   <li>a total counts as wrong only when a second look, begun after the first one ended, also
 *       rules out that it is right;
 *   <li>where two looks at one choice contradict each other, votes were on their way for longer
 *       than the settling, there and perhaps elsewhere: what was judged before is void, and looking
 *       begins again. If the last look still does so, the audit says that it can't judge.
 * </ul>
 *
 * <p>The tables don't show a job that stands still, or lags, in a city in which nobody votes. So
 * before anything is corrected the operator looks whether the job runs and has caught up ({@code
 * millisBehindLatest} near zero; on a table's own stream, {@code lagMillis}).
 *
 * <h2>What is no drift</h2>
 *
 * <ul>
 *   <li>A vote that can't be counted because of its id, region or improvement. The report lists it
 *       separately.
 *   <li>A choice that never was on the ballot and has no total, and the turnout of a region of
 *       which that is true for all choices.
 *   <li>A choice of which refusals wait in the table of rejected votes. They may be cast again, and
 *       would then count: so this must come first, and until then the choice is not judged. (A
 *       refusal to take a vote back waits for nothing, unless the vote itself does: {@link Recast}
 *       leaves it alone. It also leaves a refusal that has expired.) The refusals are read next to
 *       the totals, before and after the scan: one that is cast again in between was seen before,
 *       and one that comes up is seen after.
 *   <li>What the job found in an item that was there before it, if the votes are in the table. (If
 *       they were cleared, or were put straight on the stream, they are drift: an audit knows only
 *       the table.)
 * </ul>
 *
 * <p>What is kept in memory is bounded by the number of distinct choices.
 */
public final class Audit {

  /** The fewest looks that can tell drift. */
  public static final int MIN_LOOKS = 2;

  private static final int LOOKS_IN_SETTLE = 8;

  /** Is told how it goes, after each page. */
  public interface Progress {

    /**
     * @param look from 1
     * @param ballots scanned so far in this look
     * @throws RuntimeException if the audit is to end; it ends with that
     */
    void scanned(int look, long ballots);
  }

  private static final ScanRequest VOTES =
      ScanRequest.builder()
          .projectionExpression("#id, #region, #improvement, #improvements")
          .expressionAttributeNames(
              Map.of(
                  "#id", VotesTable.ID,
                  "#region", VotesTable.REGION,
                  "#improvement", VotesTable.IMPROVEMENT,
                  "#improvements", VotesTable.IMPROVEMENTS))
          .build();

  private static final ScanRequest REFUSALS =
      ScanRequest.builder()
          .filterExpression("begins_with(#recast, :new) AND #expires > :now")
          .projectionExpression("#region, #improvement")
          .expressionAttributeNames(
              Map.of(
                  "#recast", RejectedVotesTable.RECAST,
                  "#expires", RejectedVotesTable.EXPIRES_AT,
                  "#region", RejectedVotesTable.REGION,
                  "#improvement", RejectedVotesTable.IMPROVEMENT))
          .build();

  private final PacedScan reader;
  private final Tables tables;
  private final Optional<Set<Choice>> ballot;
  private final Pace pace;
  private final Progress progress;

  private final Map<Choice, Judgement> judgements = new HashMap<>();

  /**
   * @param ballot what the job admits, of any status; none: the job has no ballot, and admits
   *     anything
   */
  public Audit(
      PacedScan reader, Tables tables, Optional<Set<Choice>> ballot, Pace pace, Progress progress) {
    this.reader = reader;
    this.tables = tables;
    this.ballot = ballot.map(Recast::admittedWith);
    this.pace = pace;
    this.progress = progress;
  }

  /** Looks until everything is judged, or it has to give up. Changes nothing. */
  public AuditReport run() {
    judgements.clear();
    Instant until = reader.now().plus(pace.duration);
    Deque<Scan> unsettled = new ArrayDeque<>();
    Results results = readResults();
    boolean isBusy = false;
    for (int looks = 1; ; looks++) {
      unsettled.add(new Scan(results, scanVotes(looks), reader.now()));
      boolean overlaps = isBusy && reader.now().isBefore(until);
      reader.sleeper().sleep(overlaps ? pace.settle.dividedBy(LOOKS_IN_SETTLE) : pace.settle);
      results = readResults();
      Look seen = null;
      boolean contradicted = false;
      while (!unsettled.isEmpty()
          && !(overlaps && results.readAt.isBefore(unsettled.peek().endedAt.plus(pace.settle)))) {
        seen = new Look(unsettled.remove(), results);
        contradicted |= judge(seen);
      }
      if (seen == null) {
        continue;
      }
      List<Finding> findings = findings(seen);
      boolean isPending = findings.stream().anyMatch(Audit::isPending);
      boolean givesUp = looks >= pace.looks && !reader.now().isBefore(until);
      if (givesUp || (!contradicted && !isPending)) {
        return new AuditReport(
            looks,
            seen.votes.count(key -> !key.isTurnout()),
            seen.votes.count(Choice::isTurnout),
            (int) seen.keys().stream().filter(key -> !key.isTurnout()).count(),
            seen.votes.uncountable,
            findings,
            contradicted);
      }
      isBusy = findings.stream().anyMatch(each -> isPending(each) && each.low() != each.high());
    }
  }

  private static boolean isPending(Finding finding) {
    return finding.kind() == Finding.Kind.BUSY || finding.kind() == Finding.Kind.WRONG;
  }

  /** Whether something contradicts what was judged before; then only this look still counts. */
  private boolean judge(Look look) {
    Map<Choice, Judgement> seen = new HashMap<>();
    Map<Choice, Judgement> narrowed = new HashMap<>();
    for (Choice key : look.keys()) {
      Judgement earlier = judgements.remove(key);
      if (!look.isMalformed(key)
          && isAdmitted(key, look)
          && !look.isRefused(key)
          && look.isOfTheJob(key)) {
        Judgement judgement = look.judgement(key);
        seen.put(key, judgement);
        narrowed.put(key, earlier == null ? judgement : earlier.narrowedBy(judgement, look));
      }
    }
    boolean contradicted = narrowed.values().stream().anyMatch(Judgement::isImpossible);
    judgements.putAll(contradicted ? seen : narrowed);
    return contradicted;
  }

  private List<Finding> findings(Look look) {
    List<Finding> findings = new ArrayList<>();
    for (Choice key : look.keys()) {
      Judgement judgement = judgements.get(key);
      if (look.after.malformed.contains(key)) {
        findings.add(look.finding(key, Finding.Kind.MALFORMED));
      } else if (!isAdmitted(key, look)) {
        if (!look.isQuiet(key) || look.drift(key) != 0) {
          findings.add(look.finding(key, Finding.Kind.NOT_ADMITTED));
        }
      } else if (look.isRefused(key)) {
        findings.add(look.finding(key, Finding.Kind.REFUSED));
      } else if (judgement == null) {
        findings.add(look.finding(key, Finding.Kind.BUSY));
      } else if (!judgement.isExact()) {
        findings.add(look.finding(key, judgement.kind(), judgement.low, judgement.high));
      }
    }
    return findings;
  }

  /**
   * Whether the job would admit the choice. Without a ballot, it admits all. With one, it admits
   * what is on it, and the withdrawal of anything that has a total.
   */
  private boolean isAdmitted(Choice key, Look look) {
    return ballot.isEmpty() || ballot.get().contains(key) || look.after.totals.containsKey(key);
  }

  private Votes scanVotes(int look) {
    Votes votes = new Votes();
    reader.scan(
        VOTES.toBuilder().tableName(tables.votes()).build(),
        item -> {
          List<Choice> choices = VotesTable.choicesOf(item);
          choices.forEach(votes::add);
          choices.stream().limit(1).forEach(choice -> votes.add(Choice.turnoutOf(choice.region)));
          String problem = VotesTable.problemOf(item);
          if (problem != null) {
            votes.uncountable.merge(problem, 1L, Long::sum);
          }
          votes.scanned++;
        },
        () -> progress.scanned(look, votes.scanned));
    return votes;
  }

  private Results readResults() {
    Results results = new Results(reader.now());
    reader.scan(
        ScanRequest.builder().tableName(tables.totalVotes()).build(),
        item -> results.put(TotalVotesTable.keyOf(item), item, Total::of),
        () -> {});
    reader.scan(
        ScanRequest.builder().tableName(tables.turnout()).build(),
        item -> results.put(Choice.turnoutOf(TurnoutTable.regionOf(item)), item, Total::ofTurnout),
        () -> {});
    reader.scan(
        REFUSALS.toBuilder()
            .tableName(tables.rejectedVotes())
            .expressionAttributeValues(
                Map.of(
                    ":new",
                    AttributeValue.fromS(RejectedVote.NEW_CHOICE_RECORD),
                    ":now",
                    AttributeValue.fromN(Long.toString(results.readAt.getEpochSecond()))))
            .build(),
        item -> results.refused.add(RejectedVotesTable.choiceOf(item)),
        () -> {});
    return results;
  }

  /** Between which bounds the drift of a choice lies, for all that was seen. */
  private static final class Judgement {

    final long low;
    final long high;

    /** When the first look that excludes 0 ended; null: none does. */
    @Nullable private final Instant wrongSince;

    private final boolean isConfirmed;

    private Judgement(long low, long high, @Nullable Instant wrongSince, boolean isConfirmed) {
      this.low = low;
      this.high = high;
      this.wrongSince = wrongSince;
      this.isConfirmed = isConfirmed;
    }

    static Judgement ofOneLook(long low, long high, Instant endedAt) {
      return new Judgement(low, high, low > 0 || high < 0 ? endedAt : null, false);
    }

    Judgement narrowedBy(Judgement later, Look look) {
      boolean confirms =
          wrongSince != null
              && later.wrongSince != null
              && !look.before.readAt.isBefore(wrongSince);
      return new Judgement(
          Math.max(low, later.low),
          Math.min(high, later.high),
          wrongSince == null ? later.wrongSince : wrongSince,
          isConfirmed || confirms);
    }

    boolean isImpossible() {
      return low > high;
    }

    boolean isExact() {
      return low == 0 && high == 0;
    }

    Finding.Kind kind() {
      if (!isConfirmed) {
        return Finding.Kind.BUSY;
      }
      return low == high ? Finding.Kind.DRIFT : Finding.Kind.WRONG;
    }
  }

  /** A look that lets the job settle. */
  private static final class Scan {

    final Results before;
    final Votes votes;
    final Instant endedAt;

    Scan(Results before, Votes votes, Instant endedAt) {
      this.before = before;
      this.votes = votes;
      this.endedAt = endedAt;
    }
  }

  /** What a scan of the votes has seen. */
  private static final class Votes {

    final Map<Choice, Long> counts = new HashMap<>();
    final Map<String, Long> uncountable = new TreeMap<>();
    long scanned;

    void add(Choice key) {
      counts.merge(key, 1L, Long::sum);
    }

    long count(Predicate<Choice> keys) {
      return counts.entrySet().stream()
          .filter(count -> keys.test(count.getKey()))
          .mapToLong(Map.Entry::getValue)
          .sum();
    }
  }

  /** What the job has made of the votes. */
  private static final class Results {

    final Map<Choice, Total> totals = new HashMap<>();
    final Set<Choice> refused = new HashSet<>();

    /** Those whose item has no numbers that the job could go on from. */
    final Set<Choice> malformed = new HashSet<>();

    /** When reading began. */
    final Instant readAt;

    Results(Instant readAt) {
      this.readAt = readAt;
    }

    void put(
        Choice key,
        Map<String, AttributeValue> item,
        Function<Map<String, AttributeValue>, Total> reader) {
      try {
        totals.put(key, reader.apply(item));
      } catch (MalformedItemException e) {
        malformed.add(key);
      }
    }

    Total totalOf(Choice key) {
      return totals.getOrDefault(key, Total.NONE);
    }
  }

  /** The votes, and what the job had made of them before and after. */
  private final class Look {

    final Results before;
    final Votes votes;
    final Results after;
    private final Set<Choice> keys;

    Look(Scan scan, Results after) {
      this.before = scan.before;
      this.votes = scan.votes;
      this.after = after;
      // Keys that were judged and are gone now are looked at, too: that may contradict the
      // judgement.
      keys = new HashSet<>(judgements.keySet());
      keys.addAll(votes.counts.keySet());
      keys.addAll(after.totals.keySet());
      keys.addAll(after.malformed);
    }

    Set<Choice> keys() {
      return keys;
    }

    boolean isMalformed(Choice key) {
      return before.malformed.contains(key) || after.malformed.contains(key);
    }

    boolean isRefused(Choice key) {
      return before.refused.contains(key) || after.refused.contains(key);
    }

    boolean isQuiet(Choice key) {
      return before.totalOf(key).equals(after.totalOf(key));
    }

    boolean isOfTheJob(Choice key) {
      return before.totalOf(key).leadsTo(after.totalOf(key));
    }

    long drift(Choice key) {
      return after.totalOf(key).votes() - count(key);
    }

    /** Judges a choice that {@link #isOfTheJob}. */
    Judgement judgement(Choice key) {
      Total first = before.totalOf(key);
      Total last = after.totalOf(key);
      long was = first.votes() - count(key);
      return Judgement.ofOneLook(
          was - first.removedUntil(last), was + first.addedUntil(last), after.readAt);
    }

    /** Where somebody else may have written. */
    Finding finding(Choice key, Finding.Kind kind) {
      long was = before.totalOf(key).votes() - count(key);
      return finding(key, kind, Math.min(was, drift(key)), Math.max(was, drift(key)));
    }

    Finding finding(Choice key, Finding.Kind kind, long low, long high) {
      return new Finding(key, kind, after.totalOf(key), count(key), low, high);
    }

    private long count(Choice key) {
      return votes.counts.getOrDefault(key, 0L);
    }
  }
}
