package io.citytally.local.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.local.chaos.UndecidedVoters.Step;
import io.citytally.local.city.Elections;
import io.citytally.local.election.Election;
import io.citytally.vote.Choice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UndecidedVotersTest {

  private Election election;

  @BeforeEach
  void read() throws Exception {
    election = Election.read(Elections.lunden());
  }

  @Test
  void inTheEndTheVotesStandAsPublished() {
    for (long seed = 1; seed <= 20; seed++) {
      Map<String, Choice> votes = new HashMap<>();
      for (Step step : new UndecidedVoters(election, seed, true).steps()) {
        step.choice()
            .ifPresentOrElse(choice -> votes.put(step.id(), choice), () -> votes.remove(step.id()));
      }

      Map<Choice, Long> totals =
          votes.values().stream()
              .collect(Collectors.groupingBy(choice -> choice, Collectors.counting()));
      Map<Choice, Long> published = new HashMap<>(election.published());
      published.values().removeIf(votesFor -> votesFor == 0);
      assertThat(totals).as("seed %d", seed).isEqualTo(published);
    }
  }

  @Test
  void everyStepChangesSomething() {
    Map<String, Choice> votes = new HashMap<>();

    for (Step step : new UndecidedVoters(election, 7, true).steps()) {
      Choice before =
          step.choice().isPresent()
              ? votes.put(step.id(), step.choice().get())
              : votes.remove(step.id());
      assertThat(before).isNotEqualTo(step.choice().orElse(null));
    }
  }

  @Test
  void someVoteWronglyFirstSomeWithdrawAndSomeNeverShouldHaveVoted() {
    UndecidedVoters voters = new UndecidedVoters(election, 1, true);

    assertThat(voters.mindsChanged()).isPositive();
    assertThat(voters.steps()).anyMatch(step -> step.choice().isEmpty());
    assertThat(voters.steps()).anyMatch(step -> step.id().startsWith("stranger-"));
  }

  @Test
  void decidedVotersVoteOnce() {
    UndecidedVoters voters = new UndecidedVoters(election, 1, false);

    assertThat(voters.mindsChanged()).isZero();
    assertThat(voters.steps()).hasSize((int) election.votes());
  }

  @Test
  void theSeedGivesTheSameSteps() {
    List<Step> steps = new UndecidedVoters(election, 3, true).steps();

    assertThat(new UndecidedVoters(election, 3, true).steps()).isEqualTo(steps);
    assertThat(new UndecidedVoters(election, 4, true).steps()).isNotEqualTo(steps);
  }
}
