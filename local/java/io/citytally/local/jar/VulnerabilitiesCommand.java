package io.citytally.local.jar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.local.command.Bounds;
import io.citytally.local.screen.DisplayText;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code citytally vulnerabilities}. */
@Command(
    name = "vulnerabilities",
    sortOptions = false,
    description = {
      "Asks OSV (osv.dev) for known vulnerabilities of all that the job's jar is made of, also of"
          + " what Flink's connector for Kinesis has swallowed.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:none is known, but for those that were accepted",
      "1:nothing is known, as OSV could not be asked",
      "2:an option was refused",
      "3:some are known"
    },
    footer = {
      "",
      "For instance:",
      "  mvn package -DskipTests && citytally vulnerabilities",
      "  citytally vulnerabilities --accept GHSA-xpw8-rcwv-8f8p"
    })
public final class VulnerabilitiesCommand implements Callable<Integer> {

  private static final int SOME = 3;

  @Spec CommandSpec command;

  @Option(
      names = "--jar",
      paramLabel = "FILE",
      description = "The job's jar (default: the one that mvn package has made).")
  Path jar;

  @Option(
      names = "--accept",
      paramLabel = "ID",
      description = "A vulnerability that was looked into, and does no harm here. May be repeated.")
  List<String> accepted = List.of();

  @Option(
      names = "--osv",
      paramLabel = "URL",
      defaultValue = "https://api.osv.dev",
      description = "Where OSV's API is (default: ${DEFAULT-VALUE}).")
  URI osv;

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Component> components = components(jar == null ? builtJar() : jar);
    List<TreeSet<String>> known;
    KnownVulnerabilities vulnerabilities = new KnownVulnerabilities(osv);
    try {
      known = vulnerabilities.of(components.stream().map(Component::purl).toList());
    } catch (IOException e) {
      throw new IllegalStateException(
          "not checked: OSV can't be asked at %s: %s. Run it where that can be reached"
              .formatted(osv, e.getMessage() == null ? e : e.getMessage()),
          e);
    }
    return report(vulnerabilities, components, known);
  }

  private int report(
      KnownVulnerabilities vulnerabilities, List<Component> components, List<TreeSet<String>> known)
      throws IOException, InterruptedException {
    PrintWriter out = command.commandLine().getOut();
    Set<String> unused = new TreeSet<>(accepted);
    Set<String> found = new HashSet<>();
    int afflicted = 0;
    int acceptedHere = 0;
    for (int i = 0; i < components.size(); i++) {
      TreeSet<String> ids = known.get(i);
      unused.removeAll(ids);
      int before = ids.size();
      ids.removeAll(accepted);
      acceptedHere += before - ids.size();
      afflicted += ids.isEmpty() ? 0 : 1;
      for (String id : ids) {
        found.add(id);
        out.printf(
            "%s%n    %s: %s%n",
            components.get(i).name(),
            DisplayText.plain(id),
            DisplayText.plain(vulnerabilities.summary(id)));
      }
    }
    unused.forEach(id -> out.println("accepted, but not there: " + id));
    out.printf(
        "%s components, %d known vulnerabilities in %d of them%s%n",
        DisplayText.number(components.size()),
        found.size(),
        afflicted,
        acceptedHere == 0 ? "" : ", and " + acceptedHere + " accepted");
    out.flush();
    return found.isEmpty() ? 0 : SOME;
  }

  private Path builtJar() throws IOException {
    Path target = Path.of(System.getProperty("citytally.home", "."), "target");
    if (Files.isDirectory(target)) {
      try (var jars = Files.newDirectoryStream(target, "citytally-*.jar")) {
        for (Path each : jars) {
          if (!each.toString().endsWith("-web.jar")) {
            return each;
          }
        }
      }
    }
    throw new Bounds(command)
        .refusal("there is no jar in " + target + ": make it with mvn package, or name it (--jar)");
  }

  private List<Component> components(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new Bounds(command).refusal(file + " is not a file");
    }
    try (JarFile opened = new JarFile(file.toFile())) {
      JarEntry bill = opened.getJarEntry("META-INF/sbom/citytally.cdx.json");
      if (bill == null) {
        throw new Bounds(command).refusal(file + " has no bill of materials");
      }
      List<Component> components = new ArrayList<>();
      try (InputStream in = opened.getInputStream(bill)) {
        addAll(components, new ObjectMapper().readTree(in), "");
      }
      return components;
    }
  }

  private static void addAll(List<Component> components, JsonNode holder, String within) {
    for (JsonNode each : holder.path("components")) {
      String purl = each.path("purl").asText();
      String name = each.path("name").asText();
      components.add(new Component(purl, purl.substring("pkg:maven/".length()) + within));
      addAll(components, each, ", within " + name);
    }
  }

  private record Component(String purl, String name) {}
}
