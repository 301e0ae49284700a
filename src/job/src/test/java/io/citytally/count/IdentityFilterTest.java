package io.citytally.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.vote.ChangeIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdentityFilterTest {

  private static final int GENERATION = 2 * IdentityFilter.IDENTITIES_PER_PAGE;

  private static final int LARGE_GENERATION = 64 * IdentityFilter.IDENTITIES_PER_PAGE;

  private final Random random = new Random(7);
  private final IdentityFilter filter = new IdentityFilter(GENERATION);

  private ChangeIdentity identity(long atMicros) {
    return new ChangeIdentity(atMicros, random.nextLong(), random.nextLong());
  }

  @Test
  void takesForNewWhatWasNotAdded() {
    int looked = 0;
    for (int i = 0; i < GENERATION; i++) {
      filter.add(identity(i));
      looked += filter.isNew(identity(i)) ? 0 : 1;
    }

    assertThat(looked).isLessThan(GENERATION / 100);
  }

  /** As changes of one time share a part of the filter, all parts must take their turn. */
  @Test
  void takesForNewWhatWasNotAddedHoweverLongChangesCome() {
    IdentityFilter large = new IdentityFilter(LARGE_GENERATION);
    long gapMicros = 10;
    int looked = 0;
    for (int i = 0; i < 5 * LARGE_GENERATION; i++) {
      large.add(identity(1 + i * gapMicros));
      looked += large.isNew(identity(1 + i * gapMicros)) ? 0 : 1;
    }

    assertThat(looked).isLessThan(5 * LARGE_GENERATION / 50);
  }

  @Test
  void takesAPlainVoteForNewThatWasNotAdded() {
    IdentityFilter large = new IdentityFilter(LARGE_GENERATION);
    int looked = 0;
    for (int i = 0; i < LARGE_GENERATION; i++) {
      large.add(identity(ChangeIdentity.TIMELESS));
      looked += large.isNew(identity(ChangeIdentity.TIMELESS)) ? 0 : 1;
    }

    assertThat(looked).isLessThan(LARGE_GENERATION / 100);
  }

  /** More than a part of the filter has room for. */
  @Test
  void knowsEachOfManyChangesOfOneMoment() {
    IdentityFilter large = new IdentityFilter(LARGE_GENERATION);
    List<ChangeIdentity> added = new ArrayList<>();
    for (int i = 0; i < LARGE_GENERATION; i++) {
      ChangeIdentity identity = identity(7);
      large.add(identity);
      added.add(identity);
    }

    assertThat(added).noneMatch(large::isNew);
    assertThat(large.isNew(identity(7_000_000))).isTrue();
  }

  @Test
  void neverTakesForNewWhatWasAddedHoweverLongAgo() {
    List<ChangeIdentity> added = new ArrayList<>();
    for (int i = 0; i < 5 * GENERATION + 17; i++) {
      ChangeIdentity identity = identity(random.nextInt(1_000_000));
      filter.add(identity);
      added.add(identity);
    }

    assertThat(added).noneMatch(filter::isNew);
  }

  @Test
  void takesForNewWhatIsLaterThanAllThatItForgot() {
    for (int i = 0; i < 5 * GENERATION; i++) {
      filter.add(identity(1_000 + i));
    }

    int looked = 0;
    for (int i = 0; i < 1_000; i++) {
      looked += filter.isNew(identity(1_000 + 5 * GENERATION + i)) ? 0 : 1;
    }
    assertThat(looked).isLessThan(50);
    assertThat(filter.isNew(identity(1_000))).isFalse();
  }

  @Test
  void takesAPlainVoteForNewOnlyWhileNothingWasForgotten() {
    assertThat(filter.isNew(identity(ChangeIdentity.TIMELESS))).isTrue();

    filter.forget(IdentityFilter.NOTHING);

    assertThat(filter.isNew(identity(ChangeIdentity.TIMELESS))).isTrue();

    filter.forget(5);

    assertThat(filter.isNew(identity(ChangeIdentity.TIMELESS))).isFalse();
    assertThat(filter.isNew(identity(5))).isFalse();
    assertThat(filter.isNew(identity(6))).isTrue();
  }

  @Test
  void neverTakesAPlainVoteForNewOnceOneWasForgotten() {
    for (int i = 0; i < 2 * GENERATION + 1; i++) {
      filter.add(identity(ChangeIdentity.TIMELESS));
    }

    assertThat(filter.isNew(identity(ChangeIdentity.TIMELESS))).isFalse();
    assertThat(filter.isNew(identity(1))).isTrue();
  }

  @Test
  void knowsTheLatestTimeThatItEverSaw() {
    assertThat(filter.latestMicros()).isEqualTo(IdentityFilter.NOTHING);

    filter.add(identity(9));
    for (int i = 0; i < 3 * GENERATION; i++) {
      filter.add(identity(5));
    }

    assertThat(filter.latestMicros()).isEqualTo(9);
  }

  @Test
  void refusesASizeThatIsNoPowerOfTwoOfPages() {
    assertThatThrownBy(() -> new IdentityFilter(GENERATION + 1)).hasMessageContaining("not 4097");
    assertThatThrownBy(() -> new IdentityFilter(GENERATION / 4)).hasMessageContaining("not 1024");
  }
}
