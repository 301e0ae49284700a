package io.citytally.local.proofs;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Takes what a command says, and shows it if the test fails. */
public final class SaidOnFailure implements TestExecutionExceptionHandler {

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);

  /** Where the command says it. */
  public PrintStream out() {
    return out;
  }

  @Override
  public void handleTestExecutionException(ExtensionContext test, Throwable failure)
      throws Throwable {
    failure.addSuppressed(new AssertionError("It said:\n" + said.toString(StandardCharsets.UTF_8)));
    throw failure;
  }
}
