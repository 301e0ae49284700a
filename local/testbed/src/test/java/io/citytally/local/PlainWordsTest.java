package io.citytally.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Everything that a person reads here is in plain English: some words and beginnings never are. */
class PlainWordsTest {

  private static final Pattern AVOIDED =
      Pattern.compile(
          "\\b(whoever|anew|beside|reckon(s|ed|ing)?|therein|be it|meanwhile|for ever|what is so"
              + "|to no effect|whatever|and is done|on the average)\\b",
          Pattern.CASE_INSENSITIVE);

  /** Comments and their lines begin with a subject. */
  private static final Pattern WITHOUT_SUBJECT =
      Pattern.compile("\\s*(/\\*\\*|\\*|//|#) (Of|Also|Not so|Those of) .*");

  private static final Pattern READ =
      Pattern.compile(".*\\.(md|java|js|json|html|css|yaml|properties|xml)|[a-z-]+");

  private static final Set<String> NOT_OURS = Set.of("target", "node_modules", ".git", ".pages");

  @Test
  void nothingIsWrittenInWordsThatNobodySays() throws IOException {
    List<String> found = new ArrayList<>();
    List<Path> files = filesOf(Path.of(""));

    for (Path file : files) {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (AVOIDED.matcher(lines.get(i)).find()
            || WITHOUT_SUBJECT.matcher(lines.get(i)).matches()) {
          found.add(file + ":" + (i + 1) + ": " + lines.get(i).strip());
        }
      }
    }

    assertThat(files).hasSizeGreaterThan(500);
    assertThat(found).as("CONTRIBUTING.md says how we write").isEmpty();
  }

  private static List<Path> filesOf(Path home) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        home,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes ignored) {
            return NOT_OURS.contains(directory.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes ignored) {
            String name = file.getFileName().toString();
            if (READ.matcher(name).matches()
                && !name.equals("package-lock.json")
                && !name.equals("PlainWordsTest.java")) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }
}
