package io.citytally;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The jar that is handed to Lambda, as the build has just made it. */
class WebJarITCase {

  private static final long MAX_BYTES = 12L * 1024 * 1024;

  /** The class file version of Java 17, which Lambda's java17 runs. */
  private static final int JAVA_17 = 61;

  private static Path path;
  private static JarFile jar;

  @BeforeAll
  static void open() throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(Path.of("target"), "citytally-*-web.jar")) {
      jars.forEach(found::add);
    }
    assertThat(found).as("web jars in target/, made by mvn package").hasSize(1);
    path = found.get(0);
    jar = new JarFile(path.toFile(), false);
  }

  @AfterAll
  static void close() throws IOException {
    jar.close();
  }

  private static List<String> files() {
    return jar.stream().filter(entry -> !entry.isDirectory()).map(JarEntry::getName).toList();
  }

  private static List<String> filesIn(String... directories) {
    return files().stream()
        .filter(file -> Stream.of(directories).anyMatch(file::startsWith))
        .toList();
  }

  @Test
  void bringsTheApplicationAndWhatItNeeds() {
    assertThat(files())
        .contains(
            "io/citytally/web/LambdaHandler.class",
            "com/amazonaws/services/lambda/runtime/RequestHandler.class",
            "com/amazonaws/services/lambda/runtime/events/APIGatewayV2HTTPEvent.class",
            "software/amazon/awssdk/http/apache/ApacheHttpClient.class",
            "org/slf4j/impl/SimpleLogger.class")
        .contains("META-INF/services/software.amazon.awssdk.http.SdkHttpService");
  }

  @Test
  void leavesOutTheJobAndTheLocalSystem() {
    assertThat(
            filesIn(
                "org/apache/flink/",
                "io/netty/",
                "io/citytally/config/",
                "io/citytally/count/",
                "io/citytally/feed/",
                "io/citytally/local/",
                "org/junit/"))
        .isEmpty();
    assertThat(files()).noneMatch(file -> file.matches("io/citytally/.*(Sink|Test|ITCase).*"));
  }

  @Test
  void runsOnLambdasJava() throws IOException {
    List<String> newer = new ArrayList<>();
    for (String file : files()) {
      if (file.endsWith(".class") && versionOf(file) > JAVA_17) {
        newer.add(file);
      }
    }

    assertThat(newer).isEmpty();
  }

  private static int versionOf(String classFile) throws IOException {
    try (DataInputStream in = new DataInputStream(jar.getInputStream(jar.getEntry(classFile)))) {
      in.readInt();
      in.readUnsignedShort();
      return in.readUnsignedShort();
    }
  }

  @Test
  void isSmallAndHasEachFileOnce() throws IOException {
    assertThat(Files.size(path)).isLessThan(MAX_BYTES);
    assertThat(files()).doesNotHaveDuplicates();
  }
}
