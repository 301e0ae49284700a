package io.citytally.cloudformation;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.election.Election;
import io.citytally.election.ElectionRules;
import io.citytally.election.FinalResult;
import io.citytally.election.RulesException;
import io.citytally.election.RulesFile;
import io.citytally.table.BallotPresentation;
import io.citytally.table.ElectionTable;
import io.citytally.web.SignIn;
import java.io.File;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** What the templates keep secret, limit and log. */
class TemplateTest {

  private static final Map<String, String> WITH_ISSUER =
      Map.of("OidcIssuer", "https://login.example.org", "OidcAudience", "us");
  private static final String SECRET = "{{resolve:";

  // --- Secrets ----------------------------------------------------------------------------------

  /** Every value of a template in which the value of a secret is put, by its resource. */
  private static Set<String> resourcesWithSecrets(Template template) {
    Set<String> found = new TreeSet<>();
    for (String id : template.ids()) {
      if (String.valueOf(template.properties(id)).contains(SECRET)) {
        found.add(id);
      }
    }
    return found;
  }

  @Test
  void putsNoSecretIntoTheEnvironmentOfAFunction() {
    for (String name : Template.all()) {
      Template template = name.equals("web") ? Template.of(name, WITH_ISSUER) : Template.of(name);

      assertThat(resourcesWithSecrets(template))
          .as(name)
          .isSubsetOf(name.equals("web") ? Set.of("Distribution") : Set.of());
    }
  }

  @Test
  void letsTheFunctionReadTheSecretsThatItIsNamedAndNoOther() {
    assertThat(Permissions.secretsOf(Template.of("web"), "FunctionRole"))
        .containsExactly("secretsmanager:GetSecretValue <OriginSecret>");
    assertThat(Permissions.secretsOf(Template.of("web", WITH_ISSUER), "FunctionRole"))
        .containsExactlyInAnyOrder(
            "secretsmanager:GetSecretValue <OriginSecret>",
            "secretsmanager:GetSecretValue <VoteIdKeyArn>");
    assertThat(variables(Template.of("web", WITH_ISSUER)))
        .contains(
            entry("VOTE_ID_KEY_ARN", "<VoteIdKeyArn>"),
            entry("ORIGIN_SECRET_ARN", "<OriginSecret>"));
  }

  private static Map<Object, Object> variables(Template web) {
    Map<?, ?> environment = (Map<?, ?>) web.properties("Function").get("Environment");
    return Map.copyOf((Map<?, ?>) environment.get("Variables"));
  }

  @Test
  void letsCloudFrontShowTheFunctionThatARequestCameThroughIt() {
    Map<?, ?> distribution =
        (Map<?, ?>) Template.of("web").properties("Distribution").get("DistributionConfig");

    assertThat((List<?>) distribution.get("Origins"))
        .filteredOn(origin -> ((Map<?, ?>) origin).get("Id").equals("api"))
        .extracting(origin -> (Object) ((Map<?, ?>) origin).get("OriginCustomHeaders"))
        .containsExactly(
            List.of(
                Map.of(
                    "HeaderName",
                    "X-Citytally-Origin",
                    "HeaderValue",
                    "{{resolve:secretsmanager:<OriginSecret>}}")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "web FunctionRole",
        "job Role",
        "audit Role",
        "access Operator",
        "access ReturningOfficer"
      })
  void letsAKeyOfTheCitysOwnBeUsedOnlyIfThereIsOne(String role) {
    String[] names = role.split(" ");
    String key = "arn:aws:kms:eu-west-1:123456789012:key/1";

    assertThat(Permissions.statements(Template.of(names[0]), names[1]))
        .noneMatch(statement -> statement.get("Action").toString().contains("kms:"));
    assertThat(Permissions.statements(Template.of(names[0], Map.of("KmsKeyArn", key)), names[1]))
        .filteredOn(statement -> statement.get("Action").toString().contains("kms:Decrypt"))
        .singleElement()
        .satisfies(
            statement -> {
              assertThat(statement.get("Resource")).isEqualTo(key);
              assertThat(statement.get("Condition").toString()).contains("kms:ViaService");
            });
  }

  @Test
  void grantsNoActionAndNoResourceByAWildcard() {
    for (String name : Template.all()) {
      Map<String, String> parameters = name.equals("access") ? Map.of("Trail", "true") : Map.of();
      Template template = Template.of(name, parameters);
      for (String role : template.resources("AWS::IAM::Role").keySet()) {
        for (Map<?, ?> statement : Permissions.statements(template, role)) {
          assertThat(statement.get("Action").toString()).as(role).doesNotContain("*");
          // The names of log groups and streams are no secret, and can't be asked for one by one.
          if (!statement.get("Action").toString().startsWith("logs:Describe")) {
            assertThat(Permissions.list(statement.get("Resource")))
                .as(role)
                .allSatisfy(
                    resource ->
                        // All that lies below one table or bucket, and the job's jars.
                        assertThat(resource.toString())
                            .matches("<[^*]+>/(backup/)?[*]|[^*]+|arn:[^*]+/job/[*]"));
          }
        }
      }
    }
  }

  @Test
  void letsTheJobReadTheJarThatTheServiceGoesBackTo() {
    assertThat(Permissions.statements(Template.of("job", Map.of("JarBucket", "jars")), "Role"))
        .filteredOn(statement -> "ReadCode".equals(statement.get("Sid")))
        .extracting(statement -> statement.get("Resource").toString())
        .containsExactly("arn:<AWS::Partition>:s3:::jars/job/*");
  }

  // --- The API's routes and limits ---------------------------------------------------------------

  /** The authorizer of each route. */
  private static Map<String, String> routes(Template web) {
    return web.resources("AWS::ApiGatewayV2::Route").keySet().stream()
        .map(web::properties)
        .collect(
            toMap(
                route -> route.get("RouteKey").toString(),
                route ->
                    route.get("AuthorizationType") == null
                        ? "none"
                        : route.get("AuthorizationType").toString()));
  }

  @Test
  void asksForATokenWhereTheVoteIsACitizens() {
    assertThat(routes(Template.of("web"))).doesNotContainValue("JWT");
    assertThat(routes(Template.of("web", WITH_ISSUER)))
        .contains(entry("GET /api/votes/mine", "JWT"), entry("PUT /api/votes/mine", "JWT"));
    assertThat(routes(Template.of("web", WITH_ISSUER)).entrySet())
        .filteredOn(route -> route.getKey().contains("/api/votes"))
        .allSatisfy(route -> assertThat(route.getValue()).isEqualTo("JWT"));
  }

  @Test
  void letsABrowserAskWithoutATokenOnlyForAllowedOrigins() {
    Map<String, String> withOrigin = new HashMap<>(WITH_ISSUER);
    withOrigin.put("AllowedOrigins", "https://portal.example.org");

    assertThat(routes(Template.of("web", withOrigin)))
        .containsEntry("OPTIONS /api/votes/mine", "none");
    assertThat(Template.of("web", withOrigin).properties("OneSecond").toString())
        .contains("Headers=[Origin]");
    assertThat(routes(Template.of("web", WITH_ISSUER)))
        .doesNotContainKey("OPTIONS /api/votes/mine");
  }

  @Test
  void hasARouteForAllThatTheApplicationAnswersAndForNothingElse() throws IOException {
    Set<String> described = new TreeSet<>();
    JsonNode paths =
        new ObjectMapper()
            .readTree(new File("src/web/src/main/resources/io/citytally/web/pages/openapi.json"))
            .get("paths");
    for (Map.Entry<String, JsonNode> path : paths.properties()) {
      for (String method : List.of("get", "put", "post", "delete")) {
        if (path.getValue().has(method)) {
          // Public reads are answered to HEAD, too, and anything else with a problem.
          boolean isPublic = method.equals("get") && !path.getValue().get(method).has("security");
          String routed = isPublic ? "ANY" : method.toUpperCase(Locale.ROOT);
          described.add(routed + " " + path.getKey());
        }
      }
    }
    Set<String> routes = new TreeSet<>();
    for (Map<String, String> parameters :
        List.of(Map.<String, String>of(), Map.of("OidcIssuer", "https://i", "OidcAudience", "a"))) {
      routes(Template.of("web", parameters)).keySet().stream()
          .map(route -> route.replace("+}", "}"))
          .forEach(routes::add);
    }

    assertThat(routes).isEqualTo(described);
  }

  @Test
  void limitsReadsAndVotesApart() {
    Template web = Template.of("web", Map.of("VotesPerSecond", "7", "ReadsPerSecond", "9"));
    Map<?, ?> stage = web.properties("Stage");
    Map<?, ?> ofReads = (Map<?, ?>) stage.get("RouteSettings");

    assertThat(limit(stage.get("DefaultRouteSettings"))).isEqualTo("7");
    assertThat(ofReads.values()).allSatisfy(settings -> assertThat(limit(settings)).isEqualTo("9"));
    // Stated of a route that is not there, the stage is refused.
    assertThat(routes(web).keySet())
        .containsAll(ofReads.keySet().stream().map(Object::toString).toList());
    assertThat(routes(web).keySet())
        .filteredOn(route -> !ofReads.containsKey(route))
        .containsExactlyInAnyOrder("GET /api/votes/mine", "PUT /api/votes/mine");
  }

  private static Object limit(Object settings) {
    return ((Map<?, ?>) settings).get("ThrottlingRateLimit");
  }

  @Test
  void limitsVotesAndReadsOfOneAddressByTheWebAcl() {
    Map<?, ?> acl = Template.of("web", Map.of("Waf", "true")).properties("WebAcl");

    assertThat((List<?>) acl.get("Rules"))
        .extracting(
            rule -> ((Map<?, ?>) ((Map<?, ?>) rule).get("Statement")).get("RateBasedStatement"))
        .filteredOn(statement -> statement != null)
        .extracting(statement -> ((Map<?, ?>) statement).get("Limit").toString())
        .containsExactly("300", "60000");
  }

  @Test
  void reservesExecutionsOnlyIfAsked() {
    assertThat(
            Template.of("web").properties("Function").containsKey("ReservedConcurrentExecutions"))
        .isFalse();
    assertThat(
            Template.of("web", Map.of("ReservedConcurrency", "50"))
                .properties("Function")
                .get("ReservedConcurrentExecutions"))
        .isEqualTo("50");
  }

  @Test
  void logsNeitherPathsNorAddressesNorTimes() {
    Map<?, ?> log = (Map<?, ?>) Template.of("web").properties("Stage").get("AccessLogSettings");

    assertThat(log.get("Format").toString())
        .contains("$context.routeKey", "$context.status")
        .doesNotContain("$context.path", "$context.http.path", "sourceIp", "requestTime");
  }

  @Test
  void countsInTheLogWhatTheLogCallsAStatus() {
    Template web = Template.of("web");
    Map<?, ?> log = (Map<?, ?>) web.properties("Stage").get("AccessLogSettings");

    assertThat(log.get("Format").toString()).contains("\"status\":\"$context.status\"");
    assertThat(web.properties("TooManyRequests").get("FilterPattern"))
        .isEqualTo("{ $.status = \"429\" }");
  }

  // --- Sign-in ----------------------------------------------------------------------------------

  @Test
  void signsCitizensInWithAPublicClientThatCanOnlyLeadBackToThePages() {
    Template identity =
        Template.of("identity", Map.of("PageOrigin", "https://votes.example", "DomainPrefix", "c"));
    Map<?, ?> page = identity.properties("Page");

    assertThat(page.get("GenerateSecret")).isEqualTo(false);
    assertThat(page.get("AllowedOAuthFlowsUserPoolClient")).isEqualTo(true);
    assertThat(page.get("AllowedOAuthFlows")).isEqualTo(List.of("code"));
    assertThat(page.get("AllowedOAuthScopes")).isEqualTo(List.of("openid", SignIn.DEFAULT_SCOPE));
    assertThat(page.get("CallbackURLs")).isEqualTo(List.of("https://votes.example/vote"));
    assertThat(page.get("LogoutURLs")).isEqualTo(List.of("https://votes.example/vote"));
    assertThat(page.get("ExplicitAuthFlows")).isEqualTo(List.of("ALLOW_REFRESH_TOKEN_AUTH"));
    Map<?, ?> api = identity.properties("Api");
    assertThat(
            api.get("Identifier")
                + "/"
                + ((Map<?, ?>) ((List<?>) api.get("Scopes")).get(0)).get("ScopeName"))
        .isEqualTo(SignIn.DEFAULT_SCOPE);
  }

  @Test
  void signsNobodyInBeforeThePagesAreKnown() {
    Map<?, ?> page = Template.of("identity").properties("Page");

    assertThat(page.get("AllowedOAuthFlowsUserPoolClient")).isEqualTo(false);
    assertThat(page.containsKey("CallbackURLs")).isFalse();
  }

  @Test
  void letsOnlyTheCityAddCitizensAndKeepsThem() {
    Map<?, ?> pool = Template.of("identity").properties("Citizens");

    assertThat(pool.get("AdminCreateUserConfig"))
        .isEqualTo(Map.of("AllowAdminCreateUserOnly", true));
    assertThat(pool.get("DeletionProtection")).isEqualTo("ACTIVE");
    assertThat(pool.get("UsernameAttributes")).isEqualTo(List.of("email"));
  }

  // --- Roles ------------------------------------------------------------------------------------

  @Test
  void keepsTheOperatorFromVotesBallotAndTheKeyOfIds() {
    assertThat(Permissions.denied(Template.of("access"), "Operator"))
        .contains(
            "dynamodb:PutItem votes",
            "dynamodb:UpdateItem votes",
            "dynamodb:DeleteItem votes",
            "dynamodb:BatchWriteItem votes",
            "dynamodb:UpdateItem ballot",
            "secretsmanager:GetSecretValue <VoteIdKeyArn>");
  }

  @ParameterizedTest
  @CsvSource({
    "Auditor, ''",
    "BallotOfficer, UpdateItem ballot|UpdateItem election",
    "ReturningOfficer, PutItem election|UpdateItem election",
  })
  void keepsAllOthersFromEveryTableButTheirOwn(String role, String own) {
    Template access = Template.of("access");
    Set<String> written = new TreeSet<>(Permissions.of(access, role));
    written.removeIf(right -> !right.matches(".*:(Put|Update|Delete|BatchWrite).*"));

    assertThat(String.join("|", written).replace("dynamodb:", "")).isEqualTo(own);
    for (String table :
        List.of(
            "votes",
            "total_votes",
            "turnout",
            "vote_history",
            "recent_votes",
            "rejected_votes",
            "corrections",
            "ballot",
            "election")) {
      boolean isDenied = !own.contains(" " + table);
      assertThat(Permissions.denied(access, role).contains("dynamodb:PutItem " + table))
          .as(table)
          .isEqualTo(isDenied);
      assertThat(Permissions.denied(access, role).contains("dynamodb:PartiQLUpdate " + table))
          .as(table)
          .isEqualTo(isDenied);
    }
  }

  /** What a role may update of the election: the attributes that a request names. */
  private static Set<String> attributesOfElection(String role) {
    return Permissions.statements(Template.of("access"), role).stream()
        .filter(
            statement ->
                statement.get("Effect").equals("Allow")
                    && statement.get("Action").equals("dynamodb:UpdateItem")
                    && statement.get("Resource").equals("<ElectionTableArn>"))
        .map(statement -> (Map<?, ?>) statement.get("Condition"))
        .filter(condition -> condition.containsKey("ForAllValues:StringEquals"))
        .map(condition -> (Map<?, ?>) condition.get("ForAllValues:StringEquals"))
        .peek(
            condition ->
                assertThat(condition.get("dynamodb:LeadingKeys")).isEqualTo(List.of("election")))
        .flatMap(condition -> ((List<?>) condition.get("dynamodb:Attributes")).stream())
        .map(Object::toString)
        .collect(toSet());
  }

  private static Set<String> attributesOf(UpdateItemRequest request) {
    Set<String> named = new TreeSet<>(request.expressionAttributeNames().values());
    named.addAll(request.key().keySet());
    return named;
  }

  @Test
  void letsNoRoleBothSetTheRulesOrResetAndClose() throws RulesException {
    ElectionRules rules =
        RulesFile.parse(
            """
            {"name": "Lunden", "time_zone": "UTC", "opens_at": "2026-01-01T00:00:00Z",
             "closes_at": "2026-01-02T00:00:00Z", "voting": "open"}
            """);
    Election tested = Election.stored(rules, "pin", Instant.EPOCH, null);
    Set<String> replace = attributesOf(ElectionTable.replace("e", Optional.of(tested), rules));
    Set<String> test = attributesOf(ElectionTable.openForTests("e", tested, Instant.EPOCH));
    Set<String> reset = attributesOf(ElectionTable.reset("e", tested));
    Set<String> close =
        attributesOf(ElectionTable.close("e", rules, new FinalResult(Instant.EPOCH, "abc")));

    assertThat(attributesOfElection("BallotOfficer"))
        .containsAll(replace)
        .containsAll(test)
        .doesNotContain(ElectionTable.CLOSED_SHA256);
    assertThat(attributesOfElection("ReturningOfficer"))
        .containsExactlyInAnyOrderElementsOf(close)
        .doesNotContain(ElectionTable.PINNED, ElectionTable.TEST_UNTIL);
    assertThat(attributesOfElection("ReturningOfficer").containsAll(reset)).isFalse();
    assertThat(attributesOfElection("ReturningOfficer").containsAll(replace)).isFalse();
    Template access = Template.of("access");
    for (String role : access.resources("AWS::IAM::Role").keySet()) {
      assertThat(Permissions.denied(access, role))
          .as("a reset withdraws votes")
          .contains("dynamodb:BatchWriteItem votes", "dynamodb:DeleteItem votes");
    }
    assertThat(Permissions.denied(access, "Operator")).contains("dynamodb:UpdateItem election");
  }

  @Test
  void letsTheBallotOfficerDescribeTheBallotAndStoreNoResult() {
    assertThat(Permissions.statements(Template.of("access"), "BallotOfficer"))
        .filteredOn(statement -> "ChangeWhatPagesShow".equals(statement.get("Sid")))
        .singleElement()
        .satisfies(
            statement ->
                assertThat(statement.get("Condition"))
                    .isEqualTo(
                        Map.of(
                            "ForAllValues:StringLike",
                            Map.of(
                                "dynamodb:LeadingKeys",
                                List.of(
                                    BallotPresentation.BALLOT,
                                    BallotPresentation.MAP,
                                    BallotPresentation.projectsOf("*")),
                                "dynamodb:Attributes",
                                List.copyOf(
                                    attributesOf(
                                        BallotPresentation.replace(
                                            "e",
                                            BallotPresentation.MAP,
                                            Optional.of("hash"),
                                            new ObjectMapper().createObjectNode())))))));
  }

  @Test
  void letsTheReturningOfficerStoreResultsOnly() {
    assertThat(Permissions.statements(Template.of("access"), "ReturningOfficer"))
        .filteredOn(statement -> statement.get("Action").equals("dynamodb:PutItem"))
        .singleElement()
        .satisfies(
            statement ->
                assertThat(statement.get("Condition"))
                    .isEqualTo(
                        Map.of(
                            "ForAllValues:StringLike",
                            Map.of("dynamodb:LeadingKeys", List.of("result-*")))));
    assertThat(ElectionTable.resultKey("abc").get(ElectionTable.ID).s()).isEqualTo("result-abc");
  }

  @Test
  void keepsATrailOfEveryoneButTheSystemItself() {
    Template access = Template.of("access", Map.of("Trail", "true"));
    String selectors = access.properties("VotesTrail").get("AdvancedEventSelectors").toString();

    assertThat(selectors)
        .contains("<VotesTableArn>", "<TotalVotesTableArn>", "<BallotTableArn>")
        .contains("NotStartsWith", "/<FunctionRoleName>/", "/<RoleName>/");
    assertThat(access.properties("TrailBucketPolicy").toString())
        .contains("NobodyDeletes", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention");
    assertThat(access.properties("TrailBucket").get("ObjectLockEnabled")).isEqualTo(true);
    assertThat(Template.of("access").ids()).doesNotContain("VotesTrail", "TrailBucket");
  }

  @Test
  void keepsBackupsForLongerThanTheirStackAndLetsTheNextOneBeMade() {
    Template backup = Template.of("backup");

    assertThat(backup.resources("AWS::Backup::BackupVault").get("Vault").get("DeletionPolicy"))
        .isEqualTo("RetainExceptOnCreate");
    assertThat(backup.properties("Vault").get("BackupVaultName"))
        .isEqualTo("<AWS::StackName>-01234567");
  }

  @Test
  void backsUpEveryTableThatCannotBeMadeAgain() {
    Map<?, ?> selection =
        (Map<?, ?>) Template.of("backup").properties("Selection").get("BackupSelection");

    assertThat((List<?>) selection.get("Resources"))
        .extracting(Object::toString)
        .containsExactlyInAnyOrderElementsOf(
            Template.of("storage").outputs().keySet().stream()
                .filter(name -> name.endsWith("TableArn") && !name.startsWith("Recent"))
                .map(name -> "<" + name + ">")
                .toList());
  }
}
