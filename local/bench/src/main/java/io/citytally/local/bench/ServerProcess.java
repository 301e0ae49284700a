package io.citytally.local.bench;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP server in a process of its own, so that the processor's time that it takes is not in what
 * is measured. It ends with its standard input, so also with the process that started it.
 */
final class ServerProcess implements AutoCloseable {

  private static final String PORT = "port ";
  private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(10);

  private final Process process;
  private final int port;

  /**
   * Starts the process, and waits until it listens.
   *
   * @param main whose {@code main} method calls {@link #serve}
   * @throws IOException if it does not come to listen
   */
  ServerProcess(Class<?> main, Object... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Else an answer in two packets waits for the client to acknowledge the first.
                "-Dsun.net.httpserver.nodelay=true",
                "-Dsun.net.httpserver.maxIdleConnections=2000",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String line = process.inputReader().readLine();
    if (line == null || !line.startsWith(PORT)) {
      process.destroyForcibly();
      throw new IOException(main.getSimpleName() + " said '" + line + "' instead of its port.");
    }
    port = Integer.parseInt(line.substring(PORT.length()));
  }

  /** Where it listens, on 127.0.0.1. */
  int port() {
    return port;
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(EXIT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** In the process: answers requests until the standard input ends. */
  static void serve(HttpHandler handler) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ExecutorService threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.createContext("/", handler);
    server.start();
    System.out.println(PORT + server.getAddress().getPort());
    while (System.in.read() != -1) {
      // Nothing is said; what counts is the end.
    }
    server.stop(0);
    threads.shutdownNow();
  }
}
