package io.citytally.sink;

import io.citytally.metric.Metric;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.metrics.Counter;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;

/**
 * Puts each element as a whole item, in place of what stands there: the last of a key wins, and to
 * put it once more changes nothing. {@link KeyedSinkWriter} says when and how often it tries.
 */
abstract class PutSinkWriter<K, T> extends KeyedSinkWriter<K, T> {

  private final PutItems dynamoDb;
  private final Counter writes;

  /**
   * @param dynamoDb the connection, which this writer closes
   * @param writes counts the writes
   */
  PutSinkWriter(WriterInitContext context, PutItems dynamoDb, Settings<T> settings, Metric writes) {
    super(context, settings);
    this.dynamoDb = dynamoDb;
    this.writes = writes.counterOf(context.metricGroup());
  }

  abstract Map<String, AttributeValue> itemOf(T element);

  @Override
  final T merge(T earlier, T later) {
    return later;
  }

  @Override
  final Optional<Attempt> attempt(T element) {
    return Optional.of(
        new Attempt() {
          @Override
          public CompletableFuture<?> send() {
            return dynamoDb.putItem(
                PutItemRequest.builder().tableName(tableName()).item(itemOf(element)).build());
          }

          @Override
          public void succeeded() {
            writes.inc();
          }
        });
  }

  @Override
  final String prerequisites() {
    return "and that the job's role may PutItem on it";
  }

  @Override
  public final void close() {
    dynamoDb.close();
  }
}
