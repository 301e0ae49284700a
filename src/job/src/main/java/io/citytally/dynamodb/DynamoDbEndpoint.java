package io.citytally.dynamodb;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClientBuilder;

/** Where DynamoDB is and how to sign in, in plain values, from which each sink makes its client. */
public final class DynamoDbEndpoint implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Any text will do for an emulator, as long as all clients use the same. */
  private static final String LOCAL_KEY = "local";

  private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(20);

  /** How the job signs in. */
  public enum Credentials {
    /** As the SDK finds them: the role of the Flink application, the environment, a profile. */
    AUTO,
    /** A fixed pair that means nothing, for an emulator. */
    LOCAL
  }

  private final String region;
  @Nullable private final URI endpoint;
  private final Credentials credentials;

  /**
   * @param region the AWS region
   * @param endpoint the address, or null for that of AWS in the region
   */
  public DynamoDbEndpoint(String region, @Nullable URI endpoint, Credentials credentials) {
    this.region = Objects.requireNonNull(region, "region");
    this.endpoint = endpoint;
    this.credentials = Objects.requireNonNull(credentials, "credentials");
  }

  /**
   * A new client, to be closed by the caller. It tries again by itself, with the SDK's standard
   * strategy, and every call ends within 20 s.
   *
   * @param maxConcurrency how many requests may be on their way at a time
   */
  public DynamoDbAsyncClient createClient(int maxConcurrency) {
    DynamoDbAsyncClientBuilder builder =
        DynamoDbAsyncClient.builder()
            .region(Region.of(region))
            .credentialsProvider(credentialsProvider())
            .httpClientBuilder(
                NettyNioAsyncHttpClient.builder()
                    .protocol(Protocol.HTTP1_1)
                    .maxConcurrency(maxConcurrency))
            .overrideConfiguration(
                configuration ->
                    configuration
                        .retryStrategy(RetryMode.STANDARD)
                        .apiCallAttemptTimeout(ATTEMPT_TIMEOUT)
                        .apiCallTimeout(CALL_TIMEOUT));
    if (endpoint != null) {
      builder.endpointOverride(endpoint);
    }
    return builder.build();
  }

  private AwsCredentialsProvider credentialsProvider() {
    return credentials == Credentials.LOCAL
        ? StaticCredentialsProvider.create(AwsBasicCredentials.create(LOCAL_KEY, LOCAL_KEY))
        : DefaultCredentialsProvider.builder().build();
  }
}
