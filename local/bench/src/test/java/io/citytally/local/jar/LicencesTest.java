package io.citytally.local.jar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every library, of the program, its tests and its tools, has an open licence. */
class LicencesTest {

  /**
   * The names by which POMs and npm call open licences. Those of the GNU project are open, too, but
   * only for libraries that no jar of ours packs; {@code JobJarITCase} holds what is packed.
   */
  private static final Pattern OPEN =
      Pattern.compile(
          """
          (The\\s)?Apache(\\sSoftware)?(\\sLicen[cs]e)?[-,\\s]*([Vv]ersion)?\\s*2(\\.0)?\
          |(The\\s)?(MIT|MIT-0)(\\sLicense)?\
          |(The\\s|New\\s)?BSD([-\\s](2|3)?[-\\s]?[Cc]lause|\\sLicen[cs]e(\\s3)?|\\sstyle)?\
          |ISC|0BSD|Unlicense|CC0-1\\.0|BlueOak-1\\.0\\.0\
          |Eclipse\\sPublic\\sLicense.*[12]\\.0|EPL\\s2\\.0\
          |Mozilla\\sPublic\\sLicense,\\sVersion\\s2\\.0|MPL-2\\.0\
          |Unicode/ICU\\sLicense\
          |GNU\\sGeneral\\sPublic\\sLicense.*\\swith\\sthe\\sClasspath\\sexception\
          |GNU\\sLibrary\\sor\\sLesser\\sGeneral\\sPublic\\sLicense\\s\\(LGPL\\)""");

  private static final List<String> MODULES =
      List.of(
          "src/core",
          "src/job",
          "src/web",
          "src/cli",
          "local/memory",
          "local/testbed",
          "local/browser",
          "local/proofs",
          "local/bench");

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  @Test
  void everyJarOfProgramAndTestsIsOpenlyLicensed() throws IOException {
    Map<String, List<String>> licences = new TreeMap<>();
    for (String module : MODULES) {
      // The build has written it before it runs the first test.
      String classPath = Files.readString(Path.of(module, "target/test-class-path"));
      licences.putAll(licencesOfJars(List.of(classPath.split(File.pathSeparator))));
    }

    assertThat(licences).hasSizeGreaterThan(150);
    assertThat(notOpen(licences)).isEmpty();
  }

  @Test
  void everyNodePackageIsOpenlyLicensed() throws IOException {
    Map<String, List<String>> licences = new TreeMap<>();
    for (Path lockFile : lockFiles(Path.of(""))) {
      licences.putAll(licencesOfPackages(lockFile));
    }

    assertThat(licences).hasSizeGreaterThan(20);
    assertThat(notOpen(licences)).isEmpty();
  }

  @Test
  void findsAJarOfWhoseLicencesNoneIsOpen() throws IOException {
    Path closed = jar("org.closed", "closed", "1.0", "DynamoDB Local License Agreement");
    Path open = jar("org.open", "open", "1.0", "Proprietary", "Apache-2.0");

    assertThat(notOpen(licencesOfJars(List.of(closed.toString(), open.toString()))))
        .containsExactly(closed + ": DynamoDB Local License Agreement");
  }

  @Test
  void findsANodePackageWithALicenceThatIsNotOpenAndOneWithout() throws IOException {
    Path lockFile =
        Files.writeString(
            directory.resolve("package-lock.json"),
            """
            {"packages": {
              "": {"name": "ours"},
              "node_modules/open": {"license": "MIT"},
              "node_modules/closed": {"license": "BUSL-1.1"},
              "node_modules/silent": {}
            }}
            """);

    assertThat(notOpen(licencesOfPackages(lockFile)))
        .containsExactly(
            lockFile + " node_modules/closed: BUSL-1.1", lockFile + " node_modules/silent: none");
  }

  private Path jar(String group, String name, String version, String... licences)
      throws IOException {
    Path home =
        Files.createDirectories(directory.resolve(group.replace('.', '/')).resolve(name))
            .resolve(version);
    Files.createDirectories(home);
    StringBuilder pom = new StringBuilder("<project><groupId>" + group + "</groupId><licenses>");
    for (String licence : licences) {
      pom.append("<license><name>").append(licence).append("</name></license>");
    }
    Files.writeString(home.resolve(name + "-" + version + ".pom"), pom + "</licenses></project>");
    return Files.createFile(home.resolve(name + "-" + version + ".jar"));
  }

  /** By the name of the library and where it comes from. */
  private static List<String> notOpen(Map<String, List<String>> licences) {
    List<String> found = new ArrayList<>();
    licences.forEach(
        (library, names) -> {
          if (names.stream().noneMatch(name -> OPEN.matcher(name).matches())) {
            found.add(library + ": " + String.join(" or ", names));
          }
        });
    return found;
  }

  /** A jar lies in Maven's repository next to its POM, which a classifier does not change. */
  private static Map<String, List<String>> licencesOfJars(List<String> classPath)
      throws IOException {
    Map<String, List<String>> licences = new TreeMap<>();
    for (String each : classPath) {
      // The project's own modules are built, not fetched.
      if (each.endsWith(".jar") && !each.contains(File.separator + "target" + File.separator)) {
        Path ofVersion = Path.of(each).getParent();
        BillOfMaterials.Pom pom =
            BillOfMaterials.Pom.read(
                ofVersion.resolve(
                    ofVersion.getParent().getFileName() + "-" + ofVersion.getFileName() + ".pom"));
        licences.put(each, pom.licences(BillOfMaterials.repository(ofVersion, pom.group())));
      }
    }
    return licences;
  }

  private static Map<String, List<String>> licencesOfPackages(Path lockFile) throws IOException {
    Map<String, List<String>> licences = new TreeMap<>();
    for (Map.Entry<String, JsonNode> each :
        JSON.readTree(lockFile.toFile()).path("packages").properties()) {
      if (!each.getKey().isEmpty()) {
        licences.put(
            lockFile + " " + each.getKey(),
            List.of(each.getValue().path("license").asText("none")));
      }
    }
    return licences;
  }

  private static List<Path> lockFiles(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.endsWith("package-lock.json"))
          .filter(file -> !file.toString().matches(".*(node_modules|target)/.*"))
          .toList();
    }
  }
}
