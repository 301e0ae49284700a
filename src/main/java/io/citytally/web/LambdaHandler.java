package io.citytally.web;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The web application on AWS Lambda, behind an HTTP API of Amazon API Gateway with payloads of
 * format 2.0 ("Working with AWS Lambda proxy integrations for HTTP APIs"). {@link LambdaConfig}
 * tells how to set it up. The claims of a token are taken from API Gateway's JWT authorizer, which
 * has verified it; routes that ask for a token must have that authorizer.
 *
 * <p>Each instance reads the results for itself, at most once per second; that API Gateway and the
 * browsers' caches let few requests through, {@code Cache-Control} sees to.
 */
public final class LambdaHandler
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {

  /** API Gateway gives up after 30 s, a person much earlier. */
  private static final Duration DYNAMODB_TIMEOUT = Duration.ofSeconds(3);

  private final WebApplication application;

  /**
   * As Lambda makes it, configured by the environment.
   *
   * @throws IllegalArgumentException if the environment is not as {@link LambdaConfig} wants it
   */
  public LambdaHandler() {
    this(application(LambdaConfig.parse(System.getenv())));
  }

  LambdaHandler(WebApplication application) {
    this.application = application;
  }

  private static WebApplication application(LambdaConfig config) {
    DynamoDbClient dynamoDb =
        DynamoDbClient.builder()
            .overrideConfiguration(override -> override.apiCallTimeout(DYNAMODB_TIMEOUT))
            .build();
    return new WebApplication(
        new StoredResults(dynamoDb, config.totalVotesTable(), config.recentVotesTable()),
        new StoredBallot(dynamoDb, config.ballotTable()),
        new StoredVotes(dynamoDb, config.votesTable()),
        config.citizens(),
        Clock.systemUTC());
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    Response response = application.handle(request(event));
    // Whatever the bytes are; API Gateway decodes them again.
    return APIGatewayV2HTTPResponse.builder()
        .withStatusCode(response.status())
        .withHeaders(new LinkedHashMap<>(response.headers()))
        .withBody(Base64.getEncoder().encodeToString(response.body()))
        .withIsBase64Encoded(true)
        .build();
  }

  private static Request request(APIGatewayV2HTTPEvent event) {
    return new Request(
        event.getRequestContext().getHttp().getMethod(),
        path(event),
        event.getRawQueryString() == null ? "" : event.getRawQueryString(),
        event.getHeaders() == null ? Map.of() : event.getHeaders(),
        body(event),
        claims(event.getRequestContext()));
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
    return event.getIsBase64Encoded()
        ? Base64.getDecoder().decode(event.getBody())
        : event.getBody().getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, String> claims(RequestContext context) {
    RequestContext.Authorizer authorizer = context.getAuthorizer();
    return authorizer == null
            || authorizer.getJwt() == null
            || authorizer.getJwt().getClaims() == null
        ? Map.of()
        : authorizer.getJwt().getClaims();
  }
}
