package io.citytally.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.cli.command.CannotStartException;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ManagedFlinkLibrariesTest {

  private static final String CLASS_PATH = System.getProperty("java.class.path");

  @Test
  void leavesOutWhatTheJarMustBring() {
    List<Path> libraries = ManagedFlinkLibraries.in(CLASS_PATH);

    assertThat(libraries)
        .extracting(path -> path.getFileName().toString())
        .anyMatch(name -> name.startsWith("flink-runtime-1.20."))
        .anyMatch(name -> name.startsWith("aws-kinesisanalytics-runtime-"))
        .noneMatch(name -> name.contains("connector-kinesis"))
        .noneMatch(name -> name.startsWith("jackson-"))
        .noneMatch(name -> name.endsWith("-tests.jar"));
    assertThat(libraries).noneMatch(path -> path.toString().contains("awssdk"));
    assertThat(libraries).noneMatch(path -> path.endsWith("classes"));
  }

  @Test
  void saysWhatTheClassPathLacks() {
    String without =
        Stream.of(CLASS_PATH.split(File.pathSeparator))
            .filter(entry -> !entry.contains("frocksdbjni") && !entry.endsWith("runtime-1.2.0.jar"))
            .collect(Collectors.joining(File.pathSeparator));

    assertThatThrownBy(() -> ManagedFlinkLibraries.in(without))
        .isInstanceOf(CannotStartException.class)
        .hasMessageEndingWith("provides: aws-kinesisanalytics-runtime, frocksdbjni");
  }
}
