package io.citytally.cli.cost;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class ItemSizeTest {

  @Test
  void addsUpNamesAndValuesInUtf8() {
    assertThat(ItemSize.bytes(Map.of("id", AttributeValue.fromS("Môle")))).isEqualTo(2 + 5);
  }

  @Test
  void countsAByteForTwoDigitsAndOneMore() {
    assertThat(ItemSize.bytes(Map.of("n", AttributeValue.fromN("1")))).isEqualTo(1 + 2);
    assertThat(ItemSize.bytes(Map.of("n", AttributeValue.fromN("1234567")))).isEqualTo(1 + 5);
  }

  @Test
  void addsUpTheTextsOfASet() {
    assertThat(ItemSize.bytes(Map.of("set", AttributeValue.fromSs(List.of("a", "Môle")))))
        .isEqualTo(3 + 1 + 5);
  }

  @Test
  void countsWhatHoldsOthersTogether() {
    AttributeValue map = AttributeValue.fromM(Map.of("a", AttributeValue.fromS("bc")));

    assertThat(ItemSize.bytes(Map.of("l", AttributeValue.fromL(List.of(map)))))
        .isEqualTo(1 + 3 + 1 + (3 + 1 + 1 + 2));
  }

  @Test
  void takesAWriteUnitForEachKilobyteAndHalfAReadUnitForFour() {
    assertThat(ItemSize.writeUnits(1)).isEqualTo(1);
    assertThat(ItemSize.writeUnits(1024)).isEqualTo(1);
    assertThat(ItemSize.writeUnits(1025)).isEqualTo(2);
    assertThat(ItemSize.scanUnits(0)).isEqualTo(0.5);
    assertThat(ItemSize.scanUnits(4096)).isEqualTo(0.5);
    assertThat(ItemSize.scanUnits(4097)).isEqualTo(1);
  }
}
