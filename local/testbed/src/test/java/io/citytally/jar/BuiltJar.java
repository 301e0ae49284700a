package io.citytally.jar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** A jar that the build has just made. */
final class BuiltJar implements AutoCloseable {

  private final Path path;
  private final JarFile jar;

  private BuiltJar(Path path) throws IOException {
    this.path = path;
    jar = new JarFile(path.toFile(), false);
  }

  /** The job's, for Managed Flink. */
  static final Path JOB = Path.of("src/job/target/citytally-job.jar");

  /** The web application's, for Lambda. */
  static final Path WEB = Path.of("src/web/target/citytally-web.jar");

  /** The operators' own. */
  static final Path CLI = Path.of("src/cli/target/citytally.jar");

  static BuiltJar at(Path path) throws IOException {
    assertThat(path).as("made by mvn package").isRegularFile();
    return new BuiltJar(path);
  }

  JarFile file() {
    return jar;
  }

  long bytes() throws IOException {
    return Files.size(path);
  }

  List<String> files() {
    return jar.stream().filter(entry -> !entry.isDirectory()).map(JarEntry::getName).toList();
  }

  List<String> filesIn(String... directories) {
    return files().stream()
        .filter(file -> Stream.of(directories).anyMatch(file::startsWith))
        .toList();
  }

  String text(String file) throws IOException {
    return new String(bytesOf(file), StandardCharsets.UTF_8);
  }

  byte[] bytesOf(String file) throws IOException {
    try (InputStream in = jar.getInputStream(jar.getEntry(file))) {
      return in.readAllBytes();
    }
  }

  String sha256() throws IOException {
    return sha256(Files.readAllBytes(path));
  }

  /** The hash of each file in the jar, so that one sees which differs. */
  Map<String, String> digests() throws IOException {
    Map<String, String> digests = new LinkedHashMap<>();
    for (String file : files()) {
      digests.put(file, sha256(bytesOf(file)));
    }
    return digests;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * @param version of class files, as the JVM's specification numbers them (chapter 4.1)
   */
  List<String> classesNewerThan(int version) throws IOException {
    List<String> newer = new ArrayList<>();
    for (String file : files()) {
      if (file.endsWith(".class") && versionOf(file) > version) {
        newer.add(file);
      }
    }
    return newer;
  }

  private int versionOf(String classFile) throws IOException {
    try (DataInputStream in = new DataInputStream(jar.getInputStream(jar.getEntry(classFile)))) {
      in.readInt();
      in.readUnsignedShort();
      return in.readUnsignedShort();
    }
  }

  @Override
  public void close() throws IOException {
    jar.close();
  }
}
