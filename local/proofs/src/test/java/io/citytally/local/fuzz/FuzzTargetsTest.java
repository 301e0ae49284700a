package io.citytally.local.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.vote.RandomSeed;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the fuzzer does for hours, for a moment, and without looking where the inputs go. */
@Tag("proof")
class FuzzTargetsTest {

  @RegisterExtension final RandomSeed randomSeed = new RandomSeed();

  private static final int MUTATED = 3_000;

  static Stream<FuzzJob> jobs() {
    return FuzzJob.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void keepsItsPromisesWhateverTheInput(FuzzJob job) throws Exception {
    long seed = randomSeed.value();
    SplittableRandom random = new SplittableRandom(seed);
    try (FuzzTarget target = FuzzJob.make(job.target())) {
      List<byte[]> inputs = target.seeds();
      for (byte[] input : inputs) {
        handIn(target, input);
      }
      for (int i = 0; i < MUTATED; i++) {
        handIn(target, mutated(inputs.get(random.nextInt(inputs.size())), target, random));
      }
    }
  }

  private static void handIn(FuzzTarget target, byte[] input) {
    try {
      target.accept(input);
    } catch (Exception | Error e) {
      throw new AssertionError("by the input " + HexFormat.of().formatHex(input), e);
    }
  }

  /** Bytes changed, taken out, doubled, or a word put in; some inputs are all new. */
  private static byte[] mutated(byte[] input, FuzzTarget target, SplittableRandom random) {
    byte[] mutated = input;
    for (int times = 1 + random.nextInt(4); times > 0; times--) {
      int from = random.nextInt(mutated.length + 1);
      int to = Math.min(mutated.length, from + random.nextInt(16));
      byte[] between =
          switch (random.nextInt(4)) {
            case 0 -> new byte[0];
            case 1 -> bytes(to - from + random.nextInt(4), random);
            case 2 -> Arrays.copyOfRange(mutated, 0, from);
            default ->
                target
                    .words()
                    .get(random.nextInt(target.words().size()))
                    .getBytes(StandardCharsets.UTF_8);
          };
      ByteArrayOutputStream joined = new ByteArrayOutputStream();
      joined.write(mutated, 0, from);
      joined.writeBytes(between);
      joined.write(mutated, to, mutated.length - to);
      mutated = joined.toByteArray();
    }
    return mutated;
  }

  private static byte[] bytes(int length, SplittableRandom random) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  @Test
  void sharesAllOfTheInputs() {
    assertThat(FuzzJob.ALL.stream().mapToInt(FuzzJob::share).sum()).isEqualTo(100);
  }
}
