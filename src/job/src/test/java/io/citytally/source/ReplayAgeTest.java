package io.citytally.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReplayAgeTest {

  private long now = 1_000;
  private final ReplayAge age = new ReplayAge(() -> now);

  @Test
  void isThatOfTheOldestRecordSinceTheStart() {
    assertThat(age.millis()).isZero();

    age.read(900);
    age.read(950);
    age.read(890);

    assertThat(age.millis()).isEqualTo(110);
    now = 2_000;
    assertThat(age.millis()).isEqualTo(1_110);
  }

  @Test
  void growsUntilACheckpointIsCompleteAndThenIsThatOfTheFirstRecordAfterItsBarrier() {
    age.read(500);
    age.barrier(1);
    age.read(700);
    age.read(800);

    assertThat(age.millis()).isEqualTo(500);
    age.completed(1);
    assertThat(age.millis()).isEqualTo(300);
  }

  @Test
  void isZeroWhileNoRecordComesAfterACheckpoint() {
    age.read(500);
    age.barrier(1);
    age.completed(1);
    now = 1_000_000;

    assertThat(age.millis()).isZero();
  }

  @Test
  void isNotThatOfACheckpointThatWasBegunLaterThanTheOneThatIsComplete() {
    age.read(500);
    age.barrier(1);
    age.read(600);
    age.barrier(2);
    age.read(700);
    age.completed(1);

    assertThat(age.millis()).isEqualTo(400);
    age.completed(2);
    assertThat(age.millis()).isEqualTo(300);
  }

  @Test
  void takesALaterCheckpointForAnEarlierOneThatWasNeverHeardOf() {
    age.read(500);
    age.barrier(1);
    age.read(600);
    age.barrier(2);
    age.read(700);
    age.completed(2);

    assertThat(age.millis()).isEqualTo(300);
  }

  @Test
  void keepsWhatCameAfterTheBarrierOfACheckpointThatFailed() {
    age.read(500);
    age.barrier(1);
    age.completed(1);
    age.read(600);
    age.barrier(2);
    age.read(700);
    age.barrier(3);
    age.read(800);

    assertThat(age.millis()).isEqualTo(400);
    age.completed(3);
    assertThat(age.millis()).isEqualTo(200);
  }

  @Test
  void isNeverBelowZero() {
    age.read(now + 5);

    assertThat(age.millis()).isZero();
  }
}
