package io.citytally.local.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class ChangeRecordTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Map<String, AttributeValue> KEY = Map.of("id", AttributeValue.fromS("v1"));

  @Test
  void writesAVoteInTheDocumentedFormat() throws IOException {
    ChangeRecord cast =
        ChangeRecord.cast("votes", "v1", "42", "Nord", 1_700_000_000_123_456L).withEventId("e1");

    assertThat(JSON.readTree(cast.toJson()))
        .isEqualTo(
            JSON.readTree(
                """
                {"awsRegion": "us-east-1", "eventID": "e1", "eventName": "INSERT",
                 "userIdentity": null, "recordFormat": "application/json", "tableName": "votes",
                 "dynamodb": {
                   "ApproximateCreationDateTime": 1700000000123456,
                   "Keys": {"id": {"S": "v1"}},
                   "NewImage": {"id": {"S": "v1"}, "improvement": {"S": "42"},
                                "region": {"S": "Nord"}},
                   "SizeBytes": 31,
                   "ApproximateCreationDateTimePrecision": "MICROSECOND"},
                 "eventSource": "aws:dynamodb"}
                """));
  }

  @Test
  void writesABallotAndItsChange() throws IOException {
    CastBallot ballot = new CastBallot("v1", "Nord", List.of("42", "7"));
    CastBallot before = new CastBallot("v1", "Nord", List.of("42"));

    ChangeRecord cast = ChangeRecord.cast("votes", ballot, null, 1);
    ChangeRecord changed = ChangeRecord.cast("votes", ballot, before, 2);

    assertThat(cast.eventName()).isEqualTo("INSERT");
    assertThat(changed.eventName()).isEqualTo("MODIFY");
    assertThat(cast.sizeBytes()).isEqualTo(33);
    assertThat(changed.sizeBytes()).isEqualTo(61);
    assertThat(JSON.readTree(changed.toJson()).at("/dynamodb/NewImage"))
        .isEqualTo(
            JSON.readTree(
                """
                {"id": {"S": "v1"}, "region": {"S": "Nord"}, "improvements": {"SS": ["42", "7"]}}
                """));
    assertThat(JSON.readTree(changed.toJson()).at("/dynamodb/OldImage/improvements/SS/0").asText())
        .isEqualTo("42");
    assertThat(JSON.readTree(cast.toJson()).path("dynamodb").has("OldImage")).isFalse();
  }

  @Test
  void writesBothImagesOfAChange() throws IOException {
    ChangeRecord changed = new ChangeRecord("e", "MODIFY", "votes", 1, KEY, KEY, Map.of(), 0);
    ChangeRecord removed = new ChangeRecord("e", "REMOVE", "votes", 1, KEY, null, KEY, 0);

    assertThat(JSON.readTree(changed.toJson()).path("dynamodb").has("NewImage")).isTrue();
    assertThat(JSON.readTree(changed.toJson()).path("dynamodb").has("OldImage")).isTrue();
    assertThat(JSON.readTree(removed.toJson()).path("dynamodb").has("NewImage")).isFalse();
    assertThat(JSON.readTree(removed.toJson()).path("dynamodb").has("OldImage")).isTrue();
  }

  @Test
  void writesEveryTypeOfAttribute() throws IOException {
    Map<String, AttributeValue> item =
        Map.of(
            "n", AttributeValue.fromN("1.50"),
            "b", AttributeValue.fromB(SdkBytes.fromUtf8String("ab")),
            "bool", AttributeValue.fromBool(true),
            "null", AttributeValue.fromNul(true),
            "ss", AttributeValue.fromSs(List.of("a")),
            "ns", AttributeValue.fromNs(List.of("1", "2")),
            "bs", AttributeValue.fromBs(List.of(SdkBytes.fromUtf8String("ab"))),
            "m", AttributeValue.fromM(Map.of("x", AttributeValue.fromS("y"))),
            "l", AttributeValue.fromL(List.of(AttributeValue.fromN("1"))));
    ChangeRecord change = new ChangeRecord("e", "INSERT", "votes", 1, KEY, item, null, 0);

    assertThat(JSON.readTree(change.toJson()).path("dynamodb").path("NewImage"))
        .isEqualTo(
            JSON.readTree(
                """
                {"n": {"N": "1.50"}, "b": {"B": "YWI="}, "bool": {"BOOL": true},
                 "null": {"NULL": true}, "ss": {"SS": ["a"]}, "ns": {"NS": ["1", "2"]},
                 "bs": {"BS": ["YWI="]}, "m": {"M": {"x": {"S": "y"}}}, "l": {"L": [{"N": "1"}]}}
                """));
  }

  @Test
  void sendsAllChangesOfAVoteToOneShard() {
    ChangeRecord cast = ChangeRecord.cast("votes", "v1", "42", "Nord", 1);
    ChangeRecord removed = new ChangeRecord("e", "REMOVE", "votes", 2, KEY, null, KEY, 0);
    ChangeRecord other = ChangeRecord.cast("votes", "v2", "42", "Nord", 1);

    assertThat(cast.partitionKey()).isEqualTo(removed.partitionKey());
    assertThat(cast.partitionKey()).isNotEqualTo(other.partitionKey());
  }
}
