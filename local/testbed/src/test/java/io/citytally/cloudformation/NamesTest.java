package io.citytally.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The names that the templates give, in an account in which there are others. */
class NamesTest {

  private static final String STACK = "<AWS::StackName>";

  /** As long as {@code deploy} lets it be. */
  private static final int MAX_STACK_NAME_LENGTH = 30;

  /** No region of a public partition has a longer name. */
  private static final String REGION_WITH_LONG_NAME = "ap-southeast-1";

  /** What most services take; some take more. */
  private static final int USUAL_LIMIT = 64;

  private static final Map<String, Integer> OTHER_LIMITS =
      Map.of(
          "AWS::Backup::BackupVault", 50,
          "AWS::Backup::BackupPlan", 50,
          "AWS::CloudFront::CachePolicy", 128,
          "AWS::CloudFront::ResponseHeadersPolicy", 128);

  /** Their names need only differ within another resource. */
  private static final Set<String> PARTS =
      Set.of(
          "AWS::ApiGatewayV2::Authorizer",
          "AWS::ApiGatewayV2::Stage",
          "AWS::Backup::BackupSelection",
          "AWS::Lambda::Alias",
          "AWS::Lambda::Permission",
          "AWS::Logs::LogStream");

  private static final Map<String, Map<String, String>> WITH_ALL_THAT_IS_NAMED =
      Map.of(
          "job", Map.of("ApplicationName", STACK),
          "web", Map.of("Waf", "true"),
          "access", Map.of("Trail", "true"));

  private record Name(String template, String type, String text) {

    /** How many characters are left, or are too many if it is less than 0. */
    int left() {
      String stack = "x".repeat(MAX_STACK_NAME_LENGTH) + "-" + template;
      int length =
          text.replace(STACK, stack).replace("<AWS::Region>", REGION_WITH_LONG_NAME).length();
      return OTHER_LIMITS.getOrDefault(type, USUAL_LIMIT) - length;
    }
  }

  private static List<String> templates() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("cloudformation"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".yaml"))
          .map(file -> file.replace(".yaml", ""))
          .toList();
    }
  }

  private static List<Name> names() throws IOException {
    List<Name> names = new ArrayList<>();
    for (String name : templates()) {
      Template template = Template.of(name, WITH_ALL_THAT_IS_NAMED.getOrDefault(name, Map.of()));
      for (String id : template.ids()) {
        String type = template.type(id);
        if (!PARTS.contains(type) && template.properties(id) != null) {
          addNames(names, name, type, template.properties(id));
        }
      }
    }
    return names;
  }

  private static void addNames(
      List<Name> names, String template, String type, Map<?, ?> properties) {
    properties.forEach(
        (key, value) -> {
          if (value instanceof String text
              && key.toString().matches("(?!Metric|Display).*Name")
              && (text.contains(STACK) || !text.startsWith("<"))) {
            names.add(new Name(template, type, text));
          } else if (value instanceof Map<?, ?> nested
              && key.toString().matches(".*Config|BackupPlan")) {
            addNames(names, template, type, nested);
          }
        });
  }

  @Test
  void carryTheStackSoThatASecondCityFindsNoneTaken() throws Exception {
    assertThat(names()).hasSizeGreaterThan(15).allMatch(name -> name.text.contains(STACK));
  }

  @Test
  void fitForTheLongestNameOfAStackThatIsTakenAndForNoLongerOne() throws Exception {
    assertThat(names()).allMatch(name -> name.left() >= 0);
    assertThat(names()).anyMatch(name -> name.left() == 0);
  }

  @Test
  void leaveEachTemplateShortEnoughToBeSentAsItIs() throws Exception {
    for (String template : templates()) {
      assertThat(Files.size(Template.file(template))).as(template).isLessThanOrEqualTo(51_200);
    }
  }
}
