package io.citytally.local.system;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the archive from which the next start takes the libraries' classes, ready to use (class
 * data sharing): the first vote is then counted in two thirds of the time.
 *
 * <p>Java takes ten seconds to make it, so a separate process of the lowest priority does that,
 * once the system has been running for a while. It is made from the list of the classes that this
 * start has loaded, which {@code local/citytally} has Java write where there is no archive yet. A
 * system that stops earlier makes none, and its next run tries again.
 */
public final class ClassArchive implements AutoCloseable {

  /** The property that names the archive to make. The list of classes lies next to it. */
  public static final String PROPERTY = "citytally.archive";

  private static final Logger LOG = LoggerFactory.getLogger(ClassArchive.class);

  private static final String LIST_SUFFIX = ".classes";

  /** Java 17 crashes when it archives the classes that it makes for lambda expressions. */
  private static final String LAMBDA = "@";

  private final Path archive;
  private final List<Path> libraries;
  private final Thread maker;
  private @Nullable Process java;
  private volatile boolean closed;

  /**
   * @param archive the file to make
   * @param libraries the class path as far as it consists of jars, which must come first on it
   * @param settling how long to wait before
   */
  ClassArchive(Path archive, List<Path> libraries, Duration settling) {
    this.archive = archive;
    this.libraries = List.copyOf(libraries);
    maker = new Thread(() -> make(settling), "class-archive");
    maker.setDaemon(true);
  }

  /** Returns the archive to make if this start found none; empty if it found one. */
  public static Optional<ClassArchive> lacking(Duration settling) {
    return Optional.ofNullable(System.getProperty(PROPERTY))
        .map(archive -> new ClassArchive(Path.of(archive), libraries(), settling));
  }

  private static List<Path> libraries() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(Files::isRegularFile)
        .toList();
  }

  /** Begins to wait, and then makes the archive, in a thread of its own. */
  public ClassArchive start() {
    maker.start();
    return this;
  }

  /** Waits until the archive is made, or could not be. */
  void join() throws InterruptedException {
    maker.join();
  }

  private void make(Duration settling) {
    Path unfinished = archive.resolveSibling(archive.getFileName() + ".unfinished");
    Path classes = archive.resolveSibling(archive.getFileName() + ".list");
    try {
      Thread.sleep(settling.toMillis());
      Files.write(classes, classesOfLibraries());
      if (begin(classes, unfinished) && succeeds()) {
        Files.move(unfinished, archive, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("No archive of classes: the next start takes as long as this one", e);
    } catch (InterruptedException e) {
      // The system stops.
    } finally {
      delete(unfinished);
      delete(classes);
    }
  }

  /** The project's own classes lie in directories, which Java does not archive. */
  private List<String> classesOfLibraries() throws IOException {
    try (Stream<String> lines = Files.lines(listOf(archive))) {
      return lines
          .filter(line -> !line.startsWith(LAMBDA) && !line.startsWith("io/citytally/"))
          .toList();
    }
  }

  static Path listOf(Path archive) {
    return Path.of(archive.toString().replaceFirst("\\.jsa$", LIST_SUFFIX));
  }

  private synchronized boolean begin(Path classes, Path unfinished) throws IOException {
    if (closed) {
      return false;
    }
    java =
        new ProcessBuilder(
                "nice",
                "-n",
                "19",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:dump",
                "-XX:+UseSerialGC",
                "-XX:ErrorFile=" + archive.resolveSibling("archive-error.log"),
                "-XX:SharedClassListFile=" + classes,
                "-XX:SharedArchiveFile=" + unfinished,
                "-cp",
                libraries.stream()
                    .map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator)))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return true;
  }

  private boolean succeeds() throws InterruptedException {
    Process process;
    synchronized (this) {
      process = java;
    }
    int status = process == null ? 1 : process.waitFor();
    if (status != 0 && !closed) {
      LOG.warn("No archive of classes: Java ended with status {} while making it", status);
    }
    return status == 0;
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("Could not delete {}", file, e);
    }
  }

  /** Stops making it, and leaves nothing half done. */
  @Override
  public void close() throws InterruptedException {
    synchronized (this) {
      closed = true;
      if (java != null) {
        java.destroyForcibly().waitFor();
      }
      maker.interrupt();
    }
    maker.join();
  }
}
