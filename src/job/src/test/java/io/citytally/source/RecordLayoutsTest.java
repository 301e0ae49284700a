package io.citytally.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.source.RecordScanner.Field;
import io.citytally.vote.VoteText;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordLayoutsTest {

  private static final int MAX_LAYOUTS = 16;

  private final RecordLayouts layouts = new RecordLayouts();
  private final RecordValues values = new RecordValues();
  private final VoteRecord record = new VoteRecord();

  @Test
  void findsTheValuesOfARecordWhoseLayoutIsKnown() {
    learn("{'id':'<v1>','n':<7>}", Field.PLAIN_ID, Field.UNKNOWN_NUMBER);

    assertThat(find("{'id':'another','n':123}")).isNotNull();
    assertThat(values.size()).isEqualTo(2);
    assertThat(values.field(0)).isEqualTo(Field.PLAIN_ID);
    assertThat(values.from(0)).isEqualTo(7);
    assertThat(values.to(0)).isEqualTo(14);
    assertThat(values.field(1)).isEqualTo(Field.UNKNOWN_NUMBER);
    assertThat(values.from(1)).isEqualTo(20);
    assertThat(values.to(1)).isEqualTo(23);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{'id':'v1','n':7",
        "{'id':'v1','n':7}}",
        "{'id':'v1','m':7}",
        "{'id':'v1','n':'7'}",
        "{'id':7,'n':7}",
        "{'n':7,'id':'v1'}"
      })
  void findsNothingInAnotherLayout(String payload) {
    learn("{'id':'<v1>','n':<7>}", Field.PLAIN_ID, Field.UNKNOWN_NUMBER);

    assertThat(find(payload)).isNull();
  }

  @Test
  void keepsWhatTheRecordsOfALayoutShareAndNoValue() {
    record.eventName = VoteText.of("INSERT");
    record.tableName = VoteText.of("votes");
    record.precision = VoteText.of("MICROSECOND");
    record.hasDynamoDb = true;
    record.newImage = new VoteImage();
    record.newImage.id = VoteText.of("v1");
    record.keys.id = VoteText.of("v1");
    record.creationTime = 7;
    learn("{'id':'<v1>'}", Field.KEY_ID);

    VoteRecord found = find("{'id':'v2'}");

    assertThat(found.eventName).isEqualTo(record.eventName);
    assertThat(found.tableName).isEqualTo(record.tableName);
    assertThat(found.precision).isEqualTo(record.precision);
    assertThat(found.hasDynamoDb).isTrue();
    assertThat(found.newImage.id).isEqualTo(VoteText.MISSING);
    assertThat(found.oldImage).isNull();
    assertThat(found.keys.id).isEqualTo(VoteText.MISSING);
    assertThat(found.creationTime).isNegative();
  }

  /** A number may begin where a text has its quote. */
  @Test
  void triesTheOtherStepIfAValueDoesNotFit() {
    learn("{'n':<7>}", Field.UNKNOWN_NUMBER);
    learn("{'n':'<7>'}", Field.UNKNOWN_TEXT);

    assertThat(find("{'n':8}")).isNotNull();
    assertThat(find("{'n':'8'}")).isNotNull();
  }

  @Test
  void forgetsAllBeforeThereAreTooMany() {
    for (int i = 0; i < MAX_LAYOUTS; i++) {
      learn("{'id" + i + "':'<v1>'}", Field.UNKNOWN_TEXT);
    }
    assertThat(find("{'id0':'v2'}")).isNotNull();

    learn("{'id':'<v1>'}", Field.PLAIN_ID);

    assertThat(find("{'id0':'v2'}")).isNull();
    assertThat(find("{'id':'v2'}")).isNotNull();
  }

  @Test
  void doesNotLearnALongRecord() {
    learn("{'" + "n".repeat(4_096) + "':'<v1>'}", Field.UNKNOWN_TEXT);

    assertThat(find("{'" + "n".repeat(4_096) + "':'v1'}")).isNull();
  }

  /**
   * @param marked with its values in angle brackets
   */
  private void learn(String marked, Field... fields) {
    values.clear();
    int from = marked.indexOf('<');
    for (int i = 0; i < fields.length; i++) {
      int to = marked.indexOf('>', from);
      // The brackets before it are not in the payload.
      values.add(fields[i], from - 2 * i, to - 2 * i - 1);
      from = marked.indexOf('<', to);
    }
    layouts.learn(payload(marked.replaceAll("[<>]", "")), values, record);
  }

  private @Nullable VoteRecord find(String payload) {
    return layouts.find(payload(payload), values);
  }

  private static byte[] payload(String quoted) {
    return quoted.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }
}
