package io.citytally.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class ClassArchiveTest {

  @TempDir private Path directory;

  private Path archive;
  private Path library;

  @BeforeEach
  void prepare() throws Exception {
    archive = directory.resolve("1234.jsa");
    library =
        Path.of(LoggerFactory.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Files.write(
        ClassArchive.listOf(archive),
        List.of(
            "java/lang/Object",
            "org/slf4j/LoggerFactory",
            "@lambda-proxy org/slf4j/LoggerFactory run ()Ljava/lang/Runnable;",
            "io/citytally/vote/Choice",
            "a/Class/That/Is/Cut"));
  }

  @Test
  void javaStartsFromTheArchiveThatItMakes() throws Exception {
    new ClassArchive(archive, List.of(library), Duration.ZERO).start().join();

    assertThat(java("-Xshare:on", "-XX:SharedArchiveFile=" + archive, "-version")).isZero();
    assertThat(files()).containsExactlyInAnyOrder("1234.classes", "1234.jsa");
  }

  @Test
  void leavesNothingHalfDoneWhereTheSystemStopsInTheMiddle() throws Exception {
    ClassArchive making = new ClassArchive(archive, List.of(library), Duration.ZERO).start();

    making.close();

    assertThat(files()).doesNotContain("1234.jsa.unfinished", "1234.jsa.list");
  }

  @Test
  void makesNoneForASystemThatStopsBeforeItHasSettled() throws Exception {
    ClassArchive waiting = new ClassArchive(archive, List.of(library), Duration.ofHours(1)).start();

    waiting.close();

    assertThat(files()).containsExactly("1234.classes");
  }

  @Test
  void makesNoneWhereTheListOfClassesIsMissing() throws Exception {
    Files.delete(ClassArchive.listOf(archive));

    new ClassArchive(archive, List.of(library), Duration.ZERO).start().join();

    assertThat(files()).isEmpty();
  }

  private int java(String... arguments) throws Exception {
    Stream<String> command =
        Stream.concat(
            Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                library.toString()),
            Stream.of(arguments));
    return new ProcessBuilder(command.toList())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private List<String> files() throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
