package io.citytally.count;

import io.citytally.vote.Choice;
import io.citytally.vote.RepeatedTexts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Writes records with texts, each after its length in UTF-8.
 *
 * <p>An election has few regions and improvements, and each vote names some. So each of them is
 * made once when it is read, which also gives it its hash code once. What was read is remembered
 * here: as Flink has it, each of those that read has a {@link #duplicate} of its own.
 *
 * @param <T> a class whose objects are never changed once they are sent
 */
abstract class TextRecordSerializer<T> extends RecordSerializer<T> {

  private static final long serialVersionUID = 1L;

  private static final int MIN_ROOM = 1_024;

  private transient @Nullable RepeatedTexts<String> known;
  private transient byte @Nullable [] read;

  @Override
  public abstract TextRecordSerializer<T> duplicate();

  /**
   * @param text of at most 65,535 bytes in UTF-8, without unpaired surrogates: as {@link
   *     io.citytally.vote.VoteText} allows it, so at most 1,024
   */
  static void writeText(String text, DataOutputView target) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    target.writeShort(utf8.length);
    target.write(utf8);
  }

  static void writeChoice(Choice choice, DataOutputView target) throws IOException {
    writeText(choice.region, target);
    writeText(choice.improvement, target);
  }

  final String readText(DataInputView source) throws IOException {
    int length = source.readUnsignedShort();
    if (known == null) {
      known = new RepeatedTexts<>(Function.identity());
    }
    if (read == null || read.length < length) {
      read = new byte[Math.max(length, MIN_ROOM)];
    }
    source.readFully(read, 0, length);
    String text = known.of(read, 0, length);
    return text == null ? new String(read, 0, length, StandardCharsets.UTF_8) : text;
  }

  final Choice readChoice(DataInputView source) throws IOException {
    return new Choice(readText(source), readText(source));
  }
}
