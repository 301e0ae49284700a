package io.citytally.web;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.InvalidRequestException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

/** Reads secrets of AWS Secrets Manager, with errors that say what to do. */
final class StoredSecrets {

  private final SecretsManagerClient client;

  /**
   * @param client stays the caller's to close
   */
  StoredSecrets(SecretsManagerClient client) {
    this.client = client;
  }

  /**
   * Reads the text of a secret.
   *
   * @throws SecretGoneException if there is no such secret, or it waits for its deletion
   * @throws IllegalArgumentException if the secret can't be read; the message says what to do, and
   *     nothing of the secret
   */
  String read(String arn) {
    String text;
    try {
      text = client.getSecretValue(get -> get.secretId(arn)).secretString();
    } catch (ResourceNotFoundException | InvalidRequestException e) {
      // The second, while the deletion goes on in the background: "The secret is scheduled for
      // deletion" (https://docs.aws.amazon.com/secretsmanager/latest/apireference/
      // API_GetSecretValue.html).
      throw new SecretGoneException("The secret " + arn + " is gone", e);
    } catch (SecretsManagerException e) {
      String code = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
      throw unreadable(
          arn, "Secrets Manager answers " + e.statusCode() + (code == null ? "" : " " + code), e);
    } catch (SdkClientException e) {
      throw unreadable(arn, String.valueOf(e.getMessage()), e);
    }
    if (text == null || text.isBlank()) {
      throw unreadable(arn, "it holds no text", null);
    }
    return text;
  }

  private static IllegalArgumentException unreadable(
      String arn, String reason, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "The secret "
            + arn
            + " can't be read: "
            + reason
            + ". Check that it exists, and that the function's role may"
            + " secretsmanager:GetSecretValue on it (and kms:Decrypt with its key, where it has one"
            + " of its own)",
        cause);
  }
}
