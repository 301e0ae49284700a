package io.citytally.cli.aws;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Clients of the emulated services. Any region and any credentials will do there. */
public final class LocalAws {

  public static final Region REGION = Region.US_EAST_1;

  /** The account in the ARNs of the emulated resources. */
  public static final String ACCOUNT = "000000000000";

  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));

  private LocalAws() {}

  /**
   * Makes this JVM's Kinesis clients speak JSON, as the emulator does; with CBOR records come back
   * undecodable. Must be called before the first of them is made: the job's consumer, too, reads
   * its property once.
   */
  public static void speakJsonToKinesis() {
    System.setProperty("aws.cborEnabled", "false");
    System.setProperty("org.apache.flink.kinesis.shaded.com.amazonaws.sdk.disableCbor", "true");
  }

  public static DynamoDbClient dynamoDb(URI endpoint) {
    return of(DynamoDbClient.builder(), endpoint)
        .httpClientBuilder(Apache5HttpClient.builder())
        .build();
  }

  /**
   * Returns a client whose calls fail after a time limit, retries included.
   *
   * @param longest how long a call may take, with all that is tried again
   */
  public static DynamoDbClient dynamoDb(URI endpoint, Duration longest) {
    return of(DynamoDbClient.builder(), endpoint)
        .httpClientBuilder(Apache5HttpClient.builder())
        .overrideConfiguration(configuration -> configuration.apiCallTimeout(longest))
        .build();
  }

  public static DynamoDbStreamsClient dynamoDbStreams(URI endpoint) {
    return of(DynamoDbStreamsClient.builder(), endpoint)
        .httpClientBuilder(Apache5HttpClient.builder())
        .build();
  }

  public static KinesisClient kinesis(URI endpoint) {
    speakJsonToKinesis();
    return of(KinesisClient.builder(), endpoint)
        .httpClientBuilder(Apache5HttpClient.builder())
        .build();
  }

  private static <B extends AwsClientBuilder<B, ?>> B of(B builder, URI endpoint) {
    return builder.endpointOverride(endpoint).region(REGION).credentialsProvider(CREDENTIALS);
  }
}
