package io.citytally.local.cluster;

import io.citytally.cli.command.CannotStartException;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What Managed Flink has on the class path next to the application's jar, and nothing else: so a
 * jar that lacks something fails here, too.
 *
 * <p>AWS names what its runtime provides for Flink 1.18, 1.19 and 1.20 ("Maintain best practices
 * for Managed Service for Apache Flink applications", section "Provided dependencies",
 * https://docs.aws.amazon.com/managed-flink/latest/java/best-practices.html): among others {@code
 * flink-core}, {@code flink-java}, {@code flink-streaming-java}, {@code flink-clients}, {@code
 * flink-connector-base}. That is Flink's distribution, whose main jar is not published by itself;
 * so here are the artifacts that it is made of, and what these need. RocksDB is in it, and is the
 * state backend ("Apache Flink settings",
 * https://docs.aws.amazon.com/managed-flink/latest/java/reference-flink-settings.title.html); Log4j
 * is Flink's own logging.
 *
 * <p>Left out are those that the job has no use for: the tables, formats, and {@code
 * flink-connector-base}, although it is provided, and in Flink's distribution since 1.15
 * (FLINK-26701). Of the Kinesis connector only the newer source and sinks need it, which the job
 * does not use; its own sinks are written against Flink's core alone. A change that uses it must
 * not pack it into the jar, but add it here.
 */
final class ManagedFlinkLibraries {

  private static final Set<String> ARTIFACTS =
      Set.of(
          // Flink
          "flink-annotations",
          "flink-clients",
          "flink-connector-datagen",
          "flink-core",
          "flink-core-api",
          "flink-datastream",
          "flink-datastream-api",
          "flink-file-sink-common",
          "flink-hadoop-fs",
          "flink-java",
          "flink-metrics-core",
          "flink-optimizer",
          "flink-queryable-state-client-java",
          "flink-rpc-akka-loader",
          "flink-rpc-core",
          "flink-runtime",
          "flink-runtime-web",
          "flink-shaded-asm-9",
          "flink-shaded-guava",
          "flink-shaded-jackson",
          "flink-shaded-netty",
          "flink-shaded-zookeeper-3",
          "flink-statebackend-rocksdb",
          "flink-streaming-java",
          // What it needs
          "chill-java",
          "commons-cli",
          "commons-collections",
          "commons-compress",
          "commons-io",
          "commons-lang3",
          "commons-math3",
          "commons-text",
          "frocksdbjni",
          "javassist",
          "jsr305",
          "kryo",
          "lz4-java",
          "minlog",
          "objenesis",
          "snakeyaml-engine",
          "snappy-java",
          // Its logging
          "log4j-api",
          "log4j-core",
          "log4j-slf4j-impl",
          "slf4j-api",
          // Managed Flink's own
          "aws-kinesisanalytics-runtime");

  private ManagedFlinkLibraries() {}

  /**
   * Picks them out of a class path that has them all, in the versions that the project is built
   * with.
   *
   * @throws CannotStartException if it lacks some
   */
  static List<Path> in(String classPath) {
    List<Path> libraries = new ArrayList<>();
    Set<String> missing = new TreeSet<>(ARTIFACTS);
    for (String entry : classPath.split(File.pathSeparator)) {
      Path path = Path.of(entry);
      if (missing.remove(artifactOf(path))) {
        libraries.add(path);
      }
    }
    if (!missing.isEmpty()) {
      throw new CannotStartException(
          "the class path lacks what Managed Flink provides: " + String.join(", ", missing));
    }
    return libraries;
  }

  /**
   * By where it is in Maven's repository: {@code ARTIFACT/VERSION/ARTIFACT-VERSION.jar}. Empty for
   * anything else, such as an artifact's tests.
   */
  private static String artifactOf(Path jar) {
    if (jar.getNameCount() < 3) {
      return "";
    }
    Path version = jar.getParent();
    String artifact = version.getParent().getFileName().toString();
    return jar.endsWith(artifact + "-" + version.getFileName() + ".jar") ? artifact : "";
  }
}
