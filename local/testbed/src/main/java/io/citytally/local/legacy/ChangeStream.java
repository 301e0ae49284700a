package io.citytally.local.legacy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.local.cloud.CastVote;
import io.citytally.vote.Choice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** The changes of the votes table, on a stream of either kind. */
public interface ChangeStream {

  /**
   * @param parents those that must be read before it
   */
  record Shard(String id, List<String> parents) {

    static Shard of(String id, @Nullable String... parents) {
      return new Shard(id, Stream.of(parents).filter(Objects::nonNull).toList());
    }
  }

  /**
   * @param isEmpty whether there was no record
   * @param newImages of the records that have one with a choice
   * @param next the iterator of what follows; null at the end of a closed shard
   */
  record Batch(boolean isEmpty, List<CastVote> newImages, @Nullable String next) {}

  List<Shard> shards();

  /** An iterator that begins with the shard's oldest record. */
  String oldest(String shard);

  Batch read(String iterator, int limit);

  /** The table's changes on a Kinesis stream. */
  static ChangeStream of(KinesisClient kinesis, String name) {
    ObjectMapper json = new ObjectMapper();
    return new ChangeStream() {
      @Override
      public List<Shard> shards() {
        return kinesis.listShards(list -> list.streamName(name)).shards().stream()
            .map(
                shard ->
                    Shard.of(shard.shardId(), shard.parentShardId(), shard.adjacentParentShardId()))
            .toList();
      }

      @Override
      public String oldest(String shard) {
        return kinesis
            .getShardIterator(
                get -> get.streamName(name).shardId(shard).shardIteratorType("TRIM_HORIZON"))
            .shardIterator();
      }

      @Override
      public Batch read(String iterator, int limit) {
        var response = kinesis.getRecords(get -> get.shardIterator(iterator).limit(limit));
        return new Batch(
            response.records().isEmpty(),
            response.records().stream()
                .flatMap(record -> newImage(record.data().asByteArrayUnsafe()).stream())
                .toList(),
            response.nextShardIterator());
      }

      private Optional<CastVote> newImage(byte[] record) {
        try {
          JsonNode image = json.readTree(record).path("dynamodb").path("NewImage");
          return image.has("region") && image.has("improvement")
              ? Optional.of(
                  new CastVote(
                      image.path("id").path("S").asText(),
                      new Choice(
                          image.path("region").path("S").asText(),
                          image.path("improvement").path("S").asText())))
              : Optional.empty();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  /** The table's own stream. */
  static ChangeStream of(DynamoDbStreamsClient streams, String arn) {
    return new ChangeStream() {
      @Override
      public List<Shard> shards() {
        return streams
            .describeStream(describe -> describe.streamArn(arn))
            .streamDescription()
            .shards()
            .stream()
            .map(shard -> Shard.of(shard.shardId(), shard.parentShardId()))
            .toList();
      }

      @Override
      public String oldest(String shard) {
        return streams
            .getShardIterator(
                get -> get.streamArn(arn).shardId(shard).shardIteratorType("TRIM_HORIZON"))
            .shardIterator();
      }

      @Override
      public Batch read(String iterator, int limit) {
        var response = streams.getRecords(get -> get.shardIterator(iterator).limit(limit));
        return new Batch(
            response.records().isEmpty(),
            response.records().stream()
                .map(record -> record.dynamodb().newImage())
                .filter(image -> image.containsKey("region") && image.containsKey("improvement"))
                .map(
                    image ->
                        new CastVote(
                            image.get("id").s(),
                            new Choice(image.get("region").s(), image.get("improvement").s())))
                .toList(),
            response.nextShardIterator());
      }
    };
  }
}
