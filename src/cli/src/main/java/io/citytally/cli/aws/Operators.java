package io.citytally.cli.aws;

import io.citytally.cli.command.CannotStartException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sts.StsClient;

/** Names the person who runs a command, for the record that the command leaves. */
public final class Operators {

  private Operators() {}

  /**
   * The ARN of the credentials in use. AWS gives it out without any permission.
   *
   * @throws CannotStartException if AWS does not tell it
   */
  public static String ofCredentials(StsClient sts) {
    try {
      return sts.getCallerIdentity().arn();
    } catch (SdkException e) {
      throw new CannotStartException(
          "nothing was corrected: AWS STS does not tell whose credentials these are, and a"
              + " correction is recorded with its author. Can this machine reach STS? ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  /** The user of this machine. */
  public static String ofThisMachine() {
    return System.getProperty("user.name");
  }
}
