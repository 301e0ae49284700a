package io.citytally.web;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.regions.Region;

/**
 * The secrets of AWS Secrets Manager, read by its action {@code GetSecretValue}.
 *
 * <p>It is one request, signed by the SDK's signer: the SDK's client of Secrets Manager would be
 * one more module for the function to load.
 */
final class StoredSecrets {

  private static final Pattern ARN =
      Pattern.compile("arn:(aws[a-z-]*):secretsmanager:([a-z0-9-]+):\\d{12}:secret:\\S+");

  private static final String SERVICE = "secretsmanager";
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(3);
  private static final int MAX_ATTEMPTS = 3;

  /** What may be otherwise a moment later. */
  private static final Set<Integer> PASSING = Set.of(429, 500, 502, 503, 504);

  private final AwsCredentialsProvider credentials;
  private final Optional<URI> endpoint;

  /**
   * @param endpoint where it is not AWS's own
   */
  StoredSecrets(AwsCredentialsProvider credentials, Optional<URI> endpoint) {
    this.credentials = credentials;
    this.endpoint = endpoint;
  }

  /**
   * Reads the text of a secret.
   *
   * @throws IllegalArgumentException if this is no secret's ARN, or the secret can't be read; the
   *     message says what to do, and nothing of the secret
   */
  String read(String arn) {
    Matcher parts = ARN.matcher(arn);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'"
              + arn
              + "' is not the ARN of a secret. Use one such as"
              + " arn:aws:secretsmanager:eu-west-1:123456789012:secret:NAME");
    }
    Region region = Region.of(parts.group(2));
    URI address =
        endpoint.orElseGet(
            () ->
                URI.create(
                    "https://secretsmanager."
                        + region
                        + "."
                        + region.metadata().partition().dnsSuffix()
                        + "/"));
    byte[] body = Json.bytes(Json.object().put("SecretId", arn));
    for (int attempt = 1; ; attempt++) {
      try {
        Answer answer = send(signed(address, region, body), body);
        if (answer.status == 200) {
          return text(arn, answer.body);
        }
        if (attempt == MAX_ATTEMPTS || !PASSING.contains(answer.status)) {
          throw unreadable(arn, "Secrets Manager answers " + answer.status + answer.error());
        }
      } catch (IOException | SdkClientException e) {
        if (attempt == MAX_ATTEMPTS) {
          throw unreadable(arn, e.getClass().getSimpleName() + ": " + e.getMessage());
        }
      }
    }
  }

  private static IllegalArgumentException unreadable(String arn, String reason) {
    return new IllegalArgumentException(
        "The secret "
            + arn
            + " can't be read: "
            + reason
            + ". Check that it exists, and that the function's role may"
            + " secretsmanager:GetSecretValue on it (and kms:Decrypt with its key, where it has one"
            + " of its own)");
  }

  private static String text(String arn, JsonNode body) {
    JsonNode text = body.path("SecretString");
    if (!text.isTextual() || text.textValue().isBlank()) {
      throw unreadable(arn, "it holds no text");
    }
    return text.textValue();
  }

  private SdkHttpRequest signed(URI address, Region region, byte[] body) {
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(address)
            .putHeader("Content-Type", "application/x-amz-json-1.1")
            .putHeader("X-Amz-Target", "secretsmanager.GetSecretValue")
            .build();
    return AwsV4HttpSigner.create()
        .sign(
            sign ->
                sign.identity(credentials.resolveCredentials())
                    .request(request)
                    .payload(ContentStreamProvider.fromByteArray(body))
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                    .putProperty(AwsV4HttpSigner.REGION_NAME, region.id()))
        .request();
  }

  private static Answer send(SdkHttpRequest request, byte[] body) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) request.getUri().toURL().openConnection();
    try {
      connection.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
      connection.setReadTimeout((int) READ_TIMEOUT.toMillis());
      connection.setInstanceFollowRedirects(false);
      connection.setRequestMethod(request.method().name());
      // The connection sets the host itself.
      request.forEachHeader(
          (name, values) -> connection.setRequestProperty(name, String.join(",", values)));
      connection.setDoOutput(true);
      connection.setFixedLengthStreamingMode(body.length);
      try (OutputStream out = connection.getOutputStream()) {
        out.write(body);
      }
      int status = connection.getResponseCode();
      try (InputStream in =
          status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        return new Answer(status, in == null ? new byte[0] : in.readAllBytes());
      }
    } finally {
      // A snapshot of the function holds no connection.
      connection.disconnect();
    }
  }

  private static final class Answer {

    private static final Pattern ERROR = Pattern.compile("[A-Za-z]{1,60}");

    final int status;
    final JsonNode body;

    Answer(int status, byte[] bytes) {
      this.status = status;
      JsonNode json;
      try {
        json = Json.read(bytes);
      } catch (IOException e) {
        json = Json.object();
      }
      body = json;
    }

    /** The error's name, which is all of it that can't hold a secret. */
    String error() {
      String type = body.path("__type").asText();
      String name = type.substring(type.indexOf('#') + 1);
      return ERROR.matcher(name).matches() ? " " + name : "";
    }
  }
}
