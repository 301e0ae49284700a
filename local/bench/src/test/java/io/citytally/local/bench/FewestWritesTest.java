package io.citytally.local.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FewestWritesTest {

  private static final long WINDOW = 10;

  @Test
  void letsOneWriteDoForVotesWithinAWindow() {
    assertThat(FewestWrites.ofAnyCounter(new long[] {0, 3, 9}, WINDOW)).isEqualTo(1);
    assertThat(FewestWrites.ofAnyCounter(new long[] {0, 3, 10}, WINDOW)).isEqualTo(2);
    assertThat(FewestWrites.ofAnyCounter(new long[] {0, 0, 0}, WINDOW)).isEqualTo(1);
    assertThat(FewestWrites.ofAnyCounter(new long[] {}, WINDOW)).isZero();
  }

  @Test
  void showsTheFirstVoteInAQuietTimeAtOnce() {
    assertThat(FewestWrites.ofPromptCounter(new long[] {0}, WINDOW)).isEqualTo(1);
    assertThat(FewestWrites.ofPromptCounter(new long[] {0, 1}, WINDOW)).isEqualTo(2);
    assertThat(FewestWrites.ofPromptCounter(new long[] {0, 10, 20}, WINDOW)).isEqualTo(3);
  }

  @Test
  void letsTheNextVotesWaitForAWindowTogether() {
    // Written at 0, and at 19 for both that wait.
    assertThat(FewestWrites.ofPromptCounter(new long[] {0, 9, 18}, WINDOW)).isEqualTo(2);
    // And 28 is not in a quiet time: there was a write at 19.
    assertThat(FewestWrites.ofPromptCounter(new long[] {0, 9, 18, 28, 30}, WINDOW)).isEqualTo(3);
  }

  /**
   * By trying all sets of times to write at, where votes are few and come within a short time: at
   * even moments, and the window is odd, so that no two things happen at once.
   */
  @Test
  void noSetOfTimesIsSmaller() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 100; round++) {
      long window = 1 + 2 * random.nextInt(4);
      long[] votes = random.longs(6, 0, 7).map(i -> 2 * i).distinct().sorted().toArray();
      int most = (int) (votes[votes.length - 1] + window) + 1;
      long any = Long.MAX_VALUE;
      long prompt = Long.MAX_VALUE;
      for (int set = 0; set < 1 << most; set++) {
        if (isNeverStale(votes, window, set)) {
          any = Math.min(any, Integer.bitCount(set));
          if (isPrompt(votes, window, set)) {
            prompt = Math.min(prompt, Integer.bitCount(set));
          }
        }
      }

      assertThat(FewestWrites.ofAnyCounter(votes, window))
          .as("%s, window %d", Arrays.toString(votes), window)
          .isEqualTo(any);
      assertThat(FewestWrites.ofPromptCounter(votes, window))
          .as("%s, window %d", Arrays.toString(votes), window)
          .isEqualTo(prompt);
    }
  }

  private static boolean isNeverStale(long[] votes, long window, int writes) {
    return Arrays.stream(votes).allMatch(vote -> (writes >> vote & (1 << window + 1) - 1) != 0);
  }

  /** A vote that finds none waiting, and no write within the window before, is written at once. */
  private static boolean isPrompt(long[] votes, long window, int writes) {
    return Arrays.stream(votes)
        .allMatch(
            vote ->
                isWritten(writes, vote, vote + 1)
                    || isWritten(writes, Math.max(0, vote - window + 1), vote)
                    || Arrays.stream(votes)
                        .anyMatch(earlier -> earlier < vote && !isWritten(writes, earlier, vote)));
  }

  /** Within a time that ends just before {@code end}. */
  private static boolean isWritten(int writes, long start, long end) {
    return (writes >> start & (1 << end - start) - 1) != 0;
  }
}
