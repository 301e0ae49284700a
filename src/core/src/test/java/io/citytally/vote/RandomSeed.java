package io.citytally.vote;

import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The seed of a test that tries something at random: that of {@code -Dcitytally.seed=N}, else a new
 * one. It is told only where the test fails.
 *
 * <pre>{@code
 * @RegisterExtension final RandomSeed seed = new RandomSeed();
 * }</pre>
 */
public final class RandomSeed implements AfterTestExecutionCallback {

  private static final String PROPERTY = "citytally.seed";

  private final long value;

  public RandomSeed() {
    this(Long.MAX_VALUE);
  }

  /**
   * @param bound a new seed is from 0 to below it
   */
  public RandomSeed(long bound) {
    Long given = Long.getLong(PROPERTY);
    value = given == null ? ThreadLocalRandom.current().nextLong(bound) : given;
  }

  public long value() {
    return value;
  }

  @Override
  public void afterTestExecution(ExtensionContext test) {
    if (test.getExecutionException().isPresent()) {
      System.err.printf("%s: try it again with -D%s=%d%n", test.getDisplayName(), PROPERTY, value);
    }
  }
}
