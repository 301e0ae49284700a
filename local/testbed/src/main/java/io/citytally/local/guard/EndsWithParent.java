package io.citytally.local.guard;

import java.io.IOException;
import java.util.Arrays;

/**
 * Runs another main class, and ends the process when its parent has ended, however that came about.
 * The parent holds the other end of the standard input, which ends with it, also by {@code kill
 * -9}.
 */
public final class EndsWithParent {

  private static final int STATUS = 1;

  private EndsWithParent() {}

  /**
   * @param args the name of the other class, and its arguments
   */
  public static void main(String[] args) throws Exception {
    Thread watch = new Thread(EndsWithParent::awaitEnd, "parent-watch");
    watch.setDaemon(true);
    watch.start();
    Class.forName(args[0])
        .getMethod("main", String[].class)
        .invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
  }

  private static void awaitEnd() {
    try {
      while (System.in.read() != -1) {
        // Nobody says anything here.
      }
    } catch (IOException e) {
      // So nobody is there any more.
    }
    // No shutdown hooks: nobody is left to wait for them.
    Runtime.getRuntime().halt(STATUS);
  }
}
