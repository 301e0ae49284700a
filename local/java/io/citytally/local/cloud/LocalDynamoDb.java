package io.citytally.local.cloud;

import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBRequestHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import io.citytally.local.guard.SameOrigin;
import io.citytally.local.lifecycle.CannotStartException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.logging.log4j.core.config.Configurator;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.util.Callback;

/**
 * DynamoDB Local in this JVM, one database for all credentials and regions.
 *
 * <p>Its own launcher listens on every address of the machine and cannot be told otherwise, so its
 * request handler is put into a server of ours. That leaves out its telemetry as well, which only
 * that launcher sets up.
 *
 * <p>It answers foreign web pages no more than {@link SameOrigin} admits; left to itself, it would
 * let them read and write all tables.
 *
 * <p>It leaves threads behind that keep a JVM alive: end the JVM with {@link System#exit}.
 */
public final class LocalDynamoDb implements AutoCloseable {

  // Held here, since a logger that nobody holds loses its level.
  private static final Logger SQLITE_LOG = Logger.getLogger("com.almworks.sqlite4java");
  private static final Logger SDK_LOG = Logger.getLogger("com.amazonaws");

  private final LocalDynamoDBServerHandler handler;
  private final Server server;

  private LocalDynamoDb(LocalDynamoDBServerHandler handler, Server server) {
    this.handler = handler;
    this.server = server;
  }

  /**
   * @param port 0 for a free one
   * @throws CannotStartException if the port is taken
   */
  public static LocalDynamoDb inMemory(int port) {
    return start(port, null);
  }

  /**
   * @param port 0 for a free one
   * @param directory where the tables are kept, made if it is not there
   * @throws CannotStartException if the port is taken, or the directory can't be made
   */
  public static LocalDynamoDb on(Path directory, int port) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new CannotStartException("cannot make the directory " + directory + ": " + e, e);
    }
    return start(port, directory.toString());
  }

  private static LocalDynamoDb start(int port, String directory) {
    quietLogs();
    LocalDynamoDBServerHandler handler =
        new LocalDynamoDBServerHandler(
            new LocalDynamoDBRequestHandler(0, directory == null, directory, true, false), null);
    Server server = new Server(new InetSocketAddress("127.0.0.1", port));
    server.setHandler(new Guarded(new ContextHandler(handler, "/")));
    LocalDynamoDb dynamoDb = new LocalDynamoDb(handler, server);
    try {
      server.start();
      return dynamoDb;
    } catch (Exception e) {
      dynamoDb.close();
      if (e.getCause() instanceof BindException) {
        throw new CannotStartException("DynamoDB Local: port " + port + " is taken", e);
      }
      throw new CannotStartException("DynamoDB Local does not start: " + e, e);
    }
  }

  /**
   * It warns, with a stack trace, of each condition that does not hold: to us a matter of course.
   */
  private static void quietLogs() {
    SQLITE_LOG.setLevel(Level.OFF);
    SDK_LOG.setLevel(Level.SEVERE);
    Configurator.setLevel(
        "com.amazonaws.services.dynamodbv2.local", org.apache.logging.log4j.Level.ERROR);
    Configurator.setLevel("org.eclipse.jetty", org.apache.logging.log4j.Level.WARN);
  }

  private static final class Guarded extends Handler.Wrapper {

    Guarded(Handler handler) {
      super(handler);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      HttpFields headers = request.getHeaders();
      if (SameOrigin.admits(
          headers.getValuesList(HttpHeader.HOST), headers.getValuesList(HttpHeader.ORIGIN))) {
        return super.handle(request, response, callback);
      }
      response.setStatus(HttpStatus.FORBIDDEN_403);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
      Content.Sink.write(response, true, SameOrigin.REFUSAL, callback);
      return true;
    }
  }

  /** Where clients reach it; see {@link LocalAws} for some. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getURI().getPort());
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("DynamoDB Local does not stop", e);
    } finally {
      handler.close();
    }
  }
}
