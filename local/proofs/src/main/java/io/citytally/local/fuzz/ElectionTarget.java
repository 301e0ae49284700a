package io.citytally.local.fuzz;

import static io.citytally.local.fuzz.FuzzTarget.promise;

import io.citytally.local.cloud.CastVote;
import io.citytally.local.election.Election;
import io.citytally.local.election.PabulibException;
import io.citytally.vote.Choice;
import io.citytally.vote.VoteText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The reader of Pabulib files. The first byte of an input chooses whether the rest is a file, or
 * decisions by which one is written.
 *
 * <p>Promised: the file is refused, with its name, mostly its line, and a reason; or each of its
 * votes is for one of its improvements, has an id of its own, and can be counted.
 */
public final class ElectionTarget implements FuzzTarget {

  private static final Pattern REFUSAL = Pattern.compile("(?::([0-9]+))?: .+", Pattern.DOTALL);

  private static final List<String> ODD =
      List.of(
          "\"", ";", ",", "\n", "\"\"", "-1", "1e9", "9999999999", "\u0000", "\u2028", "META", " ");

  private final TemporaryFile file = new TemporaryFile(".pb");

  @Override
  public void accept(byte[] input) throws Exception {
    Decisions decisions = new Decisions(input);
    byte[] content =
        decisions.below(2) == 0
            ? decisions.rest()
            : written(decisions).getBytes(StandardCharsets.UTF_8);
    Files.write(file.path(), content);
    Election election;
    try {
      election = Election.read(List.of(file.path()));
    } catch (PabulibException e) {
      checkRefusal(e.getMessage(), content);
      return;
    }
    check(election);
  }

  private void checkRefusal(String message, byte[] content) {
    promise(message.startsWith(file.path().toString()), "a refusal names the file");
    var place = REFUSAL.matcher(message.substring(file.path().toString().length()));
    promise(place.matches(), "a refusal has a reason: " + message);
    long lines = 2;
    for (byte each : content) {
      // Each of them ends a line of CSV.
      lines += each == '\n' || each == '\r' ? 1 : 0;
    }
    promise(
        place.group(1) == null || Long.parseLong(place.group(1)) <= lines,
        "a refusal names a line of the file: " + message);
  }

  private static void check(Election election) {
    for (Choice improvement : election.published().keySet()) {
      promise(
          VoteText.of(improvement.region).problem() == null
              && VoteText.of(improvement.improvement).problem() == null,
          "what is voted for obeys the rule of texts");
      promise(!election.titles().get(improvement).isBlank(), "an improvement has a name");
    }
    Set<String> ids = new HashSet<>();
    Map<Choice, Long> counted = new HashMap<>();
    election.totals().keySet().forEach(key -> counted.put(key, 0L));
    long votes = 0;
    for (Iterator<CastVote> all = election.votesInOrder(1); all.hasNext(); votes++) {
      CastVote vote = all.next();
      promise(ids.add(vote.id()), "each vote has an id of its own");
      promise(
          election.published().containsKey(vote.choice()), "a vote is for one of the improvements");
      counted.merge(vote.choice(), 1L, Long::sum);
    }
    promise(counted.equals(election.totals()), "the votes come to the totals");
    promise(
        election.contradictions() == 0 || !election.remarks().isEmpty(), "a contradiction is told");
    promise(votes == election.votes(), "every vote comes once");
  }

  /** A file that is in order but for the odd things that happen to its lines. */
  private static String written(Decisions decisions) {
    int projects = decisions.below(4);
    int voters = decisions.below(6);
    StringBuilder text = new StringBuilder();
    line(text, decisions, "META");
    line(text, decisions, "key;value");
    line(text, decisions, "unit;Lunden");
    if (!decisions.oneIn(4)) {
      line(
          text,
          decisions,
          (decisions.oneIn(4) ? "district;" : "subunit;") + decisions.text(List.of("Łąki")));
    }
    line(text, decisions, "instance;2024");
    line(text, decisions, "num_projects;" + projects);
    line(text, decisions, "num_votes;" + voters);
    line(text, decisions, "vote_type;" + (decisions.oneIn(4) ? "choose-1" : "approval"));
    line(text, decisions, "PROJECTS");
    line(text, decisions, "project_id;cost;votes;name");
    for (int project = 0; project < projects; project++) {
      line(text, decisions, project + ";1000;1;" + decisions.text(List.of("Bench", "\"a;\nb\"")));
    }
    line(text, decisions, "VOTES");
    line(text, decisions, "voter_id;age;vote");
    for (int voter = 0; voter < voters; voter++) {
      StringBuilder ballot = new StringBuilder();
      for (int project = 0; project < projects; project++) {
        for (int named = decisions.below(3); named > 0; named--) {
          ballot.append(ballot.isEmpty() ? "" : ",").append(project);
        }
      }
      line(text, decisions, voter + ";;" + ballot);
    }
    return text.toString();
  }

  private static void line(StringBuilder text, Decisions decisions, String line) {
    int fate = decisions.below(64);
    if (fate == 60) {
      return;
    }
    text.append(line);
    if (fate == 61) {
      text.append(decisions.pick(ODD));
    } else if (fate == 62) {
      text.append('\n').append(decisions.text());
    } else if (fate == 63) {
      text.append('\n').append(line);
    }
    text.append(fate % 2 == 0 ? "\n" : "\r\n");
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    String whole =
        "META\nkey;value\nunit;Lunden\nsubunit;Laki\ninstance;2024\nnum_projects;2\nnum_votes;2\n"
            + "vote_type;approval\nPROJECTS\nproject_id;cost;votes;name\n1;9;2;\"A; b\"\n2;9;1;C\n"
            + "VOTES\nvoter_id;vote\n7-13;\"1,2\"\nx;1\n";
    for (String text :
        List.of(
            "", whole, whole.replace("\n", "\r\n"), "\uFEFF" + whole, whole.substring(0, 120))) {
      seeds.add(("\u0000" + text).getBytes(StandardCharsets.UTF_8));
    }
    seeds.add(new byte[] {1, 3, 5});
    seeds.add(new byte[] {1, 0, 0});
    seeds.add(new byte[] {1, 2, 1, 61, 0, 62, 63});
    return seeds;
  }

  @Override
  public List<String> words() {
    return List.of(
        "META",
        "PROJECTS",
        "VOTES",
        "key;value",
        "unit;",
        "subunit;",
        "district;",
        "instance;",
        "num_projects;",
        "num_votes;",
        "vote_type;approval",
        "vote_type;choose-1",
        "project_id;cost;votes;name",
        "voter_id;vote",
        "\"",
        ";",
        "\r\n");
  }

  @Override
  public void close() throws Exception {
    file.close();
  }
}
