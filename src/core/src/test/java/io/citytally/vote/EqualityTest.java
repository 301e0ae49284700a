package io.citytally.vote;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Two things of the domain are equal where each of their fields is. */
class EqualityTest {

  private static final Choice PARK = new Choice("North", "park");
  private static final Choice POOL = new Choice("North", "pool");
  private static final ChangeIdentity IDENTITY = new ChangeIdentity(3, 1, 2);

  @Test
  void choicesDifferByRegionAndImprovement() {
    assertDistinct(() -> List.of(PARK, POOL, new Choice("South", "park"), new Choice("North", "")));
    assertThat(PARK).hasToString("North / park");
  }

  @Test
  void identitiesDifferByTimeAndEachHalf() {
    assertDistinct(
        () ->
            List.of(
                IDENTITY,
                new ChangeIdentity(3, 2, 2),
                new ChangeIdentity(3, 1, 3),
                new ChangeIdentity(4, 1, 2)));
    assertThat(IDENTITY).hasToString("000000000000000300000000000000010000000000000002");
  }

  @Test
  void changesDifferByEachField() {
    assertDistinct(
        () ->
            List.of(
                new VoteChange(IDENTITY, 7, PARK, POOL, 10, 1),
                new VoteChange(new ChangeIdentity(3, 9, 9), 7, PARK, POOL, 10, 1),
                new VoteChange(IDENTITY, 8, PARK, POOL, 10, 1),
                new VoteChange(IDENTITY, 7, null, POOL, 10, 1),
                new VoteChange(IDENTITY, 7, PARK, null, 10, 1),
                new VoteChange(IDENTITY, 7, PARK, POOL, 11, 1),
                new VoteChange(IDENTITY, 7, PARK, POOL, 10, 2),
                new VoteChange(IDENTITY, 7, PARK, POOL, 10, 1).recastable()));
    assertThat(new VoteChange(IDENTITY, 7, PARK, POOL, 10, 1))
        .hasToString("VoteChange{North / park -> North / pool at 10}");
  }

  @Test
  void talliesDifferByEachField() {
    assertDistinct(
        () ->
            List.of(
                new Tally(PARK, 1, 2, 1),
                new Tally(POOL, 1, 2, 1),
                new Tally(PARK, 2, 2, 1),
                new Tally(PARK, 1, 3, 1),
                new Tally(PARK, 1, 2, 0)));
    assertThat(new Tally(PARK, 1, 2, 0).toString()).contains("North / park", "1", "2");
  }

  @Test
  void recentVotesDifferByListAndByEachFieldOfAVote() {
    RecentVotes.Vote vote = new RecentVotes.Vote(PARK, 5);
    assertDistinct(
        () ->
            List.of(
                new RecentVotes("city", new RecentVotes.Vote(PARK, 5)),
                new RecentVotes("region:North", new RecentVotes.Vote(PARK, 5)),
                new RecentVotes("city", new RecentVotes.Vote(POOL, 5)),
                new RecentVotes("city", new RecentVotes.Vote(PARK, 6)),
                new RecentVotes("city")));
    assertDistinct(
        () ->
            List.of(
                new RecentVotes.Vote(PARK, 5),
                new RecentVotes.Vote(POOL, 5),
                new RecentVotes.Vote(PARK, 6)));
    assertThat(new RecentVotes("city", vote).toString()).startsWith("city: [").contains("park");
  }

  @Test
  void rejectedVotesDifferByEachField() {
    assertDistinct(
        () ->
            List.of(
                new RejectedVote("s", "p", "r", "{}", 5),
                new RejectedVote("t", "p", "r", "{}", 5),
                new RejectedVote("s", "q", "r", "{}", 5),
                new RejectedVote("s", "p", "x", "{}", 5),
                new RejectedVote("s", "p", "r", "[]", 5),
                new RejectedVote("s", "p", "r", "{}", 6),
                new RejectedVote("s", "p", "r", "{}", 5, PARK, "a"),
                new RejectedVote("s", "p", "r", "{}", 5, POOL, "a"),
                new RejectedVote("s", "p", "r", "{}", 5, PARK, "b")));
    assertThat(new RejectedVote("s", "p", "r", "{}", 5)).hasToString("r, at s/p");
  }

  /**
   * @param values no two alike; the same ones each time
   */
  private static <T> void assertDistinct(Supplier<List<T>> values) {
    List<T> ones = values.get();
    List<T> others = values.get();
    for (int one = 0; one < ones.size(); one++) {
      for (int other = 0; other < others.size(); other++) {
        assertThat(ones.get(one).equals(others.get(other)))
            .describedAs("%s equals %s", ones.get(one), others.get(other))
            .isEqualTo(one == other);
      }
      assertThat(ones.get(one)).hasSameHashCodeAs(others.get(one));
      assertThat(ones.get(one)).isNotEqualTo("something else");
    }
    assertThat(ones.stream().map(Object::hashCode).distinct().count())
        .describedAs("hash codes that tell them apart")
        .isGreaterThan(1);
  }
}
