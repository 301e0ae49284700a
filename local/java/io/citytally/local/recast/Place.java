package io.citytally.local.recast;

import io.citytally.local.cloud.LocalAws;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Where the tables and the stream are. */
sealed interface Place {

  /** A new client, to be closed by the caller. */
  DynamoDbClient dynamoDb();

  /** A new client, to be closed by the caller. */
  KinesisClient kinesis();

  /** To be read after "DynamoDB" and what it does. */
  String ofDynamoDb();

  /** To be read after "Kinesis" and what it does. */
  String ofKinesis();

  /** The emulators of a system that runs on this machine. */
  record ThisMachine(int dynamoDbPort, int kinesisPort) implements Place {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Override
    public DynamoDbClient dynamoDb() {
      return LocalAws.dynamoDb(at(dynamoDbPort), PATIENCE);
    }

    @Override
    public KinesisClient kinesis() {
      return LocalAws.kinesis(at(kinesisPort));
    }

    @Override
    public String ofDynamoDb() {
      return "at " + at(dynamoDbPort);
    }

    @Override
    public String ofKinesis() {
      return "at " + at(kinesisPort);
    }

    private static URI at(int port) {
      return URI.create("http://127.0.0.1:" + port);
    }
  }

  /** AWS, with the credentials that its SDK finds. */
  record Aws(String region) implements Place {

    @Override
    public DynamoDbClient dynamoDb() {
      return DynamoDbClient.builder()
          .region(Region.of(region))
          .httpClientBuilder(Apache5HttpClient.builder())
          .build();
    }

    @Override
    public KinesisClient kinesis() {
      return KinesisClient.builder()
          .region(Region.of(region))
          .httpClientBuilder(Apache5HttpClient.builder())
          .build();
    }

    @Override
    public String ofDynamoDb() {
      return "in " + region;
    }

    @Override
    public String ofKinesis() {
      return "in " + region;
    }
  }
}
