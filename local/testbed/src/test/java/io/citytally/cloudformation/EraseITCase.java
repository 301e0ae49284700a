package io.citytally.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code deploy erase} with the AWS CLI itself, against {@link FakeAws}. */
class EraseITCase {

  private FakeAws aws;

  @BeforeEach
  void start() throws IOException {
    aws = new FakeAws();
    aws.election.put("election", Map.of("id", "election", "rules", "{}"));
  }

  @AfterEach
  void stop() {
    aws.close();
  }

  private record Outcome(int status, String output) {}

  private Outcome erase() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                "bash",
                "cloudformation/deploy",
                "erase",
                "--stack",
                "city",
                "--region",
                "eu-west-1",
                "--endpoint-url",
                aws.endpoint().toString(),
                "--yes")
            .redirectErrorStream(true);
    builder
        .environment()
        .putAll(Map.of("AWS_ACCESS_KEY_ID", "local", "AWS_SECRET_ACCESS_KEY", "local"));
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output);
  }

  @Test
  void erasesAllThatLinksABallotToACitizenOnceTheResultIsFinal() throws Exception {
    Outcome early = erase();
    assertThat(early.status).isEqualTo(1);
    assertThat(early.output).contains("has no final result yet, and nothing was erased");
    assertThat(aws.changes).isEmpty();

    aws.election.put("election", Map.of("id", "election", "closed_sha256", "abc"));
    aws.election.put("result-abc", Map.of("id", "result-abc"));
    aws.hidesResources = true;
    Outcome blind = erase();
    assertThat(blind.status).as(blind.output).isEqualTo(1);
    assertThat(blind.output).contains("can't be found, and nothing was erased");
    assertThat(aws.changes).isEmpty();

    aws.hidesResources = false;
    Outcome outcome = erase();

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(aws.isKeyThere()).isFalse();
    assertThat(aws.web).containsEntry("Revision", "erased").containsEntry("CodeKey", "web/1.jar");
    assertThat(aws.logs.values()).allMatch(List::isEmpty);
    assertThat(aws.changes).startsWith("DeleteSecret true", "UpdateStack city-web").hasSize(5);

    Outcome again = erase();
    assertThat(again.status).as(again.output).isZero();
    assertThat(aws.changes).hasSize(6).endsWith("DeleteSecret true");
  }
}
