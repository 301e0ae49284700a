package io.citytally.cli.aws;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.sts.StsClient;

/** The DynamoDB and the Kinesis that an operator's command works on. */
public sealed interface Target {

  /** A new client, to be closed by the caller. */
  DynamoDbClient dynamoDb();

  /** A new client, to be closed by the caller. */
  KinesisClient kinesis();

  /** Such as "in eu-west-1", to be read after "DynamoDB" and what it does. */
  String ofDynamoDb();

  /** To be read after "Kinesis" and what it does. */
  String ofKinesis();

  /** What to do if DynamoDB does not answer. */
  String advice();

  /**
   * Who runs the command.
   *
   * @throws io.citytally.cli.command.CannotStartException if that can't be found out
   */
  String operator();

  /** The emulators of a system that runs on this machine. */
  record ThisMachine(int dynamoDbPort, int kinesisPort) implements Target {

    /** Where clients usually look for a DynamoDB emulator. */
    public static final int DYNAMODB_PORT = 8000;

    /** Where clients usually look for a Kinesis emulator. */
    public static final int KINESIS_PORT = 4567;

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);

    @Override
    public DynamoDbClient dynamoDb() {
      return LocalAws.dynamoDb(at(dynamoDbPort), CALL_TIMEOUT);
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

    @Override
    public String advice() {
      return "start `local/citytally run` and give the port that it shows with --dynamodb-port, or"
          + " give --region to work on AWS";
    }

    @Override
    public String operator() {
      return Operators.ofThisMachine();
    }

    private static URI at(int port) {
      return URI.create("http://127.0.0.1:" + port);
    }
  }

  /** AWS, with the credentials that its SDK finds. */
  record Aws(String region) implements Target {

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

    @Override
    public String advice() {
      return "is it the region, and are there credentials for it?";
    }

    @Override
    public String operator() {
      try (StsClient sts =
          StsClient.builder()
              .region(Region.of(region))
              .httpClientBuilder(Apache5HttpClient.builder())
              .build()) {
        return Operators.ofCredentials(sts);
      }
    }
  }
}
