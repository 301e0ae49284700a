package io.citytally.local.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.election.Election;
import io.citytally.election.ElectionRules;
import io.citytally.election.RulesException;
import io.citytally.election.RulesFile;
import io.citytally.vote.VirtualClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ElectionWatchTest {

  private final VirtualClock clock = new VirtualClock();
  private Election stored = election(clock.instant().plus(Duration.ofHours(1)), 2);
  private int reads;

  private final ElectionWatch watch =
      new ElectionWatch(
          () -> {
            reads++;
            return stored;
          },
          clock);

  private static Election election(Instant opensAt, int atMost) {
    try {
      ElectionRules rules =
          RulesFile.parse(
              """
              {"name": "Budget", "time_zone": "UTC", "opens_at": "%s", "closes_at": "%s",
               "voting": "open", "at_most": %d}
              """
                  .formatted(opensAt, opensAt.plus(Duration.ofHours(1)), atMost));
      return Election.stored(rules, null, null, null);
    } catch (RulesException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void isOpenFromTheOpeningToTheClosing() {
    assertThat(watch.isOpen()).isFalse();
    clock.advance(Duration.ofHours(1));
    assertThat(watch.isOpen()).isTrue();
    clock.advance(Duration.ofHours(1));
    assertThat(watch.isOpen()).isFalse();
  }

  @Test
  void seesOtherRulesAfterASecondAndReadsNoMoreOften() {
    assertThat(watch.atMost("North")).isEqualTo(2);
    stored = election(clock.instant(), 5);

    clock.advance(ElectionWatch.MAX_AGE.minusMillis(1));
    assertThat(watch.atMost("North")).isEqualTo(2);
    assertThat(reads).isEqualTo(1);
    clock.advance(Duration.ofMillis(1));

    assertThat(watch.atMost("North")).isEqualTo(5);
    assertThat(watch.isOpen()).isTrue();
    assertThat(reads).isEqualTo(2);
  }
}
