package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

class StoredSecretsTest {

  private FakeSecrets manager;
  private StoredSecrets secrets;

  @BeforeEach
  void setUp() throws IOException {
    manager = new FakeSecrets();
    secrets =
        new StoredSecrets(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "key")),
            Optional.of(manager.endpoint()));
  }

  @AfterEach
  void close() {
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
    assertThat(manager.requests()).isEqualTo(3);
  }

  @Test
  void saysWhatIsWrongAndWhatToDoAndNothingOfTheSecret() {
    String arn = manager.put("vote-id-key", "hush-hush");
    manager.failures.add(Map.entry(400, FakeSecrets.error("AccessDeniedException")));

    assertUnreadable(arn, "Secrets Manager answers 400 AccessDeniedException");
    assertThat(manager.requests()).isEqualTo(1);
    assertUnreadable(arn + "x", "Secrets Manager answers 400 ResourceNotFoundException");
    assertUnreadable(manager.put("blank", " "), "it holds no text");
    manager.close();
    assertUnreadable(arn, "ConnectException");
  }

  private void assertUnreadable(String arn, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> secrets.read(arn))
        .withMessageContaining("The secret " + arn + " can't be read: " + reason)
        .withMessageContaining("secretsmanager:GetSecretValue")
        .withMessageNotContaining("hush");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vote-id-key",
        "arn:aws:ssm:eu-west-1:000000000000:parameter/key",
        "arn:aws:secretsmanager:eu-west-1.example.org/:000000000000:secret:key"
      })
  void refusesWhatIsNotASecretsArn(String arn) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> secrets.read(arn))
        .withMessageContaining("is not the ARN of a secret. Use one such as arn:aws:secrets");
    assertThat(manager.requests()).isZero();
  }
}
