package io.citytally.local.fuzz;

/**
 * What Jazzer calls, by these names, within the virtual machine that it watches: hands each input
 * to the target whose class is the one argument.
 */
public final class JazzerDriver {

  private static FuzzTarget target;

  private JazzerDriver() {}

  /** Called once. */
  public static void fuzzerInitialize(String[] arguments) throws ClassNotFoundException {
    target = FuzzJob.make(Class.forName(arguments[0]));
  }

  /** Called for each input. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    target.accept(input);
  }

  /** Called at the end. */
  public static void fuzzerTearDown() throws Exception {
    target.close();
  }
}
