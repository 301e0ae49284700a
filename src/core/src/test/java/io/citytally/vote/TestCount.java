package io.citytally.vote;

import java.util.EnumMap;
import java.util.Map;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Tells at the end how many tests of a module ran: {@code mvn -q} would say nothing. */
public final class TestCount implements TestExecutionListener {

  private final Map<Status, Integer> finished = new EnumMap<>(Status.class);
  private int skipped;

  @Override
  public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (test.isTest()) {
      finished.merge(result.getStatus(), 1, Integer::sum);
    }
  }

  @Override
  public synchronized void executionSkipped(TestIdentifier test, String reason) {
    skipped++;
  }

  @Override
  public synchronized void testPlanExecutionFinished(TestPlan plan) {
    int passed = finished.getOrDefault(Status.SUCCESSFUL, 0);
    int failed = finished.getOrDefault(Status.FAILED, 0);
    int aborted = finished.getOrDefault(Status.ABORTED, 0);
    if (passed + failed + aborted + skipped > 0) {
      System.out.printf(
          "%s: %d tests passed, %d failed, %d skipped%n",
          System.getProperty("citytally.module", "tests"), passed, failed, aborted + skipped);
    }
  }
}
