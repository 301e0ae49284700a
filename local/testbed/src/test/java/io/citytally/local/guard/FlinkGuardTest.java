package io.citytally.local.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.runtime.io.network.netty.InboundChannelHandlerFactory;
import org.apache.flink.shaded.netty4.io.netty.buffer.ByteBuf;
import org.apache.flink.shaded.netty4.io.netty.buffer.Unpooled;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelInboundHandlerAdapter;
import org.apache.flink.shaded.netty4.io.netty.channel.embedded.EmbeddedChannel;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.DefaultFullHttpResponse;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpRequest;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpResponseStatus;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpServerCodec;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlinkGuardTest {

  private static final String SECRET = "0123456789abcdef";
  private static final String OWN = "Host: 127.0.0.1:8081\r\n";
  private static final String WITH_SECRET = OWN + FlinkGuard.HEADER + ": " + SECRET + "\r\n";

  /** Stands for Flink's handler of uploads, which is there before the guard. */
  private static final class Uploads extends ChannelInboundHandlerAdapter {}

  private static EmbeddedChannel channel(Configuration configuration) {
    return new EmbeddedChannel(
        new HttpServerCodec(),
        new Uploads(),
        new FlinkGuard().createHandler(configuration, Map.of()).orElseThrow());
  }

  private static EmbeddedChannel clusters() {
    return channel(new Configuration().set(FlinkGuard.SECRET, SECRET));
  }

  private static void send(EmbeddedChannel channel, String request, String headers) {
    byte[] bytes =
        (request + " HTTP/1.1\r\n" + headers + "Content-Length: 2\r\n\r\n{}")
            .getBytes(StandardCharsets.UTF_8);
    channel.writeInbound(Unpooled.wrappedBuffer(bytes));
  }

  private static void assertAdmitted(EmbeddedChannel channel, String request, String headers) {
    send(channel, request, headers);

    assertThat(channel.<Object>readInbound()).isInstanceOf(HttpRequest.class);
    assertThat(channel.<Object>readOutbound()).isNull();
  }

  private static void assertRefused(EmbeddedChannel channel, String request, String headers) {
    send(channel, request, headers);

    assertThat(channel.<Object>readInbound()).isNull();
    assertThat(answer(channel)).startsWith("HTTP/1.1 403 Forbidden").contains("Refused: ");
    assertThat(channel.isOpen()).isFalse();
  }

  private static String answer(EmbeddedChannel channel) {
    StringBuilder answer = new StringBuilder();
    for (ByteBuf part; (part = channel.readOutbound()) != null; ) {
      answer.append(part.toString(StandardCharsets.UTF_8));
    }
    return answer.toString();
  }

  @Test
  void isFoundByFlink() {
    assertThat(ServiceLoader.load(InboundChannelHandlerFactory.class))
        .hasAtLeastOneElementOfType(FlinkGuard.class);
  }

  @Test
  void answersQuestions() {
    assertAdmitted(channel(new Configuration()), "GET /jobs/overview", OWN);
    assertAdmitted(clusters(), "GET /", OWN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /jars/upload",
        "POST /jobs",
        "POST /v1/jobs/1/stop",
        "PATCH /jobs/1",
        "PUT /jobs/1/resource-requirements",
        "DELETE /cluster",
        "OPTIONS /jobs",
        "GET /jobs/1/yarn-cancel",
        "GET /v1/jobs/1/yarn%2Dstop",
        "GET /jars/1/plan",
        "GET //jars//1/plan"
      })
  void takesChangesFromItsLauncherOnly(String change) {
    assertRefused(channel(new Configuration()), change, OWN);
    assertRefused(channel(new Configuration()), change, WITH_SECRET);
    assertRefused(channel(new Configuration()), change, OWN + FlinkGuard.HEADER + ":\r\n");
    assertRefused(clusters(), change, OWN);
    assertRefused(clusters(), change, OWN + FlinkGuard.HEADER + ": 0123\r\n");
    assertAdmitted(clusters(), change, WITH_SECRET);
  }

  @Test
  void refusesForeignPagesWhateverTheyKnow() {
    assertRefused(clusters(), "GET /jobs", "Host: elsewhere.example\r\n");
    assertRefused(clusters(), "GET /jobs", OWN + "Origin: http://elsewhere.example\r\n");
    assertRefused(clusters(), "POST /jobs", WITH_SECRET + "Origin: http://elsewhere.example\r\n");
    assertRefused(clusters(), "GET /jobs", OWN + OWN);
  }

  @Test
  void refusesUploadsBeforeTheyAreStored() {
    EmbeddedChannel channel = clusters();

    assertThat(channel.pipeline().names())
        .containsSubsequence(
            channel.pipeline().context(HttpServerCodec.class).name(),
            channel.pipeline().context(FlinkGuard.Guard.class).name(),
            channel.pipeline().context(Uploads.class).name());
  }

  @Test
  void letsNoForeignPageReadAnAnswer() {
    EmbeddedChannel channel = clusters();
    send(channel, "GET /jobs", OWN);
    var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    response.headers().set("Access-Control-Allow-Origin", "*").set("Content-Length", 0);

    channel.writeOutbound(response);

    assertThat(answer(channel)).startsWith("HTTP/1.1 200").doesNotContainIgnoringCase("origin");
  }

  @Test
  void hasASecretThatFlinkDoesNotShow() {
    assertThat(GlobalConfiguration.isSensitive(FlinkGuard.SECRET.key())).isTrue();
  }
}
