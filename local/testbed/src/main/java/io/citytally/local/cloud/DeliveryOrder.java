package io.citytally.local.cloud;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Decides in which order and how often changes reach the stream: as they come, or, on purpose, out
 * of order and twice.
 *
 * <p>Each delivery is due when some number of later changes has come. So a change is overtaken only
 * by those that come less than {@code shuffle} after it, and its copy comes up to {@link
 * #COPY_WITHIN} changes later.
 */
final class DeliveryOrder {

  /** How many changes may lie between a change and its copy, beyond the shuffling. */
  static final int COPY_WITHIN = 1_000;

  private final double duplicates;
  private final int shuffle;
  private final Random random;
  private final PriorityQueue<Delivery> waiting =
      new PriorityQueue<>(
          Comparator.comparingLong(Delivery::due).thenComparingLong(Delivery::number));

  private long arrived;
  private long numbered;
  private long copies;

  /**
   * @param duplicates the fraction that is delivered twice, from 0 to 1
   * @param shuffle how far out of order, in changes; 0 for none
   */
  DeliveryOrder(double duplicates, int shuffle, Random random) {
    if (!(duplicates >= 0 && duplicates <= 1)) {
      throw new IllegalArgumentException("duplicates are a fraction from 0 to 1: " + duplicates);
    }
    if (shuffle < 0) {
      throw new IllegalArgumentException("a shuffle is 0 or more changes wide: " + shuffle);
    }
    this.duplicates = duplicates;
    this.shuffle = shuffle;
    this.random = random;
  }

  /** Takes a change and hands over what is due. */
  void accept(ChangeRecord change, Consumer<ChangeRecord> deliver) {
    long due = arrived + (shuffle == 0 ? 0 : random.nextInt(shuffle));
    waiting.add(new Delivery(due, numbered++, change));
    if (duplicates > 0 && random.nextDouble() < duplicates) {
      ChangeRecord copy =
          change.withEventId(new UUID(random.nextLong(), random.nextLong()).toString());
      waiting.add(new Delivery(due + 1 + random.nextInt(COPY_WITHIN), numbered++, copy));
      copies++;
    }
    while (!waiting.isEmpty() && waiting.peek().due() <= arrived) {
      deliver.accept(waiting.remove().change());
    }
    arrived++;
  }

  /** Hands over all that is left. */
  void drain(Consumer<ChangeRecord> deliver) {
    while (!waiting.isEmpty()) {
      deliver.accept(waiting.remove().change());
    }
  }

  /** The copies that are, or will be, delivered. */
  long copies() {
    return copies;
  }

  private record Delivery(long due, long number, ChangeRecord change) {}
}
