package io.citytally.local.lifecycle;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What has been started and must be stopped: in reverse order, once, all of it, whether the command
 * ends by itself, by an error or by Ctrl-C.
 *
 * <p>The end of the command and the hook of the virtual machine may both close. The second waits
 * for the first: the process must not end while something is being stopped.
 */
public final class Closing implements AutoCloseable {

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private volatile boolean closed;

  /** Has everything closed when the virtual machine is asked to end, by Ctrl-C or otherwise. */
  public static Closing onShutdown() {
    Closing closing = new Closing();
    Runtime.getRuntime().addShutdownHook(new Thread(closing::closeQuietly, "closing"));
    return closing;
  }

  /**
   * Adds what will be closed before everything that was added earlier.
   *
   * @throws IllegalStateException if it is closed already; the resource is closed, too, then
   */
  public synchronized <T extends AutoCloseable> T add(T resource) throws Exception {
    if (closed) {
      resource.close();
      throw new IllegalStateException("everything is being stopped");
    }
    open.push(resource);
    return resource;
  }

  /** Whether everything is being stopped, or is stopped. */
  public boolean isClosed() {
    return closed;
  }

  /**
   * Closes everything, even if some of it fails.
   *
   * @throws Exception the first failure, with the others suppressed in it
   */
  @Override
  public synchronized void close() throws Exception {
    closed = true;
    Exception failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void closeQuietly() {
    try {
      close();
    } catch (Exception e) {
      System.err.println("citytally: not everything stopped cleanly: " + e);
    }
  }
}
