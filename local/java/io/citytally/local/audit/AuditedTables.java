package io.citytally.local.audit;

import io.citytally.local.cloud.LocalAws;
import io.citytally.ops.Operators;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * Where the tables are.
 *
 * @param region on AWS; none: this machine
 * @param port on this machine
 */
record AuditedTables(Optional<String> region, int port) {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  DynamoDbClient client() {
    return region
        .map(
            name ->
                DynamoDbClient.builder()
                    .region(Region.of(name))
                    .httpClientBuilder(Apache5HttpClient.builder())
                    .build())
        .orElseGet(() -> LocalAws.dynamoDb(address(), PATIENCE));
  }

  /** Such as "in eu-west-1". */
  String place() {
    return region.map(name -> "in " + name).orElse("at " + address());
  }

  /** What to do if nothing answers there. */
  String advice() {
    return region.isPresent()
        ? "is it the region, and are there credentials for it?"
        : "start `citytally run`, or give the port that it shows with --dynamodb-port";
  }

  /** Who works on them. */
  String operator() {
    if (region.isEmpty()) {
      return Operators.ofThisMachine();
    }
    try (StsClient sts =
        StsClient.builder()
            .region(Region.of(region.get()))
            .httpClientBuilder(Apache5HttpClient.builder())
            .build()) {
      return Operators.ofCredentials(sts);
    }
  }

  private URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }
}
