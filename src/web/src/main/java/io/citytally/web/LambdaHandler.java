package io.citytally.web;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * The web application on AWS Lambda, behind an HTTP API of Amazon API Gateway with payloads of
 * format 2.0 ("Working with AWS Lambda proxy integrations for HTTP APIs"). {@link LambdaConfig}
 * tells how to set it up. Tokens are verified by API Gateway's JWT authorizer; routes that ask for
 * a token must have it.
 *
 * <p>Each instance reads the results for itself, at most once per second; {@code Cache-Control}
 * sees to it that API Gateway and the browsers' caches let few requests through. It reads within
 * the request that asks for them: Lambda freezes an instance as soon as it has answered, with all
 * that still runs in it.
 *
 * <p>With an origin's secret, only requests that carry it are answered: those that came through
 * CloudFront, and the web ACL there, and not to the API's own address.
 */
public final class LambdaHandler
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {

  /** API Gateway gives up after 30 s, a person much earlier. */
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(3);

  private static final String ORIGIN_HEADER = "X-Citytally-Origin";

  /**
   * A signed JWT, with or without {@code Bearer}, as the authorizer takes it ("Control access to
   * HTTP APIs with JWT authorizers", https://docs.aws.amazon.com/apigateway/latest/developerguide/
   * http-api-jwt-authorizer.html).
   */
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?i:bearer )?\\s*[A-Za-z0-9_-]+\\.(?<claims>[A-Za-z0-9_-]+)\\.[A-Za-z0-9_-]+\\s*");

  private final WebApplication application;
  private final Optional<byte[]> originSecret;

  /**
   * As Lambda makes it, configured by the environment.
   *
   * @throws IllegalArgumentException if the environment is not as {@link LambdaConfig} wants it
   */
  public LambdaHandler() {
    this(
        configuration(),
        DynamoDbClient.builder()
            .overrideConfiguration(override -> override.apiCallTimeout(CALL_TIMEOUT))
            .build());
  }

  /** A snapshot of the function holds the secrets, but no connection to Secrets Manager. */
  private static LambdaConfig configuration() {
    try (SecretsManagerClient secrets =
        SecretsManagerClient.builder()
            .overrideConfiguration(override -> override.apiCallTimeout(CALL_TIMEOUT))
            .build()) {
      return LambdaConfig.parse(System.getenv(), new StoredSecrets(secrets)::read);
    }
  }

  /** In front of the tables that the client reaches. */
  LambdaHandler(LambdaConfig config, DynamoDbClient dynamoDb) {
    this(application(config, dynamoDb), config.originSecret());
  }

  /**
   * In front of the given application.
   *
   * @param originSecret what each request must carry; none if any request is answered
   */
  public LambdaHandler(WebApplication application, Optional<String> originSecret) {
    this.application = application;
    this.originSecret = originSecret.map(secret -> secret.getBytes(StandardCharsets.UTF_8));
  }

  private static WebApplication application(LambdaConfig config, DynamoDbClient dynamoDb) {
    return WebApplication.readingWithinRequests(
        new StoredResults(
            dynamoDb, config.totalVotesTable(), config.recentVotesTable(), config.turnoutTable()),
        new StoredHistory(dynamoDb, config.voteHistoryTable(), Clock.systemUTC()),
        new StoredBallot(dynamoDb, config.ballotTable(), config.electionTable()),
        new StoredElection(dynamoDb, config.electionTable(), config.withoutElection()),
        new StoredVotes(dynamoDb, config.votesTable()),
        config.voters(),
        config.allowedOrigins(),
        Clock.systemUTC());
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    Response response = answer(event);
    // For any bytes; API Gateway decodes them again.
    return APIGatewayV2HTTPResponse.builder()
        .withStatusCode(response.status())
        .withHeaders(new LinkedHashMap<>(response.headers()))
        .withBody(Base64.getEncoder().encodeToString(response.body()))
        .withIsBase64Encoded(true)
        .build();
  }

  private Response answer(APIGatewayV2HTTPEvent event) {
    Request request;
    try {
      checkOrigin(event);
      request = request(event);
    } catch (ProblemException e) {
      Response refusal =
          new SecurityHeaders(Set.of())
              .addTo(e.response(Texts.accepted(header(event, "Accept-Language"))));
      return isHead(event) ? refusal.withoutBody() : refusal;
    }
    return application.handle(request);
  }

  /**
   * @throws ProblemException if the request did not come the way that knows the secret
   */
  private void checkOrigin(APIGatewayV2HTTPEvent event) {
    // In constant time: how long it takes tells nothing of the secret.
    if (originSecret.isEmpty()
        || header(event, ORIGIN_HEADER)
            .filter(
                shown ->
                    MessageDigest.isEqual(
                        originSecret.get(), shown.getBytes(StandardCharsets.UTF_8)))
            .isPresent()) {
      return;
    }
    throw new ProblemException(403, Problem.WRONG_WAY);
  }

  private static boolean isHead(APIGatewayV2HTTPEvent event) {
    RequestContext context = event.getRequestContext();
    return context != null
        && context.getHttp() != null
        && "HEAD".equals(context.getHttp().getMethod());
  }

  /**
   * @throws ProblemException if the event is none of API Gateway's: anyone who may invoke the
   *     function can send it anything
   */
  private static Request request(APIGatewayV2HTTPEvent event) {
    if (event.getRawPath() == null
        || event.getRequestContext() == null
        || event.getRequestContext().getHttp() == null
        || event.getRequestContext().getHttp().getMethod() == null) {
      throw new ProblemException(400, Problem.NO_HTTP_REQUEST);
    }
    return new Request(
        event.getRequestContext().getHttp().getMethod(),
        path(event),
        event.getHeaders() == null ? Map.of() : event.getHeaders(),
        body(event),
        claims(event));
  }

  /** Without the stage, which stands before the path unless it is the default one. */
  private static String path(APIGatewayV2HTTPEvent event) {
    String path = event.getRawPath();
    String stage = event.getRequestContext().getStage();
    String prefix = "/" + stage;
    return stage != null && path.startsWith(prefix + "/") ? path.substring(prefix.length()) : path;
  }

  private static byte[] body(APIGatewayV2HTTPEvent event) {
    if (event.getBody() == null) {
      return new byte[0];
    }
    if (!event.getIsBase64Encoded()) {
      return event.getBody().getBytes(StandardCharsets.UTF_8);
    }
    try {
      return Base64.getDecoder().decode(event.getBody());
    } catch (IllegalArgumentException e) {
      throw new ProblemException(400, Problem.NO_BASE64);
    }
  }

  /**
   * The claims of the token that the authorizer has verified, as they stand in the token. The
   * authorizer hands them on as well, but as texts: a list becomes {@code [a b]}, and nobody can
   * tell whether that was one value or two.
   */
  private static Map<String, ?> claims(APIGatewayV2HTTPEvent event) {
    RequestContext.Authorizer authorizer = event.getRequestContext().getAuthorizer();
    Optional<Matcher> token = header(event, "Authorization").map(TOKEN::matcher);
    if (authorizer == null
        || authorizer.getJwt() == null
        || authorizer.getJwt().getClaims() == null
        || token.filter(Matcher::matches).isEmpty()) {
      return Map.of();
    }
    Claims claims = new Claims(parse(token.get().group("claims")));
    for (String each : List.of("iss", "sub")) {
      // It is another token than the verified one.
      if (!claims
          .text(each)
          .equals(Optional.ofNullable(authorizer.getJwt().getClaims().get(each)))) {
        return Map.of();
      }
    }
    return claims.values();
  }

  private static Map<String, ?> parse(String claims) {
    try {
      return Json.read(Base64.getUrlDecoder().decode(claims)) instanceof ObjectNode json
          ? Json.fields(json)
          : Map.of();
    } catch (IOException | IllegalArgumentException e) {
      return Map.of();
    }
  }

  private static Optional<String> header(APIGatewayV2HTTPEvent event, String name) {
    Map<String, String> headers = event.getHeaders() == null ? Map.of() : event.getHeaders();
    return headers.entrySet().stream()
        .filter(header -> name.equalsIgnoreCase(header.getKey()) && header.getValue() != null)
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
