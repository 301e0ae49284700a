package io.citytally.local.guard;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.io.network.netty.InboundChannelHandlerFactory;
import org.apache.flink.shaded.netty4.io.netty.buffer.Unpooled;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelDuplexHandler;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandler;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandlerAdapter;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandlerContext;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelPipeline;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelPromise;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.DefaultFullHttpResponse;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.FullHttpResponse;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpHeaderNames;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpHeaderValues;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpMethod;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpRequest;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpResponse;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpResponseStatus;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpServerCodec;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpVersion;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.LastHttpContent;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.QueryStringDecoder;
import org.apache.flink.shaded.netty4.io.netty.util.ReferenceCountUtil;

/**
 * Lets nobody but the launcher change anything through Flink's REST API, and no foreign page read
 * it.
 *
 * <p>Flink's own switches are not enough: without {@code web.submit.enable} no jar can be uploaded,
 * but {@code POST /jobs} still takes a serialized job graph, and a savepoint, a stop and a cancel
 * need no switch. So each request with an effect must carry {@link #SECRET} in a header; where no
 * secret is configured, there is no such request. Flink finds this class through {@code
 * META-INF/services}.
 */
public final class FlinkGuard implements InboundChannelHandlerFactory {

  /**
   * What the launcher sends in {@link #HEADER} with requests that have an effect. Flink shows no
   * value whose key says "secret", neither in its UI nor in a log.
   */
  public static final ConfigOption<String> SECRET =
      ConfigOptions.key("citytally.rest.secret").stringType().noDefaultValue();

  /** The header for {@link #SECRET}. */
  public static final String HEADER = "Citytally-Secret";

  /** All that another process needs on its class path to have this guard. */
  public static final List<String> FILES =
      List.of(
          "META-INF/services/" + InboundChannelHandlerFactory.class.getName(),
          classFile(FlinkGuard.class),
          classFile(Placement.class),
          classFile(Guard.class),
          classFile(SameOrigin.class),
          classFile(EndsWithParent.class));

  private static final String WITHOUT_SECRET =
      "Refused: only the launcher of Citytally changes what runs here.";

  private static String classFile(Class<?> type) {
    return type.getName().replace('.', '/') + ".class";
  }

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public Optional<ChannelHandler> createHandler(
      Configuration configuration, Map<String, String> responseHeaders) {
    return Optional.of(new Placement(new Guard(configuration.getOptional(SECRET))));
  }

  /**
   * Puts the guard where a request has just been parsed. Flink would have it after the handler that
   * stores uploads, and so each refused one would stay on disk.
   */
  static final class Placement extends ChannelHandlerAdapter {

    private final Guard guard;

    Placement(Guard guard) {
      this.guard = guard;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      ChannelPipeline pipeline = context.pipeline();
      pipeline.remove(this);
      pipeline.addAfter(pipeline.context(HttpServerCodec.class).name(), null, guard);
    }
  }

  /** Answers a refused request, and closes the connection once its body is through. */
  static final class Guard extends ChannelDuplexHandler {

    private final Optional<String> secret;
    private boolean refusing;

    Guard(Optional<String> secret) {
      this.secret = secret;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest request) {
        refusalOf(request)
            .ifPresent(
                reason -> {
                  refusing = true;
                  context.writeAndFlush(forbidden(reason));
                });
      }
      if (!refusing) {
        context.fireChannelRead(message);
        return;
      }
      ReferenceCountUtil.release(message);
      if (message instanceof LastHttpContent) {
        context.close();
      }
    }

    /** Flink would let the pages of all origins read its answers. */
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      if (message instanceof HttpResponse response) {
        response.headers().remove(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN);
      }
      context.write(message, promise);
    }

    private Optional<String> refusalOf(HttpRequest request) {
      if (!SameOrigin.admits(
          request.headers().getAll(HttpHeaderNames.HOST),
          request.headers().getAll(HttpHeaderNames.ORIGIN))) {
        return Optional.of(SameOrigin.REFUSAL);
      }
      return onlyReads(request) || carriesSecret(request)
          ? Optional.empty()
          : Optional.of(WITHOUT_SECRET);
    }

    /** Not every GET does: one cancels a job, for YARN's proxy, and one runs a jar to plan it. */
    private static boolean onlyReads(HttpRequest request) {
      String path = new QueryStringDecoder(request.uri()).path();
      return (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD))
          && !path.contains("/yarn-")
          && !path.contains("/jars/");
    }

    private boolean carriesSecret(HttpRequest request) {
      String sent = request.headers().get(HEADER, "");
      return secret.isPresent()
          && MessageDigest.isEqual(
              sent.getBytes(StandardCharsets.UTF_8), secret.get().getBytes(StandardCharsets.UTF_8));
    }

    private static FullHttpResponse forbidden(String reason) {
      FullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              HttpResponseStatus.FORBIDDEN,
              Unpooled.copiedBuffer(reason + "\n", StandardCharsets.UTF_8));
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
      response.headers().set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      return response;
    }
  }
}
