package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

class StoredSecretsTest {

  private FakeSecrets manager;
  private SecretsManagerClient client;
  private StoredSecrets secrets;

  @BeforeEach
  void setUp() throws IOException {
    manager = new FakeSecrets();
    client =
        SecretsManagerClient.builder()
            .region(Region.EU_WEST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "key")))
            .endpointOverride(manager.endpoint())
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
    secrets = new StoredSecrets(client);
  }

  @AfterEach
  void close() {
    client.close();
    manager.close();
  }

  @Test
  void readsASecretByASignedRequest() {
    String arn = manager.put("vote-id-key", "hush-hush");

    assertThat(secrets.read(arn)).isEqualTo("hush-hush");
    assertThat(manager.authorization())
        .startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
        .contains("/eu-west-1/secretsmanager/aws4_request")
        .contains("x-amz-target");
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void triesAgainWhatMayPass(int status) {
    String arn = manager.put("vote-id-key", "hush-hush");
    manager.failures.add(Map.entry(status, FakeSecrets.error("InternalServiceError")));
    manager.failures.add(Map.entry(status, "<html>"));

    assertThat(secrets.read(arn)).isEqualTo("hush-hush");
  }

  @Test
  void givesUpWhatDoesNotPass() {
    String arn = manager.put("vote-id-key", "hush-hush");
    for (int i = 0; i < 10; i++) {
      manager.failures.add(Map.entry(503, ""));
    }

    assertUnreadable(arn, "Secrets Manager answers 503");
    assertThat(manager.requests()).isBetween(2, 5);
  }

  @Test
  void saysWhatIsWrongAndWhatToDoAndNothingOfTheSecret() {
    String arn = manager.put("vote-id-key", "hush-hush");
    manager.failures.add(Map.entry(400, FakeSecrets.error("AccessDeniedException")));

    assertUnreadable(arn, "Secrets Manager answers 400 AccessDeniedException");
    assertThat(manager.requests()).isEqualTo(1);
    assertUnreadable(manager.put("blank", " "), "it holds no text");
    manager.close();
    assertUnreadable(arn, "");
  }

  @Test
  void tellsASecretThatIsGoneFromOneThatCannotBeRead() {
    String arn = manager.put("vote-id-key", "hush-hush");
    manager.failures.add(Map.entry(400, FakeSecrets.error("InvalidRequestException")));

    for (String each : List.of(arn, arn + "x")) {
      assertThatThrownBy(() -> secrets.read(each))
          .isInstanceOf(SecretGoneException.class)
          .hasMessage("The secret " + each + " is gone");
    }
  }

  private void assertUnreadable(String arn, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> secrets.read(arn))
        .withMessageContaining("The secret " + arn + " can't be read: " + reason)
        .withMessageContaining("secretsmanager:GetSecretValue")
        .withMessageNotContaining("hush");
  }
}
