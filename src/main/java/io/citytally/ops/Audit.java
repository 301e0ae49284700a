package io.citytally.ops;

import io.citytally.dynamodb.RejectedVotesTable;
import io.citytally.dynamodb.TotalVotesTable;
import io.citytally.dynamodb.VotesTable;
import io.citytally.vote.TallyKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;

/**
 * Compares the totals with the votes, beside a job that goes on counting.
 *
 * <h2>Drift, and votes still on their way</h2>
 *
 * <p>Two tables can't be read in one moment, and the totals are always a little behind the votes.
 * So one <i>look</i> reads the totals, scans the votes, lets the job settle, and reads the totals
 * again. A choice is judged only if its item is the same both times, {@code added} and {@code
 * removed} included. These only grow, so nothing of the choice was counted in between. Whatever
 * changed before the scan passed it, though, was counted before the second reading, if the job
 * takes no longer than the settling; hence it was counted before the first. So what the scan saw is
 * exactly what the total should be, and the difference is <i>drift</i>. Each choice is judged for
 * itself: a vote that moves from one to another while the scan is under way makes both busy. What
 * changed after the scan had passed, and is not counted, is in neither number.
 *
 * <p>A choice whose item moved is busy, and is looked at again. If it is never quiet for as long as
 * a look takes, only bounds are known: of what was counted in between, the scan has seen some part.
 *
 * <p><b>What this rests on</b> is that the job takes no longer than the settling: the stream's lag,
 * the window and the write together. If it does (it is stopped, catches up, or is throttled), votes
 * that it will count look like votes that it has missed; to add them would count them twice. This
 * is how that is noticed: drift is constant, as the job adds exactly what changes. So
 *
 * <ul>
 *   <li>drift counts as such only when a second look finds the same, the choice being quiet
 *       throughout;
 *   <li>where two looks at one choice contradict each other, votes were on their way for longer
 *       than the settling, there and perhaps elsewhere: what was judged before is void, and looking
 *       begins anew. If the last look still does so, the audit says that it can't judge.
 * </ul>
 *
 * <p>Not to be noticed from the tables is a job that stands still, or lags, in a city in which
 * nobody votes meanwhile. So before anything is corrected the operator looks whether the job runs
 * and has caught up ({@code millisBehindLatest} near zero).
 *
 * <h2>What is no drift</h2>
 *
 * <ul>
 *   <li>A vote that can't be counted, for what its id, region or improvement is. It is told apart.
 *   <li>A choice that never was on the ballot and has no total.
 *   <li>A choice of which refusals wait in the table of rejected votes. They may be cast again, and
 *       would then count: so this must come first, and until then the choice is not judged. The
 *       refusals are read beside the totals, before and after the scan: one that is cast again
 *       meanwhile was seen before, and one that comes up is seen after.
 *   <li>What the job found in an item that was there before it, if the votes are in the table. (If
 *       they were cleared, or were put straight on the stream, they are drift: an audit knows only
 *       the table.)
 * </ul>
 *
 * <p>What is kept in memory is bounded by the number of distinct choices.
 */
public final class Audit {

  /** The fewest looks that can tell drift. */
  public static final int FEWEST_LOOKS = 2;

  /** Is told how it goes, after each page. */
  public interface Progress {

    /**
     * @param look from 1
     * @param votes scanned so far in this look
     * @throws RuntimeException if the audit is to end; it ends with that
     */
    void scanned(int look, long votes);
  }

  private static final ScanRequest VOTES =
      ScanRequest.builder()
          .projectionExpression("#id, #region, #improvement")
          .expressionAttributeNames(
              Map.of(
                  "#id", VotesTable.ID,
                  "#region", VotesTable.REGION,
                  "#improvement", VotesTable.IMPROVEMENT))
          .build();

  private static final ScanRequest REFUSALS =
      ScanRequest.builder()
          .filterExpression("attribute_exists(#recast)")
          .projectionExpression("#region, #improvement")
          .expressionAttributeNames(
              Map.of(
                  "#recast", RejectedVotesTable.RECAST,
                  "#region", RejectedVotesTable.REGION,
                  "#improvement", RejectedVotesTable.IMPROVEMENT))
          .build();

  private final PacedScan reader;
  private final Tables tables;
  private final Optional<Set<TallyKey>> ballot;
  private final Duration settle;
  private final int mostLooks;
  private final Progress progress;

  private final Map<TallyKey, Judgement> judgements = new HashMap<>();

  /**
   * @param ballot what the job admits, of any status; none: the job has no ballot, and admits
   *     anything
   * @param settle longer than the job takes from a vote to its total
   * @param mostLooks from {@value #FEWEST_LOOKS}
   */
  public Audit(
      PacedScan reader,
      Tables tables,
      Optional<Set<TallyKey>> ballot,
      Duration settle,
      int mostLooks,
      Progress progress) {
    if (mostLooks < FEWEST_LOOKS) {
      throw new IllegalArgumentException(
          "drift takes " + FEWEST_LOOKS + " looks, so " + mostLooks + " tell nothing");
    }
    this.reader = reader;
    this.tables = tables;
    this.ballot = ballot.map(Set::copyOf);
    this.settle = settle;
    this.mostLooks = mostLooks;
    this.progress = progress;
  }

  /** Looks until everything is judged, or as often as it may. Changes nothing. */
  public AuditReport run() {
    judgements.clear();
    Results before = readResults();
    for (int look = 1; ; look++) {
      Votes votes = scanVotes(look);
      reader.sleeper().sleep(settle);
      Results after = readResults();
      Look seen = new Look(before, votes, after);
      boolean contradicted = judge(seen);
      List<Finding> findings = findings(seen);
      boolean pending = findings.stream().anyMatch(each -> each.kind() == Finding.Kind.BUSY);
      if (look == mostLooks || !contradicted && !pending) {
        return new AuditReport(
            look,
            votes.counts.values().stream().mapToLong(Long::longValue).sum(),
            seen.keys().size(),
            votes.uncountable,
            findings,
            contradicted);
      }
      before = after;
    }
  }

  /** Whether something contradicts what was judged before; then only this look still counts. */
  private boolean judge(Look look) {
    Map<TallyKey, Long> drifts = new HashMap<>();
    boolean contradicted = false;
    for (TallyKey key : look.keys()) {
      Judgement earlier = judgements.get(key);
      if (!isAdmitted(key, look) || look.isRefused(key)) {
        judgements.remove(key);
      } else if (look.isQuiet(key)) {
        drifts.put(key, look.drift(key));
        contradicted |= earlier != null && earlier.drift != look.drift(key);
      } else if (!look.isOfTheJob(key)) {
        judgements.remove(key);
      } else if (earlier != null && earlier.drift != 0) {
        judgements.put(key, new Judgement(earlier.drift, 0));
      }
    }
    if (contradicted) {
      judgements.clear();
    }
    drifts.forEach(
        (key, drift) ->
            judgements.merge(
                key,
                new Judgement(drift, 1),
                (earlier, now) -> new Judgement(drift, earlier.looks + 1)));
    return contradicted;
  }

  private List<Finding> findings(Look look) {
    List<Finding> findings = new ArrayList<>();
    for (TallyKey key : look.keys()) {
      Judgement judgement = judgements.get(key);
      if (!isAdmitted(key, look)) {
        if (!look.isQuiet(key) || look.drift(key) != 0) {
          findings.add(look.finding(key, Finding.Kind.NOT_ADMITTED));
        }
      } else if (look.isRefused(key)) {
        findings.add(look.finding(key, Finding.Kind.REFUSED));
      } else if (judgement == null || judgement.drift != 0) {
        boolean isStable = judgement != null && judgement.looks >= FEWEST_LOOKS;
        findings.add(look.finding(key, isStable ? Finding.Kind.DRIFT : Finding.Kind.BUSY));
      }
    }
    return findings;
  }

  /** As the job does, which admits the withdrawal of whatever has a total. */
  private boolean isAdmitted(TallyKey key, Look look) {
    return ballot.isEmpty() || ballot.get().contains(key) || look.after.totals.containsKey(key);
  }

  private Votes scanVotes(int look) {
    Votes votes = new Votes();
    reader.scan(
        VOTES.toBuilder().tableName(tables.votes()).build(),
        item -> {
          String problem = VotesTable.problemOf(item);
          if (problem == null) {
            votes.counts.merge(VotesTable.choiceOf(item), 1L, Long::sum);
          } else {
            votes.uncountable.merge(problem, 1L, Long::sum);
          }
          votes.scanned++;
        },
        () -> progress.scanned(look, votes.scanned));
    return votes;
  }

  private Results readResults() {
    Results results = new Results();
    reader.scan(
        ScanRequest.builder().tableName(tables.totalVotes()).build(),
        item -> results.totals.put(TotalVotesTable.keyOf(item), Total.of(item)),
        () -> {});
    reader.scan(
        REFUSALS.toBuilder().tableName(tables.rejectedVotes()).build(),
        item ->
            results.refused.add(
                new TallyKey(
                    item.get(RejectedVotesTable.REGION).s(),
                    item.get(RejectedVotesTable.IMPROVEMENT).s())),
        () -> {});
    return results;
  }

  /** The drift of a choice, and how many looks in a row have found it, nothing having moved. */
  private static final class Judgement {

    final long drift;
    final int looks;

    Judgement(long drift, int looks) {
      this.drift = drift;
      this.looks = looks;
    }
  }

  /** What a scan of the votes has seen. */
  private static final class Votes {

    final Map<TallyKey, Long> counts = new HashMap<>();
    final Map<String, Long> uncountable = new TreeMap<>();
    long scanned;
  }

  /** What the job has made of the votes. */
  private static final class Results {

    final Map<TallyKey, Total> totals = new HashMap<>();
    final Set<TallyKey> refused = new HashSet<>();

    Total totalOf(TallyKey key) {
      return totals.getOrDefault(key, Total.NONE);
    }
  }

  /** The votes, and what the job had made of them before and after. */
  private final class Look {

    final Results before;
    final Votes votes;
    final Results after;
    private final Set<TallyKey> keys;

    Look(Results before, Votes votes, Results after) {
      this.before = before;
      this.votes = votes;
      this.after = after;
      // Also what was judged and is gone: that may contradict the judgement.
      keys = new HashSet<>(judgements.keySet());
      keys.addAll(votes.counts.keySet());
      keys.addAll(after.totals.keySet());
    }

    Set<TallyKey> keys() {
      return keys;
    }

    boolean isRefused(TallyKey key) {
      return before.refused.contains(key) || after.refused.contains(key);
    }

    boolean isQuiet(TallyKey key) {
      return before.totalOf(key).equals(after.totalOf(key));
    }

    boolean isOfTheJob(TallyKey key) {
      return before.totalOf(key).leadsTo(after.totalOf(key));
    }

    long drift(TallyKey key) {
      return after.totalOf(key).votes() - count(key);
    }

    Finding finding(TallyKey key, Finding.Kind kind) {
      Total first = before.totalOf(key);
      Total last = after.totalOf(key);
      long was = first.votes() - count(key);
      boolean known = first.leadsTo(last);
      return new Finding(
          key,
          kind,
          last,
          count(key),
          known ? was - first.removedUntil(last) : Math.min(was, drift(key)),
          known ? was + first.addedUntil(last) : Math.max(was, drift(key)));
    }

    private long count(TallyKey key) {
      return votes.counts.getOrDefault(key, 0L);
    }
  }
}
