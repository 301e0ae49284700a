package io.citytally.local.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.citytally.local.city.Elections;
import io.citytally.local.cloud.CastBallot;
import io.citytally.local.cloud.CastVote;
import io.citytally.vote.Choice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElectionTest {

  @TempDir Path directory;

  private static Election lunden() throws Exception {
    return Election.read(Elections.lunden());
  }

  private Path file(String name, String region, String project, String... voters)
      throws IOException {
    StringBuilder text = new StringBuilder("META\nkey;value\nunit;U\ninstance;1\n");
    text.append("vote_type;approval\nnum_projects;1\nsubunit;").append(region);
    text.append("\nnum_votes;").append(voters.length);
    text.append("\nPROJECTS\nproject_id;votes;name\n").append(project).append(";0;P\n");
    text.append("VOTES\nvoter_id;vote\n");
    for (String voter : voters) {
      text.append(voter).append(';').append(project).append('\n');
    }
    return Files.writeString(directory.resolve(name), text);
  }

  private static List<CastVote> votes(Election election, long seed) {
    List<CastVote> votes = new ArrayList<>();
    election.votesInOrder(seed).forEachRemaining(votes::add);
    return votes;
  }

  private static void assertAddsUp(Election election, long votes, int totals) {
    Set<String> ids = new HashSet<>();
    Map<Choice, Long> counted = new HashMap<>();
    election.published().keySet().forEach(key -> counted.put(key, 0L));
    for (Iterator<CastVote> all = election.votesInOrder(1); all.hasNext(); ) {
      CastVote vote = all.next();
      ids.add(vote.id());
      counted.merge(vote.choice(), 1L, Long::sum);
    }

    assertThat(election.votes()).isEqualTo(votes);
    assertThat((long) ids.size()).isEqualTo(votes);
    assertThat(election.published()).hasSize(totals);
    assertThat(counted).isEqualTo(election.totals());
    assertThat(counted).isEqualTo(election.published());
    assertThat(election.titles().keySet()).isEqualTo(election.published().keySet());
  }

  @Test
  void castsEachVoteOnceAndComesToThePublishedTotals() throws Exception {
    assertAddsUp(lunden(), 396, 29);
  }

  @ParameterizedTest
  @CsvSource({"toulouse-2022, 11606, 199", "warsaw-2023, 879719, 1189"})
  void countsARealElection(String folder, long votes, int totals) throws Exception {
    Optional<List<Path>> files = Elections.real(folder);
    assumeTrue(files.isPresent(), Elections.NO_REAL_ONES);

    assertAddsUp(Election.read(files.get()), votes, totals);
  }

  @Test
  void keepsTitlesAndTotalsOfImprovementsThatNobodyVotedFor() throws Exception {
    Election election = lunden();
    Choice ferry = new Choice("Łąki", "299");

    assertThat(election.published()).containsEntry(ferry, 0L);
    assertThat(election.titles()).containsEntry(ferry, "A ferry to nowhere; return tickets only");
  }

  @Test
  void hasTheCityItselfForTheRegionOfACityWideFile() throws Exception {
    assertThat(lunden().totals()).containsEntry(new Choice("Lunden", "499"), 0L);
  }

  @Test
  void countsOneVoteForEachBallotOfChooseOne() throws Exception {
    assertAddsUp(Election.read(List.of(Elections.odd("choose-1"))), 4, 3);
  }

  @Test
  void comparesWithThePublishedTotalLessTheRepetitionsAndSaysHowMany() throws Exception {
    Path file = Elections.odd("named-twice");

    Election election = Election.read(List.of(file));

    assertAddsUp(election, 7, 3);
    assertThat(election.contradictions()).isZero();
    assertThat(election.remarks())
        .containsExactly(
            file + ": ballots name a project again, 1 time; each ballot counts once for a project");
  }

  @Test
  void takesAPublishedTotalThatLeavesRepetitionsOutAsItIs() throws Exception {
    Path file = directory.resolve("once.pb");
    Files.writeString(
        file, Files.readString(Elections.odd("named-twice")).replace("1;1000;4;", "1;1000;3;"));

    assertAddsUp(Election.read(List.of(file)), 7, 3);
  }

  @Test
  void warnsOfAPublishedTotalThatTheBallotsContradictAndGoesByTheBallots() throws Exception {
    Path file = Elections.odd("contradictory");

    Election election = Election.read(List.of(file));

    assertThat(election.totals()).containsEntry(new Choice("Harbour", "2"), 3L);
    assertThat(election.published()).containsEntry(new Choice("Harbour", "2"), 5L);
    assertThat(election.contradictions()).isEqualTo(1);
    assertThat(election.remarks())
        .containsExactly(
            file
                + ": warning: Harbour / 2 has 5 votes as published, but 3 in the file's own"
                + " ballots");
  }

  @Test
  void namesTheFirstFewOfManyContradictions() throws Exception {
    StringBuilder text = new StringBuilder("META\nkey;value\nunit;U\ninstance;1\n");
    text.append("vote_type;approval\nnum_projects;7\nnum_votes;0\n");
    text.append("PROJECTS\nproject_id;votes;name\n");
    for (int project = 1; project <= 7; project++) {
      text.append(project).append(";9;P\n");
    }
    Path file = Files.writeString(directory.resolve("a.pb"), text + "VOTES\nvoter_id;vote\n");

    Election election = Election.read(List.of(file));

    assertThat(election.contradictions()).isEqualTo(7);
    assertThat(election.remarks()).hasSize(6).last().asString().endsWith("so have 2 more totals");
  }

  @Test
  void refusesBallotsWithPoints() {
    assertThatExceptionOfType(PabulibException.class)
        .isThrownBy(() -> Election.read(List.of(Elections.odd("cumulative"))))
        .withMessageEndingWith(
            "the vote_type is cumulative: only approval can be counted vote by vote");
  }

  @Test
  void mixesTheDistrictsInTheSameWayForTheSameSeed() throws Exception {
    Election election = lunden();

    List<CastVote> votes = votes(election, 1);

    assertThat(votes(election, 1)).isEqualTo(votes);
    assertThat(votes(election, 2)).isNotEqualTo(votes).containsExactlyInAnyOrderElementsOf(votes);
    assertThat(votes.subList(0, 30))
        .extracting(vote -> vote.choice().region)
        .contains("Łąki", "Old Town", "Vieux-Môle", "Lunden");
  }

  @Test
  void givesIdsThatAreTheSameNextTimeAndDoNotShowTheVoter() throws Exception {
    Path file = file("a.pb", "R", "P", "citizen-4711");

    String id = votes(Election.read(List.of(file)), 1).get(0).id();

    assertThat(id).isEqualTo("a250f1eabdd04d9f7f483debb4463a0d");
  }

  @Test
  void passesOverDistrictsWithoutVoters() throws Exception {
    Election election =
        Election.read(
            List.of(
                file("a.pb", "A", "1"),
                file("b.pb", "B", "1"),
                file("c.pb", "C", "1", "x", "y"),
                file("d.pb", "D", "1"),
                file("e.pb", "E", "1", "x"),
                file("f.pb", "F", "1")));

    assertThat(votes(election, 1))
        .extracting(vote -> vote.choice().region)
        .containsExactlyInAnyOrder("C", "C", "E");
    assertThat(election.voters()).isEqualTo(3);
  }

  private static void assertBallotsAddUp(Election election, int ballots) {
    Map<String, CastBallot> standing = new LinkedHashMap<>();
    List<String> ids = new ArrayList<>();
    int votes = 0;
    for (BallotStep step : election.ballotsInOrder(1, 25)) {
      String id = step.ballot().id();
      assertThat(Optional.ofNullable(standing.put(id, step.ballot()))).isEqualTo(step.before());
      assertThat(ids.subList(Math.max(0, ids.size() - 24), ids.size())).doesNotContain(id);
      ids.add(id);
      votes += step.votes();
    }
    Map<Choice, Long> counted = new HashMap<>();
    Map<String, Long> turnout = new HashMap<>();
    election.published().keySet().forEach(key -> counted.put(key, 0L));
    for (CastBallot ballot : standing.values()) {
      assertThat(ballot.improvements()).doesNotHaveDuplicates();
      turnout.merge(ballot.region(), 1L, Long::sum);
      ballot
          .improvements()
          .forEach(name -> counted.merge(new Choice(ballot.region(), name), 1L, Long::sum));
    }

    assertThat(standing.size()).isEqualTo(ballots);
    assertThat(counted).isEqualTo(election.totals());
    assertThat(turnout).isEqualTo(election.turnout());
    assertThat((long) votes).isEqualTo(election.votes());
    assertThat(ids.size() - ballots).isBetween(ballots / 20, ballots / 10);
  }

  @Test
  void castsEachBallotAsAWholeAndChangesSome() throws Exception {
    assertBallotsAddUp(lunden(), 243);
  }

  @ParameterizedTest
  @CsvSource({"toulouse-2022, 7014, 3", "warsaw-2023, 87138, 15"})
  void castsTheBallotsOfARealElection(String folder, int ballots, int largest) throws Exception {
    Optional<List<Path>> files = Elections.real(folder);
    assumeTrue(files.isPresent(), Elections.NO_REAL_ONES);
    Election election = Election.read(files.get());

    assertBallotsAddUp(election, ballots);
    assertThat(election.largestBallot()).isEqualTo(largest);
  }

  @Test
  void castsOnceWhatCannotBeOtherwise() throws Exception {
    String[] voters = IntStream.range(0, 100).mapToObj(i -> "v" + i).toArray(String[]::new);
    Election election = Election.read(List.of(file("a.pb", "A", "1", voters)));

    assertThat(election.ballotsInOrder(1, 25)).hasSize(100);
  }

  @Test
  void hasNoVoteAfterTheLast() throws Exception {
    Iterator<CastVote> votes = Election.read(List.of(file("a.pb", "A", "1"))).votesInOrder(1);

    assertThat(votes.hasNext()).isFalse();
    assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(votes::next);
  }

  @Test
  void refusesTheSameImprovementFromTwoFiles() throws Exception {
    List<Path> files = List.of(file("a.pb", "A", "1", "x"), file("b.pb", "A", "1", "y"));

    assertThatExceptionOfType(PabulibException.class)
        .isThrownBy(() -> Election.read(files))
        .withMessage("%s: the improvement A / 1 is also in %s", files.get(1), files.get(0));
  }

  @Test
  void refusesTheSameVoterFromTwoFilesOfADistrict() throws Exception {
    List<Path> files = List.of(file("a.pb", "A", "1", "x"), file("b.pb", "A", "2", "x"));

    assertThatExceptionOfType(PabulibException.class)
        .isThrownBy(() -> Election.read(files))
        .withMessage("%s: the voter [1, U, A, x] is also in %s", files.get(1), files.get(0));
  }

  @Test
  void takesTheSameVoterInTwoDistrictsForTwoPeople() throws Exception {
    Election election =
        Election.read(List.of(file("a.pb", "A", "1", "x"), file("b.pb", "B", "1", "x")));

    assertThat(votes(election, 1)).extracting(CastVote::id).doesNotHaveDuplicates().hasSize(2);
  }
}
