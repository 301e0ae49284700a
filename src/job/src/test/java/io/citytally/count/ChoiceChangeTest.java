package io.citytally.count;

import static io.citytally.count.Changes.PARK;
import static io.citytally.count.Changes.POOL;
import static io.citytally.count.Changes.left;
import static io.citytally.count.Changes.taken;
import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.Choice;
import io.citytally.vote.Side;
import io.citytally.vote.VoteChange;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChoiceChangeTest {

  /** Each differs from the one before in the first step of the order that tells them apart. */
  private static final List<ChoiceChange> FROM_OLD_TO_NEW =
      List.of(
          change(10, 1, false, 5, PARK),
          change(10, 1, false, 6, PARK),
          change(10, 1, false, 6, POOL),
          change(10, 1, false, 6, new Choice("South", "alley")),
          change(10, 1, true, 5, PARK),
          change(10, 2, false, 5, PARK),
          change(11, 0, false, 4, PARK));

  @Test
  void aTurnoutAndAnUnlistedChoiceStayOutOfTheListsButNotAChoiceThatIsLeft() {
    VoteChange ballot = Changes.ballot(1, PARK, 10);
    VoteChange unlisted = Changes.change(1, PARK, POOL, 10).unlisted();

    assertThat(ChoiceChange.of(ballot, Side.NEW).unlisted).isFalse();
    assertThat(ChoiceChange.of(ballot, Side.NEW_TURNOUT).unlisted).isTrue();
    assertThat(ChoiceChange.taken(unlisted).unlisted).isTrue();
    assertThat(ChoiceChange.left(unlisted).unlisted).isFalse();
  }

  @Test
  void areOrderedByTimeThenSequenceThenSideThenWhatTellsThemApart() {
    for (int one = 0; one < FROM_OLD_TO_NEW.size(); one++) {
      for (int other = 0; other < FROM_OLD_TO_NEW.size(); other++) {
        assertThat(
                Integer.signum(
                    ChoiceChange.BY_AGE.compare(
                        FROM_OLD_TO_NEW.get(one), FROM_OLD_TO_NEW.get(other))))
            .isEqualTo(Integer.signum(Integer.compare(one, other)));
        assertThat(FROM_OLD_TO_NEW.get(one).equals(FROM_OLD_TO_NEW.get(other)))
            .isEqualTo(one == other);
      }
    }
  }

  @Test
  void equalOnesHaveOneHashCode() {
    assertThat(taken(1, PARK, 10)).isEqualTo(taken(1, PARK, 10));
    assertThat(taken(1, PARK, 10)).hasSameHashCodeAs(taken(1, PARK, 10));
    assertThat(taken(1, PARK, 10).hashCode()).isNotEqualTo(taken(2, PARK, 10).hashCode());
    assertThat(taken(1, PARK, 10)).isNotEqualTo("something else");
  }

  @Test
  void saysWhichSideItIs() {
    assertThat(taken(1, PARK, 10)).hasToString("+North / park at 10");
    assertThat(left(1, PARK, 10)).hasToString("-North / park at 10");
  }

  @Test
  void aRepeatedChangeTakesNoPlaceAmongTheNewest() {
    NewestChanges newest = new NewestChanges(2);

    newest.add(taken(1, PARK, 10));
    newest.add(taken(1, PARK, 10));
    newest.add(taken(2, POOL, 20));

    assertThat(newest.newestFirst()).containsExactly(taken(2, POOL, 20), taken(1, PARK, 10));
  }

  private static ChoiceChange change(
      long atMicros, long sequence, boolean taken, long vote, Choice choice) {
    VoteChange change =
        new VoteChange(
            new ChangeIdentity(atMicros, vote, vote), vote, choice, choice, atMicros, sequence);
    return taken ? ChoiceChange.taken(change) : ChoiceChange.left(change);
  }
}
