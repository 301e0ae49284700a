package io.citytally.local.faults;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A proxy in front of an emulator of DynamoDB or Kinesis. It shows each request to a test, and
 * loses, delays and refuses writes and their answers as the real service does. It can also be
 * narrowed, and be away. It reads the requests, so it knows which of them write and whether a write
 * took effect; everything else it passes on byte for byte.
 *
 * <p>It works on bare sockets, because an HTTP server does not break connections.
 */
public final class FaultyDynamoDb implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FaultyDynamoDb.class);

  private static final Set<String> WRITES =
      Set.of("UpdateItem", "PutItem", "DeleteItem", "BatchWriteItem");

  /** DynamoDB names a conflict for these only (API Reference, BatchWriteItem, Errors). */
  private static final Set<String> SINGLE_WRITES = Set.of("UpdateItem", "PutItem", "DeleteItem");

  /** Longer than the job takes to restart, shorter than a client waits for an answer. */
  private static final int MAX_DELAY_MILLIS = 1_500;

  /** The server may have closed what was idle for longer. */
  private static final Duration MAX_IDLE = Duration.ofSeconds(10);

  private static final String DYNAMODB = "com.amazonaws.dynamodb.v20120810#";
  private static final String THROUGHPUT_EXCEEDED =
      DYNAMODB + "ProvisionedThroughputExceededException";
  private static final List<String> THROTTLED_TYPES =
      List.of(
          THROUGHPUT_EXCEEDED,
          DYNAMODB + "RequestLimitExceeded",
          "com.amazon.coral.availability#ThrottlingException");
  private static final HttpMessage CONFLICT =
      HttpMessage.error(
          400, DYNAMODB + "TransactionConflictException", "Transaction is ongoing for the item");
  private static final HttpMessage FAILURE =
      HttpMessage.error(500, DYNAMODB + "InternalServerError", "The request processing failed");
  private static final HttpMessage DENIAL =
      HttpMessage.error(
          400, "com.amazon.coral.service#AccessDeniedException", "You may not do that");

  /** Takes part in each request before it is passed on, in a thread of the proxy. */
  @FunctionalInterface
  public interface Interceptor {

    /** Returns what is done to the request; nothing for what would be done to it anyway. */
    Optional<WriteFault> before(HttpMessage request);
  }

  private final URI target;
  private final List<WriteFault> faults;
  private final Random random;
  private final ServerSocket firstListener;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "faulty-dynamodb");
            thread.setDaemon(true);
            return thread;
          });
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
  private volatile Interceptor interceptor = request -> Optional.empty();

  // Guarded by this.
  private final Map<WriteFault, Long> done = new EnumMap<>(WriteFault.class);
  private ServerSocket listener;
  private double share;
  private Optional<TokenBucket> capacity = Optional.empty();
  private boolean closed;

  /** Starts to listen and passes on everything. */
  public FaultyDynamoDb(URI emulator) {
    this(emulator, Set.of(), 0);
  }

  /**
   * Starts to listen and passes on everything at first.
   *
   * @param faults what {@link #disturb} may do to a write
   * @param seed of the choice among them
   */
  public FaultyDynamoDb(URI emulator, Set<WriteFault> faults, long seed) {
    this.target = emulator;
    this.faults = List.copyOf(faults);
    this.random = new Random(seed);
    firstListener = listen(0);
    synchronized (this) {
      for (WriteFault fault : faults) {
        done.put(fault, 0L);
      }
      listener = firstListener;
    }
    acceptFrom(firstListener);
  }

  /** Where clients call it. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + firstListener.getLocalPort());
  }

  /** Shows the requests from now on to the interceptor, instead of another one. */
  public void intercept(Interceptor interceptor) {
    this.interceptor = interceptor;
  }

  /**
   * From now on, something happens to this share of the writes.
   *
   * @param share 0 for none of them, 1 for all
   */
  public synchronized void disturb(double share) {
    this.share = share;
  }

  /**
   * From now on, writes of single items beyond this capacity are refused, as by a table of
   * provisioned throughput.
   *
   * @param writesPerSecond at least 1; a second's worth of it can be saved up
   */
  public synchronized void narrow(int writesPerSecond) {
    capacity = Optional.of(new TokenBucket(writesPerSecond, System.nanoTime()));
  }

  /** From now on, no write is refused for want of capacity. */
  public synchronized void widen() {
    capacity = Optional.empty();
  }

  /** How often each fault was done, with its effect where it has one. */
  public synchronized Map<WriteFault, Long> faultsDone() {
    return new EnumMap<>(done);
  }

  /**
   * Breaks all connections and refuses new ones.
   *
   * @return the connections that were broken
   */
  public synchronized int cut() {
    closeQuietly(listener);
    int broken = clients.size();
    clients.forEach(FaultyDynamoDb::breakOff);
    return broken;
  }

  /** Takes connections again after a {@link #cut}. */
  public synchronized void restore() {
    if (!closed) {
      listener = listen(firstListener.getLocalPort());
      acceptFrom(listener);
    }
  }

  /**
   * Breaks all connections and refuses new ones for that long.
   *
   * @return the connections that were broken
   */
  public int refuse(Duration time) throws InterruptedException {
    int broken = cut();
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
    restore();
    return broken;
  }

  /**
   * Passes on a request that {@link WriteFault#REQUEST_LOST} lost, and waits for its answer. The
   * request was long on its way, and its sender no longer waits for it.
   */
  public void deliverLate(HttpMessage request) throws IOException {
    try (Backend backend = new Backend(target)) {
      backend.answerTo(request);
    }
  }

  private static ServerSocket listen(int port) {
    try {
      ServerSocket listening = new ServerSocket();
      listening.setReuseAddress(true);
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return listening;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void acceptFrom(ServerSocket accepting) {
    threads.execute(
        () -> {
          while (true) {
            try {
              Socket client = accepting.accept();
              client.setTcpNoDelay(true);
              clients.add(client);
              if (accepting.isClosed()) {
                breakOff(client);
              }
              threads.execute(() -> serve(client));
            } catch (IOException e) {
              // Cut or closed.
              return;
            }
          }
        });
  }

  private void serve(Socket client) {
    try (client;
        Backend backend = new Backend(target)) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      boolean goesOn = true;
      while (goesOn) {
        Optional<HttpMessage> request = HttpMessage.read(in);
        goesOn = request.isPresent() && answer(request.get(), backend, client);
      }
    } catch (IOException e) {
      LOG.debug("A connection has ended", e);
    } finally {
      clients.remove(client);
    }
  }

  /** Whether the connection goes on. */
  private boolean answer(HttpMessage request, Backend backend, Socket client) throws IOException {
    OutputStream out = client.getOutputStream();
    Optional<WriteFault> asked = interceptor.before(request);
    if (exceedsCapacity(request.operation())) {
      out.write(HttpMessage.error(400, THROUGHPUT_EXCEEDED, "Rate exceeded").bytes());
      return true;
    }
    Optional<WriteFault> chosen = asked.or(() -> choose(request.operation()));
    if (chosen.isEmpty()) {
      out.write(backend.answerTo(request).bytes());
      return true;
    }
    WriteFault fault = chosen.get();
    Optional<HttpMessage> answer = Optional.empty();
    if (fault.afterTheEffect()) {
      answer = Optional.of(backend.answerTo(request));
      if (!answer.get().isSuccess()) {
        out.write(answer.get().bytes());
        return true;
      }
    }
    count(fault);
    switch (fault) {
      case REQUEST_LOST, ANSWER_LOST -> {
        breakOff(client);
        return false;
      }
      case HALF_ANSWER -> {
        HttpMessage whole = answer.orElseThrow();
        out.write(Arrays.copyOf(whole.bytes(), whole.halfLength()));
        return false;
      }
      case REQUEST_LATE -> {
        pause();
        out.write(backend.answerTo(request).bytes());
      }
      case ANSWER_LATE -> {
        pause();
        out.write(answer.orElseThrow().bytes());
      }
      case THROTTLED -> out.write(HttpMessage.error(400, throttledType(), "Rate exceeded").bytes());
      case CONFLICT -> out.write(CONFLICT.bytes());
      case FAILED_BEFORE, FAILED_AFTER -> out.write(FAILURE.bytes());
      case DENIED_BEFORE, DENIED_AFTER -> out.write(DENIAL.bytes());
    }
    return true;
  }

  private synchronized boolean exceedsCapacity(String operation) {
    return SINGLE_WRITES.contains(operation)
        && capacity.isPresent()
        && !capacity.get().take(System.nanoTime());
  }

  private synchronized Optional<WriteFault> choose(String operation) {
    if (!WRITES.contains(operation) || faults.isEmpty() || random.nextDouble() >= share) {
      return Optional.empty();
    }
    WriteFault fault = faults.get(random.nextInt(faults.size()));
    return fault == WriteFault.CONFLICT && !SINGLE_WRITES.contains(operation)
        ? Optional.empty()
        : Optional.of(fault);
  }

  private synchronized void count(WriteFault fault) {
    done.merge(fault, 1L, Long::sum);
  }

  private synchronized String throttledType() {
    return THROTTLED_TYPES.get(random.nextInt(THROTTLED_TYPES.size()));
  }

  private void pause() throws IOException {
    int millis;
    synchronized (this) {
      millis = random.nextInt(MAX_DELAY_MILLIS);
    }
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** With a reset, as when a machine is gone, rather than an orderly end. */
  private static void breakOff(Socket client) {
    try {
      client.setSoLinger(true, 0);
      client.close();
    } catch (IOException e) {
      LOG.debug("A connection was broken already", e);
    }
  }

  private static void closeQuietly(ServerSocket listener) {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      closeQuietly(listener);
    }
    clients.forEach(FaultyDynamoDb::breakOff);
    threads.shutdownNow();
  }

  /** The connection to the real one, for one client. */
  private static final class Backend implements AutoCloseable {

    private final URI target;
    private Socket socket;
    private InputStream in;
    private long usedAtNanos;

    Backend(URI target) {
      this.target = target;
    }

    HttpMessage answerTo(HttpMessage request) throws IOException {
      if (socket == null || System.nanoTime() - usedAtNanos > MAX_IDLE.toNanos()) {
        connect();
      }
      socket.getOutputStream().write(request.bytes());
      HttpMessage answer =
          HttpMessage.read(in)
              .orElseThrow(() -> new IOException("The emulator has closed the connection"));
      usedAtNanos = System.nanoTime();
      return answer;
    }

    private void connect() throws IOException {
      close();
      socket = new Socket(target.getHost(), target.getPort());
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream());
    }

    @Override
    public void close() throws IOException {
      if (socket != null) {
        socket.close();
      }
    }
  }
}
