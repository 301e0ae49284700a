package io.citytally.jar;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The jar that is handed to Managed Flink, as the build has just made it. */
class JobJarITCase {

  private static final long MAX_BYTES = 60L * 1024 * 1024;

  /** The class file version of Java 11, the newest that Managed Flink runs. */
  private static final int JAVA_11 = 55;

  private static final String SERVICES = "META-INF/services/";

  /** What is in META-INF of its own accord, and not packed from there. */
  private static final Pattern PAPER =
      Pattern.compile("META-INF/[^/]*(LICENSE|NOTICE|DEPENDENCIES|MANIFEST|INDEX)[^/]*");

  private static BuiltJar jar;

  /** The bill of materials that is in the jar. */
  private static JsonNode bill;

  /** Each component of the bill that is a jar of its own, with the names of the files in it. */
  private static Map<JsonNode, Set<String>> components;

  @BeforeAll
  static void open() throws IOException {
    jar = BuiltJar.at(BuiltJar.JOB);
    bill = new ObjectMapper().readTree(jar.text("META-INF/sbom/citytally.cdx.json"));
    components = new LinkedHashMap<>();
    for (JsonNode component : bill.path("components")) {
      try (JarFile file = jarOf(component)) {
        components.put(
            component,
            file.stream()
                .filter(entry -> !entry.isDirectory())
                .map(JarEntry::getName)
                .collect(toSet()));
      }
    }
  }

  /** In the Maven repository that the class path is of. */
  private static JarFile jarOf(JsonNode component) throws IOException {
    Path repository =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(path -> path.contains("slf4j-api"))
            .map(path -> Path.of(path.replaceFirst("org.slf4j.slf4j-api.*", "")))
            .findAny()
            .orElseThrow();
    String name = component.path("name").asText();
    String version = component.path("version").asText();
    return new JarFile(
        repository
            .resolve(component.path("group").asText().replace('.', '/'))
            .resolve(name)
            .resolve(version)
            .resolve(name + "-" + version + ".jar")
            .toFile(),
        false);
  }

  private static String name(JsonNode component) {
    return component.path("group").asText() + ":" + component.path("name").asText();
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
                "javax/annotation/",
                "org/apache/log4j/",
                "org/apache/logging/"))
        .isEmpty();
  }

  @Test
  void holdsTheJobAloneAndNoTests() {
    assertThat(jar.filesIn("io/citytally/"))
        .allMatch(
            file ->
                file.matches(
                    "io/citytally/((vote|table|election|config|count|metric|source(/kinesis)?|sink|dynamodb)/)?[^/]+"))
        .noneMatch(file -> file.matches(".*(Test|ITCase).*"));
    assertThat(jar.filesIn("org/junit/", "picocli/", "org/rocksdb/", "org/slf4j/impl/")).isEmpty();
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
  void namesAllThatItIsMadeOf() {
    Set<String> known = components.values().stream().flatMap(Set::stream).collect(toSet());

    assertThat(jar.files())
        .filteredOn(file -> file.endsWith(".class") && !file.startsWith("io/citytally/"))
        .isSubsetOf(known);
  }

  @Test
  void namesNothingElse() {
    Set<String> files = Set.copyOf(jar.files());

    components.forEach(
        (component, its) ->
            assertThat(its)
                .as(name(component))
                .filteredOn(file -> !PAPER.matcher(file).matches())
                .anyMatch(files::contains));
  }

  @Test
  void takesEachClassFromOnePlace() {
    Map<String, List<String>> places = new TreeMap<>();
    components.forEach(
        (component, its) ->
            its.stream()
                .filter(file -> file.endsWith(".class"))
                .filter(file -> !file.matches("(META-INF/versions/.*)?module-info.class"))
                .forEach(
                    file ->
                        places
                            .computeIfAbsent(file, first -> new ArrayList<>())
                            .add(name(component))));

    assertThat(places).hasSizeGreaterThan(10_000);
    assertThat(places.entrySet()).filteredOn(place -> place.getValue().size() > 1).isEmpty();
  }

  @Test
  void takesOfFlinkOnlyTheConnector() {
    assertThat(components.keySet().stream().map(JobJarITCase::name))
        .filteredOn(name -> name.startsWith("org.apache.flink:"))
        .containsExactly("org.apache.flink:flink-connector-kinesis");
  }

  @Test
  void namesWhatTheConnectorHasSwallowed() {
    JsonNode bundled =
        components.keySet().stream()
            .filter(component -> name(component).endsWith(":flink-connector-kinesis"))
            .findAny()
            .orElseThrow()
            .path("components");

    assertThat(bundled)
        .extracting(JobJarITCase::name)
        .contains("com.amazonaws:amazon-kinesis-client", "com.google.protobuf:protobuf-java")
        .hasSizeGreaterThan(50);
  }

  @Test
  void saysTheLicenceOfEachComponent() {
    List<JsonNode> all = new ArrayList<>();
    for (JsonNode component : bill.path("components")) {
      all.add(component);
      component.path("components").forEach(all::add);
    }

    assertThat(all)
        .allSatisfy(
            component ->
                assertThat(component.path("licenses").path(0).path("license").path("id").asText())
                    .as(name(component))
                    .isIn("Apache-2.0", "MIT", "MIT-0", "BSD-3-Clause"));
  }

  @Test
  void carriesTheTextOfEachLicence() throws IOException {
    Set<String> carried = new HashSet<>();
    for (String file : jar.filesIn("META-INF/licenses/", "META-INF/LICENSE")) {
      carried.add(jar.text(file));
    }

    assertThat(jar.text("META-INF/LICENSE")).isEqualTo(Files.readString(Path.of("LICENSE")));
    for (JsonNode component : components.keySet()) {
      for (String text : textsIn(component, "META-INF/.*LICENSE.*")) {
        assertThat(carried).as(name(component)).contains(text);
      }
    }
  }

  /** As section 4 (d) of the Apache License asks for. */
  @Test
  void carriesTheNoticesOfEachComponent() throws IOException {
    String carried = jar.text("META-INF/NOTICE");

    assertThat(carried).contains("Citytally", "Joda.org", "Apache Flink", "Apache HttpClient");
    for (JsonNode component : components.keySet()) {
      for (String text : textsIn(component, "META-INF/NOTICE(\\.txt|\\.md)?")) {
        assertThat(carried.lines().map(String::strip).toList())
            .as(name(component))
            // But for a heading, which is there once for all.
            .containsAll(
                text.lines().map(String::strip).filter(line -> !line.startsWith("//")).toList());
      }
    }
  }

  private static List<String> textsIn(JsonNode component, String names) throws IOException {
    List<String> texts = new ArrayList<>();
    try (JarFile file = jarOf(component)) {
      for (String name : components.get(component)) {
        if (name.matches(names)) {
          try (InputStream in = file.getInputStream(file.getEntry(name))) {
            texts.add(new String(in.readAllBytes(), StandardCharsets.UTF_8));
          }
        }
      }
    }
    return texts;
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
    return jar.text(SERVICES + service)
        .lines()
        .map(line -> line.replaceFirst("#.*", "").strip())
        .filter(line -> !line.isEmpty())
        .toList();
  }
}
