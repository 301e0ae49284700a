package io.citytally.cli.audit;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.vote.Choice;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What an audit has found. */
public final class AuditReport {

  private final int looks;
  private final long votes;
  private final long ballots;
  private final int choices;
  private final Map<String, Long> uncountable;
  private final List<Finding> findings;
  private final boolean lags;

  AuditReport(
      int looks,
      long votes,
      long ballots,
      int choices,
      Map<String, Long> uncountable,
      List<Finding> findings,
      boolean lags) {
    this.looks = looks;
    this.votes = votes;
    this.ballots = ballots;
    this.choices = choices;
    this.uncountable = uncountable;
    this.findings =
        findings.stream()
            .sorted(
                Comparator.comparing((Finding each) -> each.key().region)
                    .thenComparing(each -> each.key().improvement))
            .collect(Collectors.toUnmodifiableList());
    this.lags = lags;
  }

  public int looks() {
    return looks;
  }

  /** The votes that can be counted, in the last look. */
  public long votes() {
    return votes;
  }

  /** The ballots that count for a turnout, in the last look. */
  public long ballots() {
    return ballots;
  }

  /** The choices that have votes or a total. */
  public int choices() {
    return choices;
  }

  /** How many ballots can't be counted, or not whole, by reason. */
  public Map<String, Long> uncountable() {
    return uncountable;
  }

  /** Whether votes were on their way for longer than the settling, to the last. */
  public boolean lags() {
    return lags;
  }

  /** The choices and turnouts of that kind, by region and improvement. */
  public List<Finding> of(Finding.Kind kind) {
    return findings.stream().filter(each -> each.kind() == kind).collect(Collectors.toList());
  }

  /** Whether there are totals that are wrong, or may be, by an amount that is not known. */
  public boolean leavesOpen() {
    return lags
        || !of(Finding.Kind.WRONG).isEmpty()
        || !of(Finding.Kind.BUSY).isEmpty()
        || !of(Finding.Kind.MALFORMED).isEmpty()
        || !of(Finding.Kind.REFUSED).isEmpty();
  }

  /**
   * The report as a JSON object, for other programs: {@code {looks, votes, ballots, choices, lags,
   * uncountable: {reason: ballots}, findings: [{region, improvement, kind, total, votes, drift |
   * atLeast, atMost, corrected}], history: [{place, kind, changes}]}}, the choices and places that
   * are exact left out. A finding without {@code improvement} is about the region's turnout, and
   * has {@code ballots} for {@code votes}. A malformed item has no {@code total}.
   *
   * @param corrected the keys of the findings whose drift was taken out since
   * @param history where the course of the vote differs from the totals
   */
  public String json(Set<Choice> corrected, List<HistoryAudit.Difference> history) {
    ObjectNode report = JsonMapper.builder().build().createObjectNode();
    report
        .put("looks", looks)
        .put("votes", votes)
        .put("ballots", ballots)
        .put("choices", choices)
        .put("lags", lags);
    ObjectNode reasons = report.putObject("uncountable");
    uncountable.forEach(reasons::put);
    ArrayNode list = report.putArray("findings");
    for (Finding each : findings) {
      ObjectNode finding = list.addObject();
      finding.put("region", each.key().region);
      if (!each.isTurnout()) {
        finding.put("improvement", each.key().improvement);
      }
      finding.put("kind", each.kind().name().toLowerCase(Locale.ROOT));
      if (each.kind() != Finding.Kind.MALFORMED) {
        finding.put("total", each.total());
      }
      finding.put(each.isTurnout() ? "ballots" : "votes", each.votes());
      if (each.kind() == Finding.Kind.DRIFT) {
        finding.put("drift", each.low()).put("corrected", corrected.contains(each.key()));
      } else if (each.kind() == Finding.Kind.BUSY || each.kind() == Finding.Kind.WRONG) {
        finding.put("atLeast", each.low()).put("atMost", each.high());
      }
    }
    ArrayNode differences = report.putArray("history");
    for (HistoryAudit.Difference each : history) {
      differences
          .addObject()
          .put("place", each.place())
          .put("kind", each.isOfBallots() ? "ballots" : "votes")
          .put("changes", each.changes());
    }
    return report.toPrettyString();
  }
}
