package io.citytally.local.simulation;

import io.citytally.vote.SourceKind;
import org.apache.flink.streaming.api.operators.StreamOperatorFactory;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
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

  /** The same, of one that puts an item. */
  default PutItemRequest request(PutItemRequest request) {
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

  /** Whether a start without state begins where the first one did; else with the next record. */
  default boolean beginsAtItsTimestamp() {
    return true;
  }

  /** Whether the stream holds what a checkpoint under way needs. */
  default boolean holdsWhatACheckpointNeeds() {
    return true;
  }

  /** Whether a choice that left stays on the ballot, marked as such. */
  default boolean keepsChoicesThatLeft() {
    return true;
  }

  /** Whether the job is told which choices have a total. */
  default boolean tellsTotals() {
    return true;
  }

  /** Whether the job is told that the ballot can't be read; else it reads an empty one. */
  default boolean tellsThatTheBallotIsAway() {
    return true;
  }

  /** Whether casting again leaves alone what is nothing without a refusal that is gone. */
  default boolean pairsRefusals() {
    return true;
  }

  /** Whether what is cast again tells the epoch in which it was refused; else that of the job. */
  default boolean keepsEpochsOfRefusals() {
    return true;
  }

  /** The source that a job is told it reads, not the one that it does. */
  default SourceKind kind(SourceKind kind) {
    return kind;
  }

  /** What a gauge shows. */
  default long gauge(String name, long value) {
    return value;
  }
}
