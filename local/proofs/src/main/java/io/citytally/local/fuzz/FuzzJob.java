package io.citytally.local.fuzz;

import java.util.List;

/**
 * A target and its share of the work.
 *
 * @param name by which it is chosen, and its directory is called
 * @param share of the inputs, in percent
 */
record FuzzJob(String name, Class<? extends FuzzTarget> target, int share) {

  /** All there are. Where strangers write, most is tried; their shares make 100. */
  static final List<FuzzJob> ALL =
      List.of(
          new FuzzJob("decoder", DecoderTarget.class, 20),
          new FuzzJob("scanner", ScannerTarget.class, 10),
          new FuzzJob("web", WebTarget.class, 30),
          new FuzzJob("election", ElectionTarget.class, 10),
          new FuzzJob("ballot", BallotTarget.class, 5),
          new FuzzJob("configuration", ConfigurationTarget.class, 10),
          new FuzzJob("snapshot", SnapshotTarget.class, 15));

  /**
   * @throws IllegalArgumentException if the target can't be made
   */
  static FuzzTarget make(Class<?> target) {
    try {
      return (FuzzTarget) target.getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("can't make " + target, e);
    }
  }
}
