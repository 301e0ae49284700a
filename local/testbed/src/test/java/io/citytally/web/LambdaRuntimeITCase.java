package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.cli.aws.LocalAws;
import io.citytally.cloudformation.Template;
import io.citytally.local.cloud.InstalledEmulators;
import io.citytally.local.cloud.LocalDynamoDb;
import io.citytally.local.cloud.StorageTemplate;
import io.citytally.table.BallotTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/**
 * The jar that is handed to Lambda, unpacked as Lambda does and behind the client that Lambda's own
 * Java runtime is made of, in a process of its own that has nothing else of this project.
 */
class LambdaRuntimeITCase {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Choice OAK = new Choice("Old Town", "oak");
  private static final String CAPABILITY = "0123456789abcdef0123456789abcdef";

  private final ObjectMapper json = new ObjectMapper();

  @TempDir Path taskRoot;

  private LocalDynamoDb tables;
  private DynamoDbClient client;
  private LambdaRuntimeApi lambda;
  private Process function;
  private String origin = "";

  @BeforeEach
  void setUp() throws IOException {
    // The native part of the client is for Linux, as Lambda is.
    assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
    unpack(Path.of("src/web/target/citytally-web.jar"), taskRoot);
    tables = LocalDynamoDb.inMemory(InstalledEmulators.directory(), 0);
    client = LocalAws.dynamoDb(tables.endpoint());
    StorageTemplate.read(Template.file("storage")).createTables(client);
    lambda = new LambdaRuntimeApi();
  }

  @AfterEach
  void tearDown() throws InterruptedException {
    if (function != null) {
      function.destroy();
      function.waitFor(5, TimeUnit.SECONDS);
      function.destroyForcibly();
    }
    if (lambda != null) {
      lambda.close();
      client.close();
      tables.close();
    }
  }

  @Test
  void answersFromItsFirstEventOn() throws Exception {
    client.putItem(
        put ->
            put.tableName(BallotTable.DEFAULT_NAME).item(BallotTable.itemOf(OAK, "Save the oak")));
    Map<String, AttributeValue> total = new HashMap<>(TotalVotesTable.keyOf(OAK));
    total.put(TotalVotesTable.TOTAL_VOTES, AttributeValue.fromN("41"));
    client.putItem(put -> put.tableName(TotalVotesTable.DEFAULT_NAME).item(total));

    start(Map.of("OPEN_VOTING", "true"));
    JsonNode results = answer("GET", "/api/results", "");

    assertThat(results.path("statusCode").asInt()).isEqualTo(200);
    assertThat(results.path("headers").path("Cache-Control").asText())
        .isEqualTo("public, max-age=1");
    assertThat(bodyOf(results).toString()).contains("Save the oak", "41");

    String oak = "{\"region\":\"Old Town\",\"improvements\":[\"oak\"]}";
    assertThat(answer("PUT", "/api/votes/mine", oak).path("statusCode").asInt()).isEqualTo(200);
    assertThat(client.scan(scan -> scan.tableName(VotesTable.DEFAULT_NAME)).items())
        .containsExactly(
            VotesTable.itemOf(
                Capability.of(CAPABILITY).idOf(OAK.region), OAK.region, List.of("oak")));
    assertThat(bodyOf(answer("GET", "/api/votes/mine", "")).path("ballots").toString())
        .isEqualTo("[" + oak + "]");

    String withdrawal = "{\"region\":\"Old Town\",\"improvements\":[],\"seen\":" + oak + "}";
    assertThat(answer("PUT", "/api/votes/mine", withdrawal).path("statusCode").asInt())
        .isEqualTo(200);
    assertThat(client.scan(scan -> scan.tableName(VotesTable.DEFAULT_NAME)).items()).isEmpty();

    assertThat(answer("GET", "/api/nothing", "").path("statusCode").asInt()).isEqualTo(404);
  }

  @Test
  void readsItsSecretsWhenItStarts() throws Exception {
    try (FakeSecrets secrets = new FakeSecrets()) {
      start(
          Map.of(
              "AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets.endpoint().toString(),
              "OIDC_ISSUER", "https://login.example.org",
              "OIDC_AUDIENCE", "citytally",
              "VOTE_ID_KEY_ARN", secrets.put("vote-id-key", "k".repeat(64)),
              "ORIGIN_SECRET_ARN", secrets.put("origin", "from-the-front")));

      assertThat(answer("GET", "/api/ballot", "").path("statusCode").asInt()).isEqualTo(403);
      origin = "from-the-front";
      JsonNode ballot = answer("GET", "/api/ballot", "");
      assertThat(ballot.path("statusCode").asInt()).isEqualTo(200);
      assertThat(bodyOf(ballot).path("voting").path("identity").asText()).isEqualTo("oidc");
      assertThat(secrets.requests()).isEqualTo(2);
    }
  }

  @Test
  void saysWhatIsWrongWithItsSettings() throws Exception {
    start(Map.of("OIDC_ISSUER", "https://login.example.org"));

    await().atMost(TIMEOUT).until(() -> lambda.initFailure().isDone() || !function.isAlive());

    assertThat(lambda.initFailure())
        .isCompletedWithValueMatching(report -> report.contains("OIDC_AUDIENCE must be set"));
  }

  private JsonNode answer(String method, String path, String body) throws Exception {
    CompletableFuture<String> answer = lambda.invoke(event(method, path, body));
    function
        .onExit()
        .thenRun(() -> answer.completeExceptionally(new IllegalStateException("it has ended")));
    return json.readTree(answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
  }

  private JsonNode bodyOf(JsonNode answer) throws IOException {
    return json.readTree(Base64.getDecoder().decode(answer.path("body").asText()));
  }

  /** As API Gateway sends it: "Working with AWS Lambda proxy integrations for HTTP APIs". */
  private String event(String method, String path, String body) {
    return """
        {"version": "2.0", "routeKey": "ANY /api/{proxy+}", "rawPath": "%2$s", "rawQueryString": "",
         "headers": {"accept": "*/*", "content-type": "application/json", "host": "api.example.org",
         "x-citytally-origin": "%5$s", "citytally-capability": "%6$s"},
         "requestContext": {"accountId": "000000000000", "apiId": "api", "stage": "$default",
           "requestId": "id", "routeKey": "ANY /api/{proxy+}", "timeEpoch": 1790000000000,
           "time": "24/Nov/2026:09:00:00 +0000", "domainName": "api.example.org",
           "http": {"method": "%1$s", "path": "%2$s", "protocol": "HTTP/1.1",
             "sourceIp": "192.0.2.1", "userAgent": "test"}},
         "pathParameters": {"proxy": "x"}, "isBase64Encoded": %4$s %3$s}
        """
        .formatted(
            method,
            path,
            body.isEmpty()
                ? ""
                : ", \"body\": \""
                    + Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8))
                    + "\"",
            !body.isEmpty(),
            origin,
            CAPABILITY);
  }

  private void start(Map<String, String> settings) throws IOException {
    String classPath =
        Stream.of(
                AWSLambda.class, PojoSerializer.class, Context.class, SdkInternalThreadLocal.class)
            .map(type -> type.getProtectionDomain().getCodeSource().getLocation().getPath())
            .collect(Collectors.joining(File.pathSeparator));
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                AWSLambda.class.getName(),
                handler())
            .directory(taskRoot.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_LAMBDA_RUNTIME_API", lambda.address(),
                "LAMBDA_TASK_ROOT", taskRoot.toString(),
                "AWS_LAMBDA_FUNCTION_NAME", "citytally",
                "AWS_LAMBDA_FUNCTION_VERSION", "1",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024",
                "AWS_REGION", LocalAws.REGION.id(),
                "AWS_ACCESS_KEY_ID", "local",
                "AWS_SECRET_ACCESS_KEY", "local",
                "AWS_ENDPOINT_URL_DYNAMODB", tables.endpoint().toString()));
    builder.environment().putAll(settings);
    function = builder.start();
  }

  private static String handler() {
    return Template.of("web").properties("Function").get("Handler").toString();
  }

  private static void unpack(Path jar, Path directory) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : file.stream().filter(each -> !each.isDirectory()).toList()) {
        Path target = directory.resolve(entry.getName());
        Files.createDirectories(target.getParent());
        try (InputStream in = file.getInputStream(entry)) {
          Files.copy(in, target);
        }
      }
    }
  }
}
