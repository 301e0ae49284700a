package io.citytally.jar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The jar that is handed to Lambda, as the build has just made it. */
class WebJarITCase {

  private static final long MAX_BYTES = 12L * 1024 * 1024;

  /** The class file version of Java 17, which Lambda's java17 runs. */
  private static final int JAVA_17 = 61;

  private static BuiltJar jar;

  @BeforeAll
  static void open() throws IOException {
    jar = BuiltJar.at(BuiltJar.WEB);
  }

  @AfterAll
  static void close() throws IOException {
    jar.close();
  }

  @Test
  void bringsTheApplicationAndWhatItNeeds() {
    assertThat(jar.files())
        .contains(
            "io/citytally/web/LambdaHandler.class",
            "com/amazonaws/services/lambda/runtime/RequestHandler.class",
            "com/amazonaws/services/lambda/runtime/events/APIGatewayV2HTTPEvent.class",
            "software/amazon/awssdk/http/urlconnection/UrlConnectionHttpClient.class",
            "org/slf4j/impl/SimpleLogger.class")
        .contains("META-INF/services/software.amazon.awssdk.http.SdkHttpService");
  }

  @Test
  void leavesOutTheJobAndTheLocalSystem() {
    assertThat(jar.filesIn("org/apache/flink/", "io/netty/", "org/junit/")).isEmpty();
    assertThat(jar.filesIn("io/citytally/"))
        .allMatch(file -> file.matches("io/citytally/(web|vote|table|election)/.*"))
        .noneMatch(file -> file.matches(".*(Test|ITCase).*"));
  }

  @Test
  void runsOnLambdasJava() throws IOException {
    assertThat(jar.classesNewerThan(JAVA_17)).isEmpty();
  }

  @Test
  void isSmallAndHasEachFileOnce() throws IOException {
    assertThat(jar.bytes()).isLessThan(MAX_BYTES);
    assertThat(jar.files()).doesNotHaveDuplicates();
  }
}
