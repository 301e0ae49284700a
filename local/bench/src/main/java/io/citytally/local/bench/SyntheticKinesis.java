package io.citytally.local.bench;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.util.concurrent.TimeUnit;

/**
 * The part of the Kinesis API that the connector calls, over {@link SyntheticVotes}: it answers
 * each {@code GetRecords} with the next votes of the shard, in the service's own encoding, CBOR.
 *
 * <p>It runs in a process of its own, so that what it costs to make the votes is not in the
 * measured time. It has no state: an iterator says which vote comes next.
 */
final class SyntheticKinesis {

  static final String STREAM = "synthetic-votes";

  private static final String MEDIA_TYPE = "application/x-amz-cbor-1.1";
  private static final String OPERATION = "X-Amz-Target";

  /** Kinesis' keys of hashes have 128 bits. */
  private static final BigInteger HASH_KEYS = BigInteger.ONE.shiftLeft(128);

  private SyntheticKinesis() {}

  /**
   * Starts a stream with votes, numbered from 0.
   *
   * @param regions as many, with the same number of improvements each
   * @param seed of the votes
   * @param count how many there are, over all shards
   * @param shards how many there are
   * @param recordsPerAnswer to {@code GetRecords}
   */
  static ServerProcess start(
      int regions,
      int improvementsPerRegion,
      long seed,
      long count,
      int shards,
      int recordsPerAnswer)
      throws IOException {
    return new ServerProcess(
        SyntheticKinesis.class,
        regions,
        improvementsPerRegion,
        seed,
        count,
        shards,
        recordsPerAnswer);
  }

  /** The process. */
  public static void main(String[] args) throws IOException {
    Api api =
        new Api(
            new SyntheticVotes(
                Integer.parseInt(args[0]), Integer.parseInt(args[1]), 1, Long.parseLong(args[2])),
            Long.parseLong(args[3]),
            Integer.parseInt(args[4]),
            Integer.parseInt(args[5]));
    ServerProcess.serve(api::handle);
  }

  /** Answers the calls. */
  private static final class Api {

    private static final ObjectMapper CBOR = new ObjectMapper(new CBORFactory());

    private final SyntheticVotes votes;
    private final long count;
    private final int shards;
    private final int recordsPerAnswer;
    // A little ahead, as SyntheticSource has it.
    private final long beginMicros =
        TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis() + TimeUnit.SECONDS.toMillis(5));

    Api(SyntheticVotes votes, long count, int shards, int recordsPerAnswer) {
      this.votes = votes;
      this.count = count;
      this.shards = shards;
      this.recordsPerAnswer = recordsPerAnswer;
    }

    void handle(HttpExchange exchange) throws IOException {
      try (exchange) {
        String target = exchange.getRequestHeaders().getFirst(OPERATION);
        JsonNode request = CBOR.readTree(exchange.getRequestBody());
        byte[] answer = answer(target.substring(target.indexOf('.') + 1), request);
        exchange.getResponseHeaders().set("Content-Type", MEDIA_TYPE);
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
      } catch (UnsupportedOperationException e) {
        // The job only tries again, so a person should see why.
        e.printStackTrace();
        throw e;
      }
    }

    private byte[] answer(String operation, JsonNode request) throws IOException {
      return switch (operation) {
        case "DescribeStreamSummary" -> description("StreamDescriptionSummary");
        case "DescribeStream" -> description("StreamDescription");
        case "ListShards" -> shards();
        case "GetShardIterator" -> iterator(request.get("ShardId").asText());
        case "GetRecords" -> records(request.get("ShardIterator").asText());
        default -> throw new UnsupportedOperationException("The connector calls " + operation);
      };
    }

    private static byte[] description(String field) throws IOException {
      return write(
          json -> {
            json.writeObjectFieldStart(field);
            json.writeStringField("StreamName", STREAM);
            json.writeStringField("StreamARN", "arn:aws:kinesis:us-east-1:000000000000:" + STREAM);
            json.writeStringField("StreamStatus", "ACTIVE");
            json.writeNumberField("RetentionPeriodHours", 24);
            json.writeEndObject();
          });
    }

    private byte[] shards() throws IOException {
      BigInteger width = HASH_KEYS.divide(BigInteger.valueOf(shards));
      return write(
          json -> {
            json.writeArrayFieldStart("Shards");
            for (int shard = 0; shard < shards; shard++) {
              BigInteger first = width.multiply(BigInteger.valueOf(shard));
              json.writeStartObject();
              json.writeStringField("ShardId", "shardId-%012d".formatted(shard));
              json.writeObjectFieldStart("HashKeyRange");
              json.writeStringField("StartingHashKey", first.toString());
              json.writeStringField(
                  "EndingHashKey", first.add(width).subtract(BigInteger.ONE).toString());
              json.writeEndObject();
              json.writeObjectFieldStart("SequenceNumberRange");
              json.writeStringField("StartingSequenceNumber", sequenceNumber(0));
              json.writeEndObject();
              json.writeEndObject();
            }
            json.writeEndArray();
          });
    }

    private static byte[] iterator(String shard) throws IOException {
      long first = Long.parseLong(shard.substring(shard.indexOf('-') + 1));
      return write(json -> json.writeStringField("ShardIterator", Long.toString(first)));
    }

    private byte[] records(String iterator) throws IOException {
      long first = Long.parseLong(iterator);
      return write(
          json -> {
            long number = first;
            json.writeArrayFieldStart("Records");
            for (int i = 0; i < recordsPerAnswer && number < count; i++, number += shards) {
              json.writeStartObject();
              json.writeNumberField("ApproximateArrivalTimestamp", System.currentTimeMillis());
              json.writeBinaryField("Data", votes.record(number, beginMicros + 10 * number));
              json.writeStringField("PartitionKey", Long.toString(number));
              json.writeStringField("SequenceNumber", sequenceNumber(number));
              json.writeEndObject();
            }
            json.writeEndArray();
            json.writeNumberField("MillisBehindLatest", 0);
            json.writeStringField("NextShardIterator", Long.toString(number));
          });
    }

    /** As long as the service's are. */
    private static String sequenceNumber(long number) {
      return "4959033827149025660855969253836157109%019d".formatted(number);
    }

    private static byte[] write(Fields fields) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (JsonGenerator json = CBOR.createGenerator(bytes)) {
        json.writeStartObject();
        fields.writeTo(json);
        json.writeEndObject();
      }
      return bytes.toByteArray();
    }

    /** The fields of an answer. */
    private interface Fields {
      void writeTo(JsonGenerator json) throws IOException;
    }
  }
}
