package io.citytally.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.Choice;
import io.citytally.vote.Side;
import io.citytally.vote.VoteChange;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordSerializerTest {

  private static final ChangeIdentity IDENTITY =
      new ChangeIdentity(1_700_000_000_000_000L, Long.MIN_VALUE, -1);
  private static final Choice LONG_NAME = new Choice("\uD83C\uDF33".repeat(256), "x");
  private static final Choice FOREIGN = new Choice("Vieux-Môle", "図書館");

  /** Some objects of each type, which have every field set, or not. */
  private record Type<T>(TypeInformation<T> type, List<T> objects) {

    TypeSerializer<T> serializer() {
      return type.createSerializer(new SerializerConfigImpl());
    }

    @Override
    public String toString() {
      return type.toString();
    }
  }

  static Stream<Type<?>> types() {
    return Stream.of(
        new Type<>(ChangeIdentitySerializer.TYPE, List.of(IDENTITY, new ChangeIdentity(0, 1, 2))),
        new Type<>(
            MemoryKeySerializer.TYPE,
            List.of(MemoryKey.of(IDENTITY), MemoryKey.of(new ChangeIdentity(0, 1, -2)))),
        new Type<>(ChoiceSerializer.TYPE, List.of(LONG_NAME, FOREIGN)),
        new Type<>(
            VoteChangeSerializer.TYPE,
            List.of(
                new VoteChange(IDENTITY, 7, FOREIGN, LONG_NAME, 8, 9),
                new VoteChange(IDENTITY, -7, null, FOREIGN, 8, 9),
                new VoteChange(IDENTITY, 7, FOREIGN, null, 8, -9).recastable(),
                new VoteChange(IDENTITY, 7, FOREIGN, null, 8, 9).only(Side.OLD_TURNOUT),
                new VoteChange(IDENTITY, 7, null, FOREIGN, 8, 9).only(Side.NEW_TURNOUT),
                new VoteChange(IDENTITY, 7, null, FOREIGN, 8, 9).unlisted())),
        new Type<>(
            KeyIncrementSerializer.TYPE,
            List.of(new KeyIncrement(FOREIGN, 3, 0), new KeyIncrement(LONG_NAME, 0, -1))),
        new Type<>(
            ChoiceChangeSerializer.TYPE,
            List.of(
                ChoiceChange.taken(new VoteChange(IDENTITY, 7, null, FOREIGN, 8, 9)),
                ChoiceChange.left(new VoteChange(IDENTITY, 7, LONG_NAME, FOREIGN, -8, 9)))));
  }

  @ParameterizedTest
  @MethodSource("types")
  <T> void readsWhatItWrote(Type<T> type) throws IOException {
    assertThatAllAreIn(type, write(type));
  }

  @ParameterizedTest
  @MethodSource("types")
  <T> void copiesWhatItWrote(Type<T> type) throws IOException {
    DataInputDeserializer source = write(type);
    DataOutputSerializer copied = new DataOutputSerializer(16);
    for (int i = 0; i < type.objects().size(); i++) {
      type.serializer().copy(source, copied);
    }

    assertThat(source.available()).isZero();
    assertThatAllAreIn(type, new DataInputDeserializer(copied.getCopyOfBuffer()));
  }

  private static <T> DataInputDeserializer write(Type<T> type) throws IOException {
    DataOutputSerializer written = new DataOutputSerializer(16);
    for (T object : type.objects()) {
      type.serializer().serialize(object, written);
    }
    return new DataInputDeserializer(written.getCopyOfBuffer());
  }

  private static <T> void assertThatAllAreIn(Type<T> type, DataInputDeserializer source)
      throws IOException {
    TypeSerializer<T> serializer = type.serializer();
    for (T object : type.objects()) {
      assertThat(serializer.deserialize(serializer.createInstance(), source))
          .usingRecursiveComparison()
          .isEqualTo(object);
    }
    assertThat(source.available()).isZero();
  }

  @ParameterizedTest
  @MethodSource("types")
  <T> void writesAsManyBytesAsItSays(Type<T> type) throws IOException {
    int length = type.serializer().getLength();
    for (T object : type.objects()) {
      DataOutputSerializer written = new DataOutputSerializer(16);
      type.serializer().serialize(object, written);

      assertThat(length).isIn(-1, written.length());
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  <T> void isFoundAgainThroughASnapshot(Type<T> type) throws IOException {
    TypeSerializerSnapshot<T> snapshot = type.serializer().snapshotConfiguration();
    DataOutputSerializer written = new DataOutputSerializer(16);
    TypeSerializerSnapshot.writeVersionedSnapshot(written, snapshot);

    TypeSerializerSnapshot<T> read =
        TypeSerializerSnapshot.readVersionedSnapshot(
            new DataInputDeserializer(written.getCopyOfBuffer()), getClass().getClassLoader());

    assertThat(read.restoreSerializer()).isEqualTo(type.serializer());
    assertThat(
            type.serializer()
                .snapshotConfiguration()
                .resolveSchemaCompatibility(read)
                .isCompatibleAsIs())
        .isTrue();
  }

  @Test
  void aTextThatRepeatsIsMadeOnceByEachReader() throws IOException {
    DataOutputSerializer written = new DataOutputSerializer(16);
    new ChoiceSerializer().serialize(FOREIGN, written);
    byte[] bytes = written.getCopyOfBuffer();
    TypeSerializer<Choice> reader =
        ChoiceSerializer.TYPE.createSerializer(new SerializerConfigImpl());
    TypeSerializer<Choice> other = reader.duplicate();

    Choice first = reader.deserialize(new DataInputDeserializer(bytes));
    Choice second = reader.deserialize(new DataInputDeserializer(bytes));
    Choice others = other.deserialize(new DataInputDeserializer(bytes));

    assertThat(second.region).isSameAs(first.region);
    assertThat(second.improvement).isSameAs(first.improvement);
    assertThat(others).isEqualTo(first);
    assertThat(others.region).isNotSameAs(first.region);
  }

  @Test
  void typesAreTheSameOnlyForTheSameClass() {
    assertThat(ChoiceSerializer.TYPE)
        .isEqualTo(new RecordType<>(Choice.class, new ChoiceSerializer()))
        .hasSameHashCodeAs(new RecordType<>(Choice.class, new ChoiceSerializer()))
        .isNotEqualTo(VoteChangeSerializer.TYPE)
        .hasToString("Choice");
    assertThat(ChoiceSerializer.TYPE.isKeyType()).isTrue();
    assertThat(ChoiceSerializer.TYPE.getTypeClass()).isEqualTo(Choice.class);
  }
}
