package io.citytally.source;

import io.citytally.vote.Choice;
import java.util.Collection;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The choices that one reader of the stream knows to count. It answers from memory, and never
 * waits. If a choice isn't known here, it may still count: {@link AdmitSides} decides.
 */
interface KnownChoices {

  /**
   * Since when the choice is known, in milliseconds since the epoch; null if it isn't.
   *
   * @param clock in milliseconds since the epoch
   * @throws RuntimeException if the ballot can't be read, and trying again can't help
   */
  @Nullable Long since(Choice choice, LongSupplier clock);

  /**
   * Returns the choices that this reader puts into a snapshot: those that it has admitted itself,
   * and its share of those that it was told. After a restart, every reader is told all of them.
   *
   * @param reader the number of this reader, from 0
   * @param readers how many there are
   */
  Collection<Choice> toKeep(int reader, int readers);
}
