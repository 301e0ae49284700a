package io.citytally.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * Holds {@code docs/errors.md} to the code: every message of an error that a person can cause, read
 * from the sources. So all of them can be read at a glance, and a change of one is seen.
 */
class ErrorsPageTest {

  /** What is told to a person, and not to a programmer. */
  private static final Set<String> TOLD =
      Set.of(
          "BallotFileException",
          "CannotStartException",
          "ChangedEpochException",
          "ChangedPositionException",
          "ChangedSourceException",
          "InvalidConfigurationException",
          "MissingBallotException",
          "MissingPriceException",
          "OutdatedEpochException",
          "PabulibException",
          "ParameterException",
          "RefusedElectionException",
          "RulesException",
          "TypeConversionException");

  private static final String VARIABLE = "…";

  @Test
  void thePageHasEveryMessageAndNoOther() throws IOException {
    String page = Files.readString(Path.of("docs/errors.md"));

    String messages = asMarkdown(messagesByProgram());

    assertThat(page).as("the list should be%n%s", messages).endsWith(messages);
  }

  private static String asMarkdown(SortedMap<String, SortedMap<String, Set<String>>> programs) {
    StringBuilder markdown = new StringBuilder();
    programs.forEach(
        (program, classes) -> {
          markdown.append("\n## ").append(program).append("\n");
          classes.forEach(
              (name, messages) -> {
                markdown.append("\n`").append(name).append("`\n\n");
                messages.forEach(message -> markdown.append("- ").append(message).append("\n"));
              });
        });
    return markdown.toString();
  }

  private static SortedMap<String, SortedMap<String, Set<String>>> messagesByProgram()
      throws IOException {
    SortedMap<String, SortedMap<String, Set<String>>> programs = new TreeMap<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      for (Path sources : sources()) {
        JavacTask task =
            (JavacTask)
                compiler.getTask(
                    null, files, null, null, null, files.getJavaFileObjectsFromPaths(in(sources)));
        for (CompilationUnitTree unit : task.parse()) {
          Path file = Path.of(unit.getSourceFile().toUri()).getFileName();
          Set<String> messages = messagesIn(unit);
          if (!messages.isEmpty()) {
            programs
                .computeIfAbsent(sources.subpath(0, 2).toString(), any -> new TreeMap<>())
                .put(file.toString().replace(".java", ""), messages);
          }
        }
      }
    }
    return programs;
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> modules =
        Stream.concat(Files.list(Path.of("src")), Files.list(Path.of("local")))) {
      return modules
          .map(module -> module.resolve("src/main/java"))
          .filter(Files::isDirectory)
          .sorted()
          .toList();
    }
  }

  private static List<Path> in(Path sources) throws IOException {
    try (Stream<Path> files = Files.walk(sources)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  private static Set<String> messagesIn(CompilationUnitTree unit) {
    Set<String> makers = new HashSet<>();
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitMethod(MethodTree method, Void nothing) {
        if (method.getReturnType() != null && TOLD.contains(method.getReturnType().toString())) {
          makers.add(method.getName().toString());
        }
        return super.visitMethod(method, null);
      }
    }.scan(unit, null);
    Set<String> messages = new TreeSet<>();
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitNewClass(NewClassTree made, Void nothing) {
        if (TOLD.contains(made.getIdentifier().toString())) {
          add(made.getArguments());
        }
        return super.visitNewClass(made, null);
      }

      @Override
      public Void visitMethodInvocation(MethodInvocationTree call, Void nothing) {
        String name = call.getMethodSelect().toString();
        if (makers.contains(name) || (name.equals("super") && TOLD.contains(nameOf(unit)))) {
          add(call.getArguments());
        }
        return super.visitMethodInvocation(call, null);
      }

      private void add(List<? extends ExpressionTree> arguments) {
        String message =
            arguments.stream()
                .filter(ErrorsPageTest::isText)
                .map(ErrorsPageTest::template)
                .collect(Collectors.joining(" | "))
                .strip();
        if (message.contains(" ")) {
          messages.add(message.replace("\n", " ⏎ "));
        }
      }
    }.scan(unit, null);
    return messages;
  }

  private static String nameOf(CompilationUnitTree unit) {
    return Path.of(unit.getSourceFile().getName()).getFileName().toString().replace(".java", "");
  }

  private static boolean isText(Tree tree) {
    if (tree instanceof LiteralTree literal) {
      return literal.getValue() instanceof String;
    } else if (tree instanceof BinaryTree binary) {
      return binary.getKind() == Tree.Kind.PLUS
          && (isText(binary.getLeftOperand()) || isText(binary.getRightOperand()));
    } else if (tree instanceof ConditionalExpressionTree choice) {
      return isText(choice.getTrueExpression()) || isText(choice.getFalseExpression());
    } else if (tree instanceof ParenthesizedTree inner) {
      return isText(inner.getExpression());
    } else if (tree instanceof MethodInvocationTree call) {
      return call.getArguments().stream().anyMatch(ErrorsPageTest::isText)
          || call.getMethodSelect().toString().endsWith(".formatted");
    }
    return false;
  }

  /** The text with a sign for each part that is not known before the program runs. */
  private static String template(Tree tree) {
    if (tree instanceof LiteralTree literal) {
      return String.valueOf(literal.getValue());
    } else if (tree instanceof BinaryTree binary && isText(binary)) {
      return (template(binary.getLeftOperand()) + template(binary.getRightOperand()))
          .replace(VARIABLE + VARIABLE, VARIABLE);
    } else if (tree instanceof ConditionalExpressionTree choice && isText(choice)) {
      return "("
          + template(choice.getTrueExpression())
          + "/"
          + template(choice.getFalseExpression())
          + ")";
    } else if (tree instanceof ParenthesizedTree inner) {
      return template(inner.getExpression());
    } else if (tree instanceof MethodInvocationTree call
        && call.getMethodSelect() instanceof MemberSelectTree method) {
      if (method.toString().equals("String.format")) {
        return filled(call.getArguments().get(0));
      } else if (method.getIdentifier().contentEquals("formatted")) {
        return filled(method.getExpression());
      }
    }
    return VARIABLE;
  }

  private static String filled(Tree format) {
    return template(format).replaceAll("%(\\d+\\$|\\.\\d+)?[a-z]", VARIABLE);
  }
}
