package io.citytally.local.chaos;

import static io.citytally.cli.command.DisplayText.number;
import static io.citytally.cli.command.DisplayText.plain;
import static io.citytally.local.recount.Recount.Outcome.AGREES;
import static io.citytally.local.recount.Recount.Outcome.DIFFERS;
import static io.citytally.local.recount.Recount.Outcome.SKIPPED;

import io.citytally.local.faults.WriteFault;
import io.citytally.local.recount.Recount;
import io.citytally.vote.Choice;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * What came of a campaign.
 *
 * @param rounds those that came to their end
 * @param happened what happened in them, by proof
 * @param expected the faults that should have happened
 * @param lambda whether the former algorithm counted
 * @param measured nothing if nothing was to be
 */
record ChaosReport(
    List<RoundResult> rounds,
    Occurrences happened,
    Set<Fault> expected,
    boolean lambda,
    Optional<Measured> measured) {

  /**
   * Returns the faults of writes that a job survives without a restart. The former algorithm is
   * spared conflicts with transactions: its SDK does not try again after one, and on its table
   * there are none.
   */
  static Set<WriteFault> writeFaults(boolean lambda) {
    Set<WriteFault> faults = EnumSet.allOf(WriteFault.class);
    faults.removeIf(fault -> fault.isDenial() || lambda && fault == WriteFault.CONFLICT);
    return faults;
  }

  /** The faults, and what befalls writes, that did not happen though they should have. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    for (Fault fault : expected) {
      if (happened.faults().getOrDefault(fault, 0L) == 0) {
        missing.add(fault.plural());
      }
    }
    if (expected.contains(Fault.WRITES)) {
      writeFaults(lambda).stream()
          .filter(fault -> happened.writes().getOrDefault(fault, 0L) == 0)
          .map(fault -> "writes with " + fault)
          .forEach(missing::add);
    }
    return missing;
  }

  private long differing() {
    return rounds.stream().mapToLong(round -> round.differing().size()).sum();
  }

  private long differingHistories() {
    return sum(round -> round.differingHistory().size());
  }

  /** The exit status of the command. */
  int exitStatus() {
    return !rounds.isEmpty()
            && differing() == 0
            && differingHistories() == 0
            && recountsThat(DIFFERS) == 0
            && missing().isEmpty()
            && measured.stream().allMatch(Measured::isGood)
        ? 0
        : 1;
  }

  private long recountsThat(Recount.Outcome outcome) {
    return rounds.stream().filter(round -> round.recount().outcome() == outcome).count();
  }

  /** A line for each total of a round that differs, and what the recount found or remarked. */
  static List<String> differencesOf(RoundResult round, Map<Choice, String> titles) {
    List<String> lines = new ArrayList<>(totalsOf(round, titles));
    round
        .differingHistory()
        .forEach(
            place ->
                lines.add(
                    "seed %d: the history of %s is not the sum of the totals"
                        .formatted(round.seed(), plain(place.toString()))));
    if (round.recount().outcome() != AGREES || round.recount().lines().size() > 1) {
      round
          .recount()
          .lines()
          .forEach(line -> lines.add("seed %d: recount: %s".formatted(round.seed(), plain(line))));
    }
    return lines;
  }

  private static List<String> totalsOf(RoundResult round, Map<Choice, String> titles) {
    return round.differing().stream()
        .map(
            key ->
                "seed %d: published %s, standing %s, counted %s  %s"
                    .formatted(
                        round.seed(),
                        number(round.published().getOrDefault(key, 0L)),
                        number(round.standing().getOrDefault(key, 0L)),
                        number(round.counted().getOrDefault(key, 0L)),
                        plain(key + ": " + titles.getOrDefault(key, "(unknown)"))))
        .toList();
  }

  /** What the writes went through, what did not happen, and the closing line. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (!happened.writes().isEmpty()) {
      lines.add(
          "writes: "
              + happened.writes().entrySet().stream()
                  .map(entry -> number(entry.getValue()) + " " + entry.getKey())
                  .collect(Collectors.joining(", ")));
    }
    if (!missing().isEmpty()) {
      lines.add("did not happen: " + String.join(", ", missing()));
    }
    lines.add(closingLine());
    return lines;
  }

  /** What was tried, and what failed. */
  String closingLine() {
    long votes = sum(RoundResult::votes);
    StringBuilder line =
        new StringBuilder(lambda ? "chaos, former algorithm: " : "chaos: ")
            .append(number(rounds.size()))
            .append(rounds.size() == 1 ? " round, " : " rounds, ")
            .append(number(votes))
            .append(" votes");
    happened.faults().forEach((fault, times) -> line.append(", ").append(fault.count(times)));
    long totals = sum(round -> round.totals().size());
    line.append(": %s of %s totals differ".formatted(number(differing()), number(totals)));
    if (differing() > 0) {
      line.append(
          ", %s votes too many (%s), %s too few (%s)"
              .formatted(
                  number(sum(RoundResult::tooMany)),
                  percent(sum(RoundResult::tooMany), votes),
                  number(sum(RoundResult::tooFew)),
                  percent(sum(RoundResult::tooFew), votes)));
    }
    if (differingHistories() > 0) {
      line.append(", %s histories differ".formatted(number(differingHistories())));
    }
    if (lambda) {
      long changed = sum(RoundResult::changedVotes);
      line.append(
          "; of its error, %s votes are changed or withdrawn ones, %s the faults'"
              .formatted(
                  number(changed),
                  number(sum(RoundResult::tooMany) - sum(RoundResult::tooFew) - changed)));
    }
    line.append(recounts());
    measured.ifPresent(then -> line.append("; ").append(then.phrase()));
    return line.toString();
  }

  private String recounts() {
    if (rounds.isEmpty()) {
      return "";
    }
    long differing = recountsThat(DIFFERS);
    long skipped = recountsThat(SKIPPED);
    if (differing > 0) {
      return "; the recount differs in %s of %s rounds"
          .formatted(number(differing), number(rounds.size()));
    }
    return skipped > 0
        ? "; the recount was skipped in %s of %s rounds"
            .formatted(number(skipped), number(rounds.size()))
        : "; the recount agrees";
  }

  private static String percent(long part, long whole) {
    return String.format(Locale.ROOT, "%.1f %%", whole == 0 ? 0 : 100.0 * part / whole);
  }

  private long sum(ToLongFunction<RoundResult> number) {
    return rounds.stream().mapToLong(number).sum();
  }
}
