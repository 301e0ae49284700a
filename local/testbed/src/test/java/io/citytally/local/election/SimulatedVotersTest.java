package io.citytally.local.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.citytally.local.cloud.CastBallot;
import io.citytally.local.cloud.Votes;
import io.citytally.local.election.SimulatedVoters.Action;
import io.citytally.local.election.SimulatedVoters.Kind;
import io.citytally.vote.Choice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SimulatedVotersTest {

  private static List<Action> actions(long seed, int count) {
    return actions(seed, count, 1);
  }

  private static List<Action> actions(long seed, int count, int atMost) {
    SimulatedVoters voters =
        new SimulatedVoters(DefaultBallot.titles().keySet(), seed, region -> atMost);
    return Stream.generate(voters::next).limit(count).toList();
  }

  @Property(tries = 20)
  void onlyStandingVotesAreChangedOrWithdrawnAndAChangeChangesSomething(@ForAll long seed) {
    Map<String, CastBallot> standing = new HashMap<>();
    for (Action action : actions(seed, 2_000, 3)) {
      String id = action.ballot().id();
      CastBallot before = standing.get(id);
      switch (action.kind()) {
        case CAST -> assertThat(before).isNull();
        case CHANGE -> assertThat(before).isNotNull().isNotEqualTo(action.ballot());
        case WITHDRAW -> assertThat(before).isEqualTo(action.ballot());
      }
      if (action.kind() == Kind.WITHDRAW) {
        standing.remove(id);
      } else {
        standing.put(id, action.ballot());
      }
    }
  }

  @Test
  void mostVotesAreCastSomeChangedSomeWithdrawn() {
    Map<Kind, Long> kinds =
        actions(1, 50_000).stream()
            .collect(Collectors.groupingBy(Action::kind, Collectors.counting()));

    assertThat(kinds.get(Kind.CHANGE) / 50_000.0).isCloseTo(0.08, within(0.005));
    assertThat(kinds.get(Kind.WITHDRAW) / 50_000.0).isCloseTo(0.03, within(0.005));
  }

  @Test
  void someRegionsAndImprovementsAreLikedFarMore() {
    Map<Choice, Long> cast =
        actions(1, 50_000).stream()
            .map(Action::ballot)
            .map(ballot -> new Choice(ballot.region(), ballot.improvements().get(0)))
            .collect(Collectors.groupingBy(choice -> choice, Collectors.counting()));

    long benches = cast.get(new Choice("Old Town", "benches"));
    long lanterns = cast.get(new Choice("Old Town", "lanterns"));
    long stage = cast.get(new Choice("Mill Quarter", "stage"));
    assertThat((double) benches / lanterns).isCloseTo(2, within(0.2));
    assertThat(benches).isGreaterThan(20 * stage);
    assertThat(cast.keySet()).isEqualTo(DefaultBallot.titles().keySet());
  }

  @Test
  void haveNoMoreVotesInARegionThanTheyMay() {
    Map<Integer, Long> sizes =
        actions(1, 10_000, 3).stream()
            .map(action -> action.ballot().improvements())
            .peek(names -> assertThat(names).doesNotHaveDuplicates())
            .collect(Collectors.groupingBy(List::size, Collectors.counting()));

    assertThat(sizes.keySet()).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(sizes.get(1) / 10_000.0).isCloseTo(0.5, within(0.03));
    assertThat(sizes.get(2) / 10_000.0).isCloseTo(0.25, within(0.03));
    assertThat(actions(1, 10_000)).allMatch(each -> each.ballot().improvements().size() == 1);
  }

  @Test
  void askTheRulesOfEachRegionForEachBallot() {
    Map<String, Integer> atMost = new HashMap<>(Map.of("Old Town", 1));
    SimulatedVoters voters =
        new SimulatedVoters(
            DefaultBallot.titles().keySet(), 1, region -> atMost.getOrDefault(region, 5));

    assertThat(mostVotes(voters)).containsEntry("Old Town", 1).containsEntry("Mill Quarter", 5);

    atMost.putAll(Map.of("Old Town", 4, "Mill Quarter", 2));

    assertThat(mostVotes(voters)).containsEntry("Old Town", 4).containsEntry("Mill Quarter", 2);
  }

  /** The largest number of votes of a ballot that is cast, by region. */
  private static Map<String, Integer> mostVotes(SimulatedVoters voters) {
    return Stream.generate(voters::next)
        .limit(10_000)
        .filter(action -> action.kind() == Kind.CAST)
        .map(Action::ballot)
        .collect(
            Collectors.toMap(
                CastBallot::region, ballot -> ballot.improvements().size(), Math::max));
  }

  @Test
  void castABallotOfOneVoteInItsOlderForm() {
    List<String> cast = new ArrayList<>();
    Votes votes =
        new Votes() {
          @Override
          public void cast(String id, Choice choice) {
            cast.add(id + ": " + choice);
          }

          @Override
          public void cast(CastBallot ballot) {
            cast.add(ballot.id() + ": " + ballot.improvements());
          }

          @Override
          public void withdraw(String id) {
            cast.add(id);
          }
        };
    CastBallot one = new CastBallot("a", "North", List.of("park"));

    new Action(Kind.CAST, one).on(votes);
    new Action(Kind.CHANGE, new CastBallot("a", "North", List.of("park", "pool"))).on(votes);
    new Action(Kind.WITHDRAW, one).on(votes);

    assertThat(cast).containsExactly("a: North / park", "a: [park, pool]", "a");
  }

  @Test
  void doTheSameForTheSameSeed() {
    assertThat(actions(7, 1_000)).isEqualTo(actions(7, 1_000)).isNotEqualTo(actions(8, 1_000));
  }

  @Test
  void rememberOnlySoManyVotesHoweverLongItRuns() {
    SimulatedVoters voters =
        new SimulatedVoters(DefaultBallot.titles().keySet(), 1, region -> 1, 1);
    String last = null;
    for (Action action : Stream.generate(voters::next).limit(1_000).toList()) {
      assertThat(action.kind() == Kind.CAST || action.ballot().id().equals(last)).isTrue();
      last = action.ballot().id();
    }
  }

  @Test
  void needSomethingToChooseFrom() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SimulatedVoters(List.of(new Choice("r", "i")), 1));
  }

  @Test
  void theBallotHasSixRegionsWithFiveToEightImprovementsAndATitleForEach() {
    Map<String, Long> regions =
        DefaultBallot.titles().keySet().stream()
            .collect(Collectors.groupingBy(key -> key.region, Collectors.counting()));

    assertThat(regions).hasSize(6);
    assertThat(regions.values()).allMatch(count -> count >= 5 && count <= 8);
    assertThat(DefaultBallot.titles().values()).doesNotHaveDuplicates().noneMatch(String::isBlank);
  }
}
