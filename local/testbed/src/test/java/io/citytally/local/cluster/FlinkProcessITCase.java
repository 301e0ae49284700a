package io.citytally.local.cluster;

import static org.awaitility.Awaitility.await;

import io.citytally.local.guard.EndsWithParent;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of Flink's processes when the launcher does not live to end them. */
public class FlinkProcessITCase {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @TempDir Path directory;

  @Test
  void endsWithALauncherThatIsKilled() throws Exception {
    Process launcher =
        new ProcessBuilder(
                java(), "-cp", classPath(), Launcher.class.getName(), directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader told =
        new BufferedReader(
            new InputStreamReader(launcher.getInputStream(), StandardCharsets.UTF_8));
    ProcessHandle started = ProcessHandle.of(Long.parseLong(told.readLine())).orElseThrow();
    Path log = directory.resolve("forever.log");
    await().atMost(TIMEOUT).until(() -> Files.readString(log).contains("running"));

    launcher.destroyForcibly().waitFor();

    await().atMost(TIMEOUT).until(() -> !started.isAlive());
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }

  /** Starts a process that does nothing until it is ended, and tells its number. */
  public static final class Launcher {

    private Launcher() {}

    public static void main(String[] args) throws Exception {
      List<String> command =
          List.of(
              java(), "-cp", classPath(), EndsWithParent.class.getName(), Forever.class.getName());
      FlinkProcess process =
          FlinkProcess.start("forever", command, Path.of(args[0]).resolve("forever.log"));
      System.out.println(process.handle().pid());
      Forever.main(new String[0]);
    }
  }

  /** Says that it runs. */
  public static final class Forever {

    private Forever() {}

    public static void main(String[] args) throws InterruptedException {
      System.out.println("running");
      new CountDownLatch(1).await();
    }
  }
}
