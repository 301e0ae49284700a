package io.citytally.local.web;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.citytally.local.guard.SameOrigin;
import io.citytally.web.Request;
import io.citytally.web.Response;
import io.citytally.web.WebApplication;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The web application on 127.0.0.1, by the server that comes with the JDK. It answers foreign web
 * pages no more than {@link SameOrigin} admits.
 */
public final class LocalWebServer implements AutoCloseable {

  /** Verifies bearer tokens. */
  @FunctionalInterface
  interface TokenVerifier {

    /** Trusts none. */
    TokenVerifier NONE = token -> Map.of();

    /**
     * The claims of the token; none unless all that makes it trustworthy is right.
     *
     * @throws io.citytally.web.ProblemException if it can't be checked now
     */
    Map<String, ?> claimsOf(String token);
  }

  /** A request that is sent or read slowly holds one, until its time is over. */
  private static final int MAX_THREADS = 512;

  private static final Duration IDLE_THREAD_TIMEOUT = Duration.ofSeconds(30);

  /** For a request to arrive, from its first byte to the last of its body; and for its answer. */
  private static final Duration TRANSFER_TIMEOUT = Duration.ofSeconds(10);

  private static final int BACKLOG = 1024;
  private static final int SECONDS_TO_FINISH = 1;
  private static final String BEARER = "bearer ";

  static {
    // A full hall of viewers keeps its connections, and none waits for a packet to fill up. A
    // client that sends too much hears so: what is left of it is taken from the wire. The server
    // reads these
    // once.
    Properties system = System.getProperties();
    system.putIfAbsent("sun.net.httpserver.maxIdleConnections", "2000");
    system.putIfAbsent("sun.net.httpserver.nodelay", "true");
    system.putIfAbsent("sun.net.httpserver.drainAmount", Integer.toString(16 * 1024 * 1024));
    String seconds = Long.toString(TRANSFER_TIMEOUT.toSeconds());
    system.putIfAbsent("sun.net.httpserver.maxReqTime", seconds);
    system.putIfAbsent("sun.net.httpserver.maxRspTime", seconds);
  }

  private final HttpServer server;
  private final ExecutorService threads;
  private @Nullable WebApplication application;

  private LocalWebServer(int port) throws IOException {
    server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            MAX_THREADS,
            MAX_THREADS,
            IDLE_THREAD_TIMEOUT.toSeconds(),
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>());
    pool.allowCoreThreadTimeOut(true);
    threads = pool;
    server.setExecutor(threads);
  }

  private void serve(String path, HttpHandler handler) {
    server.createContext(path, handler).getFilters().add(new SameOriginFilter());
  }

  /**
   * Takes a port, at which requests wait until {@link #start}.
   *
   * @param port 0 for any that is free
   * @throws java.net.BindException if something else listens there
   */
  static LocalWebServer bind(int port) throws IOException {
    return new LocalWebServer(port);
  }

  /**
   * Begins to answer.
   *
   * @param application is closed with the server
   */
  void start(WebApplication application, TokenVerifier tokens) {
    this.application = application;
    serve("/", exchange -> handle(exchange, application, tokens));
    server.start();
  }

  /**
   * Answers at a path with what is no part of the web application.
   *
   * @param json makes the answer
   */
  void tell(String path, Supplier<byte[]> json) {
    serve(
        path,
        exchange -> {
          try (exchange) {
            byte[] body = json.get();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private static void handle(
      HttpExchange exchange, WebApplication application, TokenVerifier tokens) throws IOException {
    try (exchange) {
      Response response = application.handle(request(exchange, tokens));
      response.headers().forEach(exchange.getResponseHeaders()::set);
      byte[] body = response.body();
      exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        try (OutputStream out = exchange.getResponseBody()) {
          out.write(body);
        }
      }
    }
  }

  private static Request request(HttpExchange exchange, TokenVerifier tokens) throws IOException {
    Map<String, String> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name, String.join(",", values)));
    String authorization = headers.getOrDefault("Authorization", "");
    return new Request(
        exchange.getRequestMethod(),
        exchange.getRequestURI().getRawPath(),
        headers,
        exchange.getRequestBody().readNBytes(Request.MAX_BODY_BYTES + 1),
        () ->
            authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? tokens.claimsOf(authorization.substring(BEARER.length()).strip())
                : Map.of());
  }

  private static final class SameOriginFilter extends Filter {

    @Override
    public String description() {
      return "Refuses what foreign web pages send";
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
      Headers headers = exchange.getRequestHeaders();
      if (SameOrigin.admits(
          headers.getOrDefault("Host", List.of()), headers.getOrDefault("Origin", List.of()))) {
        chain.doFilter(exchange);
        return;
      }
      try (exchange) {
        byte[] refusal = SameOrigin.REFUSAL.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(403, refusal.length);
        exchange.getResponseBody().write(refusal);
      }
    }
  }

  /** Lets answers on their way finish, for a second at most. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      threads.awaitTermination(SECONDS_TO_FINISH, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop(0);
    if (application != null) {
      application.close();
    }
  }
}
