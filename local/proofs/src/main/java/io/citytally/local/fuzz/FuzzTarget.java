package io.citytally.local.fuzz;

import java.util.List;

/**
 * A place where the system takes in what others write, and the promises that it keeps there for
 * anything that they write. Has a public constructor without parameters, and is used by one thread.
 */
public interface FuzzTarget extends AutoCloseable {

  /**
   * Hands the input in, and checks what comes of it.
   *
   * @throws Exception that the system must not throw
   * @throws AssertionError if another promise is broken
   */
  void accept(byte[] input) throws Exception;

  /** Inputs to begin with: of each kind one that is in order, and the traps that are known. */
  List<byte[]> seeds();

  /** Words that mean something here, of which the fuzzer makes use. */
  List<String> words();

  /**
   * @throws AssertionError unless it is kept
   */
  static void promise(boolean kept, String promise) {
    if (!kept) {
      throw new AssertionError("broken: " + promise);
    }
  }
}
