package io.citytally.count;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes the fields of a class one after another, nothing else: for what goes through a shuffle
 * with each vote, where Flink's serializer for POJOs, which goes by reflection and writes a flag
 * for each field, costs as much as parsing the record.
 *
 * <p>There is no evolution: another layout is another serializer. That is right for what is only on
 * its way, and for keys, which Flink doesn't let evolve either.
 *
 * @param <T> a class whose objects are never changed once they are sent
 */
abstract class RecordSerializer<T> extends TypeSerializerSingleton<T> {

  private static final long serialVersionUID = 1L;

  @Override
  public abstract void serialize(T record, DataOutputView target) throws IOException;

  @Override
  public abstract T deserialize(DataInputView source) throws IOException;

  @Override
  public final T deserialize(T reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public final void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  @Override
  public final T copy(T from) {
    return from;
  }

  @Override
  public final T copy(T from, T reuse) {
    return from;
  }

  /** True: a receiver may keep one. */
  @Override
  public final boolean isImmutableType() {
    return true;
  }

  /** Returns -1, for the length varies, unless a subclass says otherwise. */
  @Override
  public int getLength() {
    return -1;
  }
}
