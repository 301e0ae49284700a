package io.citytally.web;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;

class LambdaHandlerTest {

  /** API Gateway in front of it, with events of payload format 2.0. */
  abstract static class Gateway extends ApiContract {

    private LambdaHandler lambda;

    @Override
    protected void serve(WebApplication application) {
      lambda = new LambdaHandler(application);
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
              .withHeaders(headers.isEmpty() ? null : lowerCase(headers))
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
          .map(
              claims ->
                  RequestContext.Authorizer.builder()
                      .withJwt(RequestContext.Authorizer.JWT.builder().withClaims(claims).build())
                      .build())
          .orElse(null);
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
