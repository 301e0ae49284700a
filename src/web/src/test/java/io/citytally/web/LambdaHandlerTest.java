package io.citytally.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.election.Election;
import io.citytally.election.VotePer;
import io.citytally.election.VotingMode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.paginators.ScanIterable;

class LambdaHandlerTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** API Gateway in front of it, with events of payload format 2.0. */
  abstract static class Gateway extends ApiContract {

    private LambdaHandler lambda;

    @Override
    protected void serve(WebApplication application) {
      lambda = new LambdaHandler(application, Optional.empty());
    }

    abstract String rawPath(String path);

    String stage() {
      return "$default";
    }

    void setBody(APIGatewayV2HTTPEvent event, byte[] body) {
      event.setBody(new String(body, StandardCharsets.UTF_8));
      event.setIsBase64Encoded(false);
    }

    @Override
    protected Answer send(
        String method, String path, String query, Map<String, String> headers, byte[] body) {
      APIGatewayV2HTTPEvent event =
          APIGatewayV2HTTPEvent.builder()
              .withVersion("2.0")
              .withRouteKey("$default")
              .withRawPath(rawPath(path))
              .withRawQueryString(query)
              .withHeaders(headers.isEmpty() ? null : lowerCase(withToken(headers)))
              .withRequestContext(
                  RequestContext.builder()
                      .withStage(stage())
                      .withHttp(
                          RequestContext.Http.builder().withMethod(method).withPath(path).build())
                      .withAuthorizer(authorizer(headers))
                      .build())
              .build();
      if (body.length > 0) {
        setBody(event, body);
      }
      APIGatewayV2HTTPResponse response = lambda.handleRequest(event, null);
      byte[] bytes =
          response.getIsBase64Encoded()
              ? Base64.getDecoder().decode(response.getBody())
              : response.getBody().getBytes(StandardCharsets.UTF_8);
      return new Answer(response.getStatusCode(), lowerCase(response.getHeaders()), bytes);
    }

    /** What the JWT authorizer hands on; on AWS it refuses what is not genuine by itself. */
    private static RequestContext.Authorizer authorizer(Map<String, String> headers) {
      return Optional.ofNullable(headers.get("Authorization"))
          .map(value -> TOKENS.get(value.replace("Bearer ", "")))
          .map(LambdaHandlerTest::authorizer)
          .orElse(null);
    }

    /** Instead of its name, the token. */
    private static Map<String, String> withToken(Map<String, String> headers) {
      Map<String, String> sent = new HashMap<>(headers);
      sent.computeIfPresent(
          "Authorization",
          (name, value) ->
              "Bearer " + token(TOKENS.getOrDefault(value.replace("Bearer ", ""), Map.of())));
      return sent;
    }
  }

  /** As API Gateway has been seen to write claims: all are texts, and a list is {@code [a b]}. */
  private static RequestContext.Authorizer authorizer(Map<String, ?> claims) {
    Map<String, String> texts = new HashMap<>();
    claims.forEach(
        (name, value) ->
            texts.put(
                name,
                value instanceof List<?> list
                    ? list.stream().map(String::valueOf).collect(joining(" ", "[", "]"))
                    : value.toString()));
    return RequestContext.Authorizer.builder()
        .withJwt(RequestContext.Authorizer.JWT.builder().withClaims(texts).build())
        .build();
  }

  private static String token(Map<String, ?> claims) {
    return Stream.of(Map.of("alg", "RS256"), claims, Map.of())
        .map(part -> JSON.valueToTree(part).toString().getBytes(UTF_8))
        .map(Base64.getUrlEncoder().withoutPadding()::encodeToString)
        .collect(joining("."));
  }

  /** The authorizer has verified a token; its claims are read from the header that it verified. */
  @Nested
  class WithAVerifiedToken {

    private static final Map<String, ?> ANNA = ApiContract.TOKENS.get("anna");
    private static final Map<String, ?> BOB = ApiContract.TOKENS.get("bob");

    private final FakeCity city = new FakeCity();
    private final WebApplication application =
        new WebApplication(
            city.results(),
            city.history(),
            city.ballot(),
            city,
            city,
            new CitizenIdentity(
                new SignIn(ApiContract.ISSUER, "citytally"),
                new byte[CitizenIdentity.MIN_KEY_BYTES]),
            Clock.systemUTC());

    @BeforeEach
    void setUp() {
      city.election = Election.alwaysOpen(VotingMode.SIGNED_IN, VotePer.REGION);
    }

    @AfterEach
    void close() {
      application.close();
    }

    private int statusOf(String authorization, Map<String, ?> verified) {
      return new LambdaHandler(application, Optional.empty())
          .handleRequest(
              APIGatewayV2HTTPEvent.builder()
                  .withRawPath("/api/votes/mine")
                  .withHeaders(Map.of("authorization", authorization))
                  .withRequestContext(
                      RequestContext.builder()
                          .withHttp(RequestContext.Http.builder().withMethod("GET").build())
                          .withAuthorizer(verified == null ? null : authorizer(verified))
                          .build())
                  .build(),
              null)
          .getStatusCode();
    }

    @Test
    void takesItWithAndWithoutBearer() {
      assertThat(statusOf("Bearer " + token(ANNA), ANNA)).isEqualTo(200);
      assertThat(statusOf("bearer " + token(ANNA), ANNA)).isEqualTo(200);
      assertThat(statusOf(token(BOB), BOB)).isEqualTo(200);
    }

    @Test
    void takesNoOtherThanTheVerifiedOne() {
      assertThat(statusOf("Bearer " + token(ANNA), null)).isEqualTo(401);
      assertThat(statusOf("Bearer " + token(ANNA), BOB)).isEqualTo(401);
      assertThat(statusOf("Bearer " + token(ANNA) + ",Bearer " + token(BOB), ANNA)).isEqualTo(401);
      assertThat(statusOf("Bearer e30.e30.e30", ANNA)).isEqualTo(401);
      assertThat(statusOf("Bearer e30.W10.e30", ANNA)).isEqualTo(401);
      assertThat(statusOf("Bearer e30.e.e30", ANNA)).isEqualTo(401);
      assertThat(statusOf("Basic YTpi", ANNA)).isEqualTo(401);
    }
  }

  @Nested
  class WithAnOriginsSecret {

    private final FakeCity city = new FakeCity();
    private final WebApplication application =
        new WebApplication(
            city.results(),
            city.history(),
            city.ballot(),
            city,
            city,
            new OpenVoters(),
            Clock.systemUTC());
    private final LambdaHandler lambda = new LambdaHandler(application, Optional.of("s3cret"));

    @AfterEach
    void close() {
      application.close();
    }

    @Test
    void answersWhatCarriesIt() {
      for (String name : List.of("x-citytally-origin", "X-Citytally-Origin")) {
        assertThat(lambda.handleRequest(event("GET", Map.of(name, "s3cret")), null).getStatusCode())
            .isEqualTo(200);
      }
    }

    @Test
    void refusesWhatDoesNotAndAsksTheTablesNothing() {
      Map<String, String> nothing = new HashMap<>();
      nothing.put("x-citytally-origin", null);
      for (Map<String, String> headers :
          Arrays.asList(
              null,
              nothing,
              Map.of("x-citytally-origin", ""),
              Map.of("x-citytally-origin", "s3cre"),
              Map.of("x-citytally-origin", "s3cret,s3cret"),
              Map.of("x-other", "s3cret"))) {
        APIGatewayV2HTTPResponse response = lambda.handleRequest(event("GET", headers), null);

        assertThat(response.getStatusCode()).isEqualTo(403);
        assertThat(response.getHeaders())
            .containsEntry("Content-Type", "application/problem+json")
            .containsKey("Content-Security-Policy");
        assertThat(new String(Base64.getDecoder().decode(response.getBody()), UTF_8))
            .contains("\"status\":403")
            .doesNotContain("s3cret");
      }
      assertThat(lambda.handleRequest(event("HEAD", Map.of()), null).getBody()).isEmpty();
      assertThat(lambda.handleRequest(new APIGatewayV2HTTPEvent(), null).getStatusCode())
          .isEqualTo(403);
      assertThat(city.requests).isEmpty();
    }

    private APIGatewayV2HTTPEvent event(String method, Map<String, String> headers) {
      return APIGatewayV2HTTPEvent.builder()
          .withRawPath("/api/results")
          .withHeaders(headers)
          .withRequestContext(
              RequestContext.builder()
                  .withHttp(RequestContext.Http.builder().withMethod(method).build())
                  .build())
          .build();
    }
  }

  /** Lambda freezes what goes on after the answer. */
  @Nested
  class OnItsOwn {

    @Test
    void readsTheTablesWithinTheRequest() {
      ThreadsThatRead tables = new ThreadsThatRead();
      LambdaHandler lambda =
          new LambdaHandler(LambdaConfig.parse(Map.of("OPEN_VOTING", "true"), arn -> arn), tables);
      APIGatewayV2HTTPEvent event =
          APIGatewayV2HTTPEvent.builder()
              .withRawPath("/api/results")
              .withRequestContext(
                  RequestContext.builder()
                      .withHttp(RequestContext.Http.builder().withMethod("GET").build())
                      .build())
              .build();

      assertThat(lambda.handleRequest(event, null).getStatusCode()).isEqualTo(200);
      assertThat(tables.threads).hasSize(6).containsOnly(Thread.currentThread());
    }
  }

  /** Empty tables, that remember who scans them. */
  private static final class ThreadsThatRead implements DynamoDbClient {

    final List<Thread> threads = new ArrayList<>();

    @Override
    public ScanIterable scanPaginator(Consumer<ScanRequest.Builder> request) {
      return new ScanIterable(this, ScanRequest.builder().applyMutation(request).build());
    }

    @Override
    public ScanResponse scan(ScanRequest request) {
      threads.add(Thread.currentThread());
      return ScanResponse.builder().items(List.of()).build();
    }

    @Override
    public GetItemResponse getItem(Consumer<GetItemRequest.Builder> request) {
      threads.add(Thread.currentThread());
      return GetItemResponse.builder().build();
    }

    @Override
    public String serviceName() {
      return "dynamodb";
    }

    @Override
    public void close() {}
  }

  @Nested
  class WithAnEventThatIsNoRequest {

    private final FakeCity city = new FakeCity();
    private final WebApplication application =
        new WebApplication(
            city.results(),
            city.history(),
            city.ballot(),
            city,
            city,
            new OpenVoters(),
            Clock.systemUTC());

    @AfterEach
    void close() {
      application.close();
    }

    @Test
    void answersThatItIsNone() {
      RequestContext.Http http = RequestContext.Http.builder().withMethod("GET").build();
      for (APIGatewayV2HTTPEvent event :
          List.of(
              event(null, null),
              event("/api/ballot", null),
              event("/api/ballot", RequestContext.builder().build()),
              event(null, RequestContext.builder().withHttp(http).build()),
              event(
                  "/api/ballot",
                  RequestContext.builder().withHttp(new RequestContext.Http()).build()))) {
        assertRefused(event);
      }
    }

    @Test
    void refusesABodyThatIsNotBase64() {
      APIGatewayV2HTTPEvent event =
          event(
              "/api/votes/mine",
              RequestContext.builder()
                  .withHttp(RequestContext.Http.builder().withMethod("PUT").build())
                  .build());
      event.setBody("{}");
      event.setIsBase64Encoded(true);

      assertRefused(event);
    }

    @Test
    void answersAHeadWithoutABody() {
      APIGatewayV2HTTPEvent event =
          event(
              null,
              RequestContext.builder()
                  .withHttp(RequestContext.Http.builder().withMethod("HEAD").build())
                  .build());

      assertRefused(event);
      assertThat(
              new LambdaHandler(application, Optional.empty()).handleRequest(event, null).getBody())
          .isEmpty();
    }

    @Test
    void takesAClaimWithoutAValueForNone() {
      Map<String, String> claims = new HashMap<>();
      claims.put("sub", null);
      APIGatewayV2HTTPEvent event =
          event(
              "/api/ballot",
              RequestContext.builder()
                  .withHttp(RequestContext.Http.builder().withMethod("GET").build())
                  .withAuthorizer(
                      RequestContext.Authorizer.builder()
                          .withJwt(
                              RequestContext.Authorizer.JWT.builder().withClaims(claims).build())
                          .build())
                  .build());

      assertThat(
              new LambdaHandler(application, Optional.empty())
                  .handleRequest(event, null)
                  .getStatusCode())
          .isEqualTo(200);
    }

    private void assertRefused(APIGatewayV2HTTPEvent event) {
      APIGatewayV2HTTPResponse response =
          new LambdaHandler(application, Optional.empty()).handleRequest(event, null);

      assertThat(response.getStatusCode()).isEqualTo(400);
      assertThat(response.getHeaders())
          .containsEntry("Content-Type", "application/problem+json")
          .containsKey("Content-Security-Policy");
    }

    private static APIGatewayV2HTTPEvent event(String path, RequestContext context) {
      return APIGatewayV2HTTPEvent.builder().withRawPath(path).withRequestContext(context).build();
    }
  }

  @Nested
  class WithThePathAsItWasSent extends Gateway {
    @Override
    String rawPath(String path) {
      return path;
    }
  }

  @Nested
  class WithThePathDecodedAndTheBodyEncoded extends Gateway {
    @Override
    String rawPath(String path) {
      return PercentEncoding.decode(path).orElse(path);
    }

    @Override
    void setBody(APIGatewayV2HTTPEvent event, byte[] body) {
      event.setBody(Base64.getEncoder().encodeToString(body));
      event.setIsBase64Encoded(true);
    }
  }

  @Nested
  class InAStageWithAName extends Gateway {
    @Override
    String rawPath(String path) {
      return "/lunden" + path;
    }

    @Override
    String stage() {
      return "lunden";
    }
  }
}
