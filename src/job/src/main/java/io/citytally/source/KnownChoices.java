package io.citytally.source;

import io.citytally.vote.Choice;
import java.util.Collection;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The choices that one reader of the stream knows to count. It answers from memory, and never
 * waits: that a choice isn't known here says nothing, {@link AdmitSides} decides.
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
   * What of it belongs to a snapshot, of which every reader is told after a restart. Each reader
   * keeps what it has admitted itself, and its share of what it was told.
   *
   * @param reader the number of this reader, from 0
   * @param readers how many there are
   */
  Collection<Choice> toKeep(int reader, int readers);
}
