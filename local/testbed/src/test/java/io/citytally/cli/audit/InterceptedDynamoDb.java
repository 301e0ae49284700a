package io.citytally.cli.audit;

import java.util.function.Consumer;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/** A DynamoDB, in whose calls a test takes part. */
public final class InterceptedDynamoDb implements DynamoDbClient {

  private final DynamoDbClient dynamoDb;

  /** Told each scan before it is made. */
  public Consumer<ScanRequest> beforeScan = request -> {};

  /** Told each write before it is made. */
  public Consumer<UpdateItemRequest> beforeUpdate = request -> {};

  /** Told each write of several items before it is made. */
  public Consumer<BatchWriteItemRequest> beforeDelete = request -> {};

  /**
   * Whether each write is sent a second time, as the SDK does when the answer of the first is lost.
   */
  public boolean losesFirstAnswer;

  /** Told between the two. */
  public Runnable betweenTries = () -> {};

  /** Whether each answer is lost for good. */
  public boolean losesAnswers;

  public int updates;

  public InterceptedDynamoDb(DynamoDbClient dynamoDb) {
    this.dynamoDb = dynamoDb;
  }

  @Override
  public ScanResponse scan(ScanRequest request) {
    beforeScan.accept(request);
    return dynamoDb.scan(request);
  }

  @Override
  public BatchWriteItemResponse batchWriteItem(BatchWriteItemRequest request) {
    beforeDelete.accept(request);
    return dynamoDb.batchWriteItem(request);
  }

  @Override
  public PutItemResponse putItem(PutItemRequest request) {
    return dynamoDb.putItem(request);
  }

  @Override
  public UpdateItemResponse updateItem(UpdateItemRequest request) {
    updates++;
    beforeUpdate.accept(request);
    if (losesFirstAnswer) {
      dynamoDb.updateItem(request);
      betweenTries.run();
    }
    UpdateItemResponse response = dynamoDb.updateItem(request);
    if (losesAnswers) {
      throw SdkClientException.create("the connection was closed");
    }
    return response;
  }

  @Override
  public String serviceName() {
    return dynamoDb.serviceName();
  }

  @Override
  public void close() {}
}
