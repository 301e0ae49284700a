package io.citytally.jar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The same source makes the same jars, wherever and by whomever they are built. */
@Isolated("It builds the project, which takes all processors.")
class ReproducibleJarITCase {

  /** What the build reads. */
  private static final List<String> SOURCES = List.of(".mvn", "LICENSE", "pom.xml", "src", "local");

  private static final Set<String> BUILT = Set.of("target", "node_modules");

  @Test
  void anotherBuildElsewhereMakesTheSameJars(@TempDir Path elsewhere) throws Exception {
    for (String source : SOURCES) {
      copy(Path.of(source), elsewhere.resolve(source));
    }

    packageIn(elsewhere);

    for (Path jar : List.of(BuiltJar.JOB, BuiltJar.WEB, BuiltJar.CLI)) {
      try (BuiltJar here = BuiltJar.at(jar);
          BuiltJar there = BuiltJar.at(elsewhere.resolve(jar))) {
        assertThat(there.digests()).isEqualTo(here.digests());
        assertThat(there.sha256()).isEqualTo(here.sha256());
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            if (BUILT.contains(directory.getFileName().toString())) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(directory)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(file, to.resolve(from.relativize(file).toString()));
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** In another time zone, language and encoding. */
  private static void packageIn(Path directory) throws Exception {
    File log = directory.resolve("build.log").toFile();
    ProcessBuilder maven =
        new ProcessBuilder(
                "mvn",
                "-B",
                "-pl",
                "src/job,src/web,src/cli",
                "-am",
                "package",
                "-DskipTests",
                "-Dspotless.check.skip")
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log);
    Map<String, String> environment = maven.environment();
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("TZ", "Pacific/Auckland");
    environment.put("LC_ALL", "C");
    environment.put("MAVEN_OPTS", "-Duser.timezone=Pacific/Auckland -Duser.language=tr");
    Process process = maven.start();
    try {
      assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("built in time").isTrue();
    } finally {
      process.destroy();
    }
    assertThat(process.exitValue()).as(Files.readString(log.toPath())).isZero();
  }
}
