package io.citytally.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The templates against AWS's own schemas, by two tools: {@code @aws/cloudformation-validate}, and
 * {@code @aws-cdk/aws-service-spec}.
 */
class TemplateValidationITCase {

  private static final String BOTH = "cloudformation-validate, service-spec";
  private static final String VALIDATE = "cloudformation-validate";
  private static final String SPEC = "service-spec";

  /**
   * A mistake to be found.
   *
   * @param tools those that find it
   */
  private record Mistake(String template, String right, String wrong, String tools) {}

  private static final List<Mistake> MISTAKES =
      List.of(
          // Properties and types.
          new Mistake("storage", "BillingMode: PAY", "BillingMod: PAY", BOTH),
          new Mistake("web", "Format: >-", "Formats: >-", BOTH),
          new Mistake("storage", "AWS::Kinesis::Stream\n", "AWS::Kinesis::Streams\n", BOTH),
          new Mistake("job", "SnapshotsEnabled: true", "SnapshotsEnabled: maybe", BOTH),
          new Mistake("job", "Architectures: [arm64]", "Architectures: arm64", BOTH),
          new Mistake("web", "MaxTTL: 1\n", "MaxTTL: soon\n", BOTH),
          new Mistake("job", "Timeout: 900", "Timeout: 9000", VALIDATE),
          // What is required.
          new Mistake("monitoring", "      Protocol: email\n", "", BOTH),
          new Mistake("job", "      RuntimeEnvironment: FLINK-1_20\n", "", BOTH),
          new Mistake("job", "PolicyDocument:\n", "PolicyDocuments:\n", BOTH),
          // Enumerations.
          new Mistake("job", "CodeContentType: ZIPFILE", "CodeContentType: JAR", BOTH),
          new Mistake("storage", "Precision: MICROSECOND", "Precision: NANOSECOND", BOTH),
          new Mistake(
              "job", "- RESTORE_FROM_CUSTOM_SNAPSHOT\n", "- RESTORE_FROM_THAT_SNAPSHOT\n", BOTH),
          new Mistake("job", "FLINK-1_20", "FLINK-1_99", VALIDATE),
          new Mistake("monitoring", "Data: breaching", "Data: alarm", VALIDATE),
          new Mistake("job", "nodejs22.x", "nodejs12.x", VALIDATE),
          new Mistake(
              "job",
              "Sid: ReadCode\n                Effect: Allow",
              "Sid: ReadCode\n                Effect: Permit",
              VALIDATE),
          new Mistake("storage", "DeletionPolicy: Retain", "DeletionPolicy: Keep", VALIDATE),
          // What belongs together.
          new Mistake(
              "storage",
              "        - AttributeName: shard\n          AttributeType: S\n",
              "",
              VALIDATE),
          // What leads nowhere.
          new Mistake("storage", "Value: !Ref BallotTable\n", "Value: !Ref BalotTable\n", BOTH),
          new Mistake(
              "storage",
              "StreamArn: !GetAtt VoteStream.Arn",
              "StreamArn: !GetAtt VoteStream.ARN",
              BOTH),
          new Mistake("job", "log-group:${LogGroup}:", "log-group:${LogGroups}:", BOTH),
          new Mistake("job", "!If [HasSourceEndpoint,", "!If [HasEndpoint,", BOTH),
          new Mistake("job", "DependsOn: Logging", "DependsOn: Log", BOTH),
          new Mistake("job", "!Equals [!Ref Source, ", "!Equals [!Ref Sources, ", SPEC));

  private final ObjectMapper json = new ObjectMapper();

  @TempDir Path directory;

  /** The tools that found something, by the file's name, and all that they said. */
  private record Findings(Map<String, TreeSet<String>> tools, String output) {}

  private Findings validate(List<Path> files) throws IOException {
    Node.Outcome outcome =
        Node.run(
            Node.validator(),
            "validate.js",
            files.stream().map(file -> file.toAbsolutePath().toString()).toList());
    Map<String, TreeSet<String>> tools = new TreeMap<>();
    for (String line : outcome.output().lines().toList()) {
      assertThat(line).startsWith("{");
      JsonNode finding = json.readTree(line);
      tools
          .computeIfAbsent(
              Path.of(finding.get("file").asText()).getFileName().toString(),
              any -> new TreeSet<>())
          .add(finding.get("tool").asText());
    }
    assertThat(outcome.status()).isEqualTo(tools.isEmpty() ? 0 : 1);
    return new Findings(tools, outcome.output());
  }

  @Test
  void findsNothingWrongWithTheTemplates() throws IOException {
    assertThat(validate(Template.all().stream().map(Template::file).toList()).output()).isEmpty();
  }

  @Test
  void findsMistakesByTwoToolsThatSeeDifferentOnes() throws IOException {
    List<Path> files = new ArrayList<>();
    Map<String, String> expected = new TreeMap<>();
    for (int i = 0; i < MISTAKES.size(); i++) {
      Mistake mistake = MISTAKES.get(i);
      String text = Files.readString(Template.file(mistake.template));
      assertThat(text).contains(mistake.right);
      int at = text.indexOf(mistake.right);
      Path file = directory.resolve("%02d.yaml".formatted(i));
      Files.writeString(
          file,
          text.substring(0, at) + mistake.wrong + text.substring(at + mistake.right.length()));
      files.add(file);
      expected.put(file.getFileName().toString(), mistake.tools);
    }

    Map<String, String> found = new TreeMap<>();
    validate(files).tools.forEach((file, tools) -> found.put(file, String.join(", ", tools)));

    assertThat(found).isEqualTo(expected);
  }
}
