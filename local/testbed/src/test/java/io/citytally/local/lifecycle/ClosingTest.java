package io.citytally.local.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClosingTest {

  private final List<String> closed = Collections.synchronizedList(new ArrayList<>());

  @Test
  void closesInReverseOrderOnce() throws Exception {
    Closing closing = new Closing();
    closing.add(() -> closed.add("first"));
    closing.add(() -> closed.add("second"));

    closing.close();
    closing.close();

    assertThat(closed).containsExactly("second", "first");
  }

  @Test
  void closesAllEvenIfSomeFail() throws Exception {
    Closing closing = new Closing();
    closing.add(() -> closed.add("first"));
    closing.add(
        () -> {
          throw new IllegalStateException("second");
        });
    closing.add(
        () -> {
          throw new IllegalArgumentException("third");
        });

    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(closing::close)
        .withMessage("third")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    assertThat(closed).containsExactly("first");
  }

  @Test
  void closesWhatIsStartedTooLateAndSaysSo() throws Exception {
    Closing closing = new Closing();
    closing.close();

    assertThatIllegalStateException().isThrownBy(() -> closing.add(() -> closed.add("late")));
    assertThat(closed).containsExactly("late");
  }

  @Test
  void letsTheSecondWaitForTheFirst() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Closing closing = new Closing();
    closing.add(
        () -> {
          go.await();
          closed.add("slow");
        });
    Thread first = new Thread(() -> closeAndNote(closing), "first");
    Thread second = new Thread(() -> closeAndNote(closing), "second");

    first.start();
    await().until(() -> first.getState() == Thread.State.WAITING);
    second.start();
    await().until(() -> second.getState() == Thread.State.BLOCKED);
    go.countDown();
    first.join();
    second.join();

    assertThat(closed).startsWith("slow").hasSize(3);
  }

  private void closeAndNote(Closing closing) {
    try {
      closing.close();
      closed.add("returned");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Ends as Ctrl-C would have it end. */
  static final class Interrupted {

    public static void main(String[] args) throws Exception {
      Closing closing = Closing.onShutdown();
      closing.add(() -> System.out.println("closed"));
      if (args[0].equals("normally")) {
        closing.close();
      }
      System.exit(3);
    }
  }

  private static String outputOf(String how) throws Exception {
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                Interrupted.class.getName(),
                how)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isEqualTo(3);
    return output;
  }

  @Test
  void closesWhereTheProcessIsAskedToEnd() throws Exception {
    assertThat(outputOf("suddenly")).isEqualTo("closed" + System.lineSeparator());
  }

  @Test
  void closesOnceWhereTheProcessEndsByItself() throws Exception {
    assertThat(outputOf("normally")).isEqualTo("closed" + System.lineSeparator());
  }
}
