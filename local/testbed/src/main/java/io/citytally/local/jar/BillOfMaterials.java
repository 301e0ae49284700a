package io.citytally.local.jar;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * Writes down what a deployed jar is made of: a bill of materials of CycloneDX 1.6, and the texts
 * of the licences. The build runs it from its source, before anything of {@code local/} is
 * compiled.
 *
 * <p>It takes the jars of Maven's runtime class path, and their licences from the POMs next to
 * them, so it needs no network, and writes nothing that another build would write differently. (The
 * plugin that CycloneDX has for Maven is passed over where Maven is offline.)
 *
 * <p>Flink's connector for Kinesis is itself a jar of some fifty others, moved to packages of its
 * own, of which its POM says nothing any more: only its {@code NOTICE} lists them, by licence. They
 * stand beneath the connector, since a scanner for vulnerabilities has to find them there.
 */
final class BillOfMaterials {

  private static final String BUNDLING = "flink-connector-kinesis";
  private static final Pattern BUNDLED = Pattern.compile("- ([^:\\s]+):([^:\\s]+):([^:\\s]+)\\s*");
  private static final Pattern LICENCE_FILE =
      Pattern.compile("META-INF/[^/]*LICENSE[^/]*", Pattern.CASE_INSENSITIVE);

  private final ObjectNode bill = new ObjectMapper().createObjectNode();
  private final Path licences;
  private final Set<String> licenceTexts;

  private BillOfMaterials(Path licences, String ownLicence) {
    this.licences = licences;
    licenceTexts = new HashSet<>(Set.of(ownLicence));
  }

  /**
   * @param args the project's group, artifact and version; the file of its licence; the {@code
   *     META-INF} to write to; the class path, whose jars lie in a Maven repository
   */
  public static void main(String[] args) throws IOException {
    Path metaInf = Path.of(args[4]);
    BillOfMaterials made =
        new BillOfMaterials(
            Files.createDirectories(metaInf.resolve("licenses")),
            Files.readString(Path.of(args[3])));
    made.describe(args[0], args[1], args[2], args[5]);
    Path file = Files.createDirectories(metaInf.resolve("sbom")).resolve("citytally.cdx.json");
    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), made.bill);
  }

  private void describe(String group, String name, String version, String classPath)
      throws IOException {
    bill.put("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
    bill.put("bomFormat", "CycloneDX");
    bill.put("specVersion", "1.6");
    bill.put("version", 1);
    ObjectNode project = bill.putObject("metadata").putObject("component");
    component(project, "application", "", group, name, version, "Apache-2.0");
    ArrayNode components = bill.putArray("components");
    for (String file : classPath.split(File.pathSeparator)) {
      // The project's own modules are built, not fetched.
      if (file.endsWith(".jar") && !file.contains(File.separator + "target" + File.separator)) {
        describeJar(components, Path.of(file).toAbsolutePath());
      }
    }
  }

  /** A repository has a jar at {@code GROUP/ARTIFACT/VERSION/}, the group with slashes for dots. */
  private void describeJar(ArrayNode components, Path path) throws IOException {
    Path ofVersion = path.getParent();
    Pom pom = Pom.read(path.resolveSibling(path.getFileName().toString().replace(".jar", ".pom")));
    String name = ofVersion.getParent().getFileName().toString();
    ObjectNode component = components.addObject();
    component(
        component,
        "library",
        "",
        pom.group(),
        name,
        ofVersion.getFileName().toString(),
        spdx(pom.licences(repository(ofVersion, pom.group()))));
    ObjectNode hash = component.putArray("hashes").addObject();
    hash.put("alg", "SHA-256");
    hash.put("content", sha256(Files.readAllBytes(path)));
    try (JarFile jar = new JarFile(path.toFile())) {
      writeLicences(jar, name);
      if (name.equals(BUNDLING)) {
        describeBundled(jar, component.putArray("components"));
      }
    }
  }

  static Path repository(Path ofVersion, String group) {
    Path repository = ofVersion.getParent().getParent();
    for (int i = 0; i < group.split("\\.").length; i++) {
      repository = repository.getParent();
    }
    return repository;
  }

  private static void describeBundled(JarFile jar, ArrayNode components) throws IOException {
    String licence = null;
    for (String line : text(jar, jar.getJarEntry("META-INF/NOTICE")).lines().toList()) {
      if (line.startsWith("This project bundles the following dependencies under")) {
        licence = spdx(List.of(line));
      }
      Matcher bundled = BUNDLED.matcher(line);
      if (bundled.matches()) {
        // The same may be there once more, outside of the connector.
        String within = BUNDLING + "#";
        component(
            components.addObject(),
            "library",
            within,
            bundled.group(1),
            bundled.group(2),
            bundled.group(3),
            licence);
      }
    }
  }

  private static void component(
      ObjectNode component,
      String type,
      String within,
      String group,
      String name,
      String version,
      String licence) {
    String purl = "pkg:maven/" + group + "/" + name + "@" + version;
    component.put("type", type);
    component.put("bom-ref", within + purl);
    component.put("group", group);
    component.put("name", name);
    component.put("version", version);
    component.putArray("licenses").addObject().putObject("license").put("id", licence);
    component.put("purl", purl);
  }

  /**
   * The identifier (spdx.org/licenses) of a licence that people call by many names; of several that
   * one may choose from, the first that is known here.
   */
  private static String spdx(List<String> called) {
    return called.stream()
        .flatMap(each -> spdx(each).stream())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("which licence is that: " + called));
  }

  private static Optional<String> spdx(String called) {
    if (called.contains("Apache") && called.contains("2.0")) {
      return Optional.of("Apache-2.0");
    } else if (called.contains("MIT-0")) {
      return Optional.of("MIT-0");
    } else if (called.contains("MIT")) {
      return Optional.of("MIT");
    } else if (called.contains("BSD") || called.contains("Eclipse Distribution License")) {
      return Optional.of("BSD-3-Clause");
    }
    return Optional.empty();
  }

  /** Each text once, under the name of the first artifact that has it. */
  private void writeLicences(JarFile jar, String artifact) throws IOException {
    for (JarEntry entry : jar.stream().toList()) {
      if (LICENCE_FILE.matcher(entry.getName()).matches()) {
        String text = text(jar, entry);
        if (licenceTexts.add(text)) {
          String file = entry.getName().substring("META-INF/".length());
          Files.writeString(licences.resolve(artifact + "-" + file), text);
        }
      }
    }
  }

  private static String text(JarFile jar, JarEntry entry) throws IOException {
    return new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** What an artifact says of itself, or leaves to its parent. */
  record Pom(Path file, Element project) {

    static Pom read(Path file) throws IOException {
      try {
        return new Pom(
            file,
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file.toFile())
                .getDocumentElement());
      } catch (ParserConfigurationException | SAXException e) {
        throw new IOException(file + " can't be read", e);
      }
    }

    String group() {
      String own = text(project, "groupId");
      return own == null ? text(child(project, "parent"), "groupId") : own;
    }

    /** The names of its licences, of which a user may choose one. */
    List<String> licences(Path repository) throws IOException {
      Element licences = child(project, "licenses");
      if (licences != null) {
        return children(licences, "license").map(licence -> text(licence, "name")).toList();
      }
      Element parent = child(project, "parent");
      if (parent == null) {
        throw new IllegalStateException(file + " says nothing of a licence");
      }
      String artifact = text(parent, "artifactId");
      String version = text(parent, "version");
      return read(repository
              .resolve(text(parent, "groupId").replace('.', '/'))
              .resolve(artifact)
              .resolve(version)
              .resolve(artifact + "-" + version + ".pom"))
          .licences(repository);
    }

    private static String text(Element parent, String name) {
      Element child = child(parent, name);
      return child == null ? null : child.getTextContent().strip();
    }

    private static Element child(Element parent, String name) {
      return children(parent, name).findFirst().orElse(null);
    }

    private static Stream<Element> children(Element parent, String name) {
      return Stream.iterate(parent.getFirstChild(), node -> node != null, Node::getNextSibling)
          .filter(node -> node.getNodeName().equals(name))
          .map(Element.class::cast);
    }
  }
}
