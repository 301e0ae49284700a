package io.citytally.local.simulation;

import org.apache.flink.streaming.api.operators.StreamOperatorFactory;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * A guard that is taken out, to see that the simulation sees it. Each method leaves things as they
 * are.
 */
public interface Sabotage {

  /** All guards are in place. */
  Sabotage NONE = new Sabotage() {};

  /**
   * The operator that takes the place of another.
   *
   * @param uid the operator's
   */
  default StreamOperatorFactory<?> operator(String uid, StreamOperatorFactory<?> factory) {
    return factory;
  }

  /** The request that is sent instead. */
  default UpdateItemRequest request(UpdateItemRequest request) {
    return request;
  }

  /** Whether a new instance finds what the operator had in the checkpoint. */
  default boolean restores(String uid) {
    return true;
  }

  /** Whether a task waits for the barriers of all its channels. */
  default boolean alignsBarriers() {
    return true;
  }

  /** Whether operators hear of a checkpoint before its barrier goes on. */
  default boolean preparesForBarriers() {
    return true;
  }

  /** Whether a checkpoint's positions in the stream are those of its barriers. */
  default boolean keepsPositionsOfTheBarrier() {
    return true;
  }
}
