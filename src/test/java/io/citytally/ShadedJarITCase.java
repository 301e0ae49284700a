package io.citytally;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The jar that is handed to Managed Flink, as the build has just made it. */
class ShadedJarITCase {

  private static final long MAX_BYTES = 60L * 1024 * 1024;

  /** The class file version of Java 11, the newest that Managed Flink runs. */
  private static final int JAVA_11 = 55;

  private static final String JAR = "citytally-.*(?<!-web)\\.jar";

  private static final String SERVICES = "META-INF/services/";

  private static BuiltJar jar;

  @BeforeAll
  static void open() throws IOException {
    jar = BuiltJar.named(JAR);
  }

  @AfterAll
  static void close() throws IOException {
    jar.close();
  }

  @Test
  void startsTheJob() throws IOException {
    Manifest manifest = jar.file().getManifest();

    assertThat(manifest.getMainAttributes().getValue(Attributes.Name.MAIN_CLASS))
        .isEqualTo("io.citytally.VoteCountingJob");
    assertThat(jar.files()).contains("io/citytally/VoteCountingJob.class");
  }

  @Test
  void runsOnJava11() throws IOException {
    assertThat(jar.classesNewerThan(JAVA_11)).isEmpty();
  }

  @Test
  void bringsTheConnectorAndTheSdkAlong() {
    assertThat(jar.files())
        .contains(
            "org/apache/flink/streaming/connectors/kinesis/FlinkKinesisConsumer.class",
            "software/amazon/awssdk/services/dynamodb/DynamoDbAsyncClient.class",
            "software/amazon/awssdk/services/sts/StsClient.class");
  }

  @Test
  void bringsWhatAnAuditNeedsOutsideFlink() {
    assertThat(jar.files())
        .contains(
            "io/citytally/ops/AuditMain.class",
            "software/amazon/awssdk/http/apache/ApacheHttpClient.class",
            "org/slf4j/LoggerFactory.class",
            "org/slf4j/impl/SimpleLogger.class");
  }

  @Test
  void leavesOutWhatManagedFlinkProvides() {
    assertThat(
            jar.filesIn(
                "org/apache/flink/api/",
                "org/apache/flink/client/",
                "org/apache/flink/configuration/",
                "org/apache/flink/core/",
                "org/apache/flink/runtime/",
                "org/apache/flink/streaming/api/",
                "org/apache/flink/streaming/runtime/",
                "org/apache/flink/util/",
                "com/amazonaws/services/kinesisanalytics/",
                "org/apache/log4j/",
                "org/apache/logging/"))
        .isEmpty();
  }

  @Test
  void leavesOutTheLocalSystemAndTheTests() {
    assertThat(jar.filesIn("io/citytally/local/", "org/junit/", "picocli/", "org/rocksdb/"))
        .isEmpty();
    assertThat(jar.files()).noneMatch(file -> file.matches("io/citytally/.*(Test|ITCase).*"));
  }

  @Test
  void leavesOutTheWebApplication() {
    assertThat(jar.filesIn("io/citytally/web/", "com/amazonaws/services/lambda/")).isEmpty();
  }

  @Test
  void leavesOutTheProducersBinariesAndIsSmall() throws IOException {
    assertThat(jar.filesIn("amazon-kinesis-producer-native-binaries/")).isEmpty();
    assertThat(jar.bytes()).isLessThan(MAX_BYTES);
  }

  @Test
  void carriesNoSignatureOfAnotherJar() {
    assertThat(jar.files()).noneMatch(file -> file.matches("META-INF/[^/]+\\.(SF|DSA|RSA|EC)"));
  }

  @Test
  void hasEachFileOnce() {
    assertThat(jar.files()).doesNotHaveDuplicates();
  }

  @Test
  void mergesTheListsOfServices() throws IOException {
    assertThat(providersOf("reactor.blockhound.integration.BlockHoundIntegration"))
        .contains(
            "io.netty.util.internal.Hidden$NettyBlockHoundIntegration",
            "org.apache.flink.kinesis.shaded"
                + ".io.netty.util.internal.Hidden$NettyBlockHoundIntegration");
  }

  @Test
  void hasEachServiceThatItLists() throws IOException {
    Set<String> classes =
        jar.files().stream()
            .filter(file -> file.endsWith(".class"))
            .map(file -> file.substring(0, file.length() - ".class".length()).replace('/', '.'))
            .collect(toSet());
    List<String> services =
        jar.filesIn(SERVICES).stream()
            .map(file -> file.substring(SERVICES.length()))
            .filter(service -> !service.startsWith("."))
            .toList();

    assertThat(services).contains("software.amazon.awssdk.http.async.SdkAsyncHttpService");
    for (String service : services) {
      assertThat(classes).containsAll(providersOf(service));
    }
  }

  private static List<String> providersOf(String service) throws IOException {
    try (InputStream in = jar.file().getInputStream(jar.file().getEntry(SERVICES + service))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.replaceFirst("#.*", "").strip())
          .filter(line -> !line.isEmpty())
          .toList();
    }
  }
}
