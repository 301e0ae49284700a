package io.citytally.vote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TallyTest {

  private static final Choice PARK = new Choice("North", "park");
  private static final Choice POOL = new Choice("North", "pool");

  @Test
  void countsOnInItsEpoch() {
    Tally tally = new Tally(PARK, 3, 10, 2).plus(4, 1);

    assertThat(tally).isEqualTo(new Tally(PARK, 3, 14, 3));
    assertThat(tally.votes()).isEqualTo(11);
  }

  @Test
  void mergesToTheGreaterOfEachNumber() {
    Tally one = new Tally(PARK, 3, 10, 2);
    Tally other = new Tally(PARK, 3, 9, 4);

    assertThat(one.merge(other)).isEqualTo(new Tally(PARK, 3, 10, 4));
    assertThat(other.merge(one)).isEqualTo(new Tally(PARK, 3, 10, 4));
  }

  @Test
  void doesNotMergeWithAnotherKey() {
    assertThatThrownBy(() -> new Tally(PARK, 3, 1, 0).merge(new Tally(POOL, 3, 1, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two keys");
  }

  @Test
  void doesNotMergeWithAnotherEpoch() {
    assertThatThrownBy(() -> new Tally(PARK, 3, 1, 0).merge(new Tally(PARK, 4, 1, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two epochs")
        .hasMessageContaining("in epoch 3")
        .hasMessageContaining("in epoch 4");
  }

  @Test
  void isAnotherTallyInAnotherEpoch() {
    assertThat(new Tally(PARK, 3, 1, 0)).isNotEqualTo(new Tally(PARK, 4, 1, 0));
  }

  @Test
  void refusesNumbersThatNoCountCanHave() {
    assertThatThrownBy(() -> new Tally(PARK, 0, 1, 0)).hasMessageContaining("from 1, not 0");
    assertThatThrownBy(() -> new Tally(PARK, 1, -1, 0)).hasMessageContaining("added -1");
    assertThatThrownBy(() -> new Tally(PARK, 1, 0, -1)).hasMessageContaining("removed -1");
  }
}
