package io.citytally.local;

import io.citytally.local.cloud.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The way to a server on this machine, which can be cut: then connections break and are refused.
 */
final class TcpProxy implements AutoCloseable {

  private final int target;
  private final int port;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile ServerSocket server;

  private TcpProxy(int target) {
    this.target = target;
    this.port = Ports.free();
  }

  /** A proxy that is not cut. */
  static TcpProxy to(URI server) {
    TcpProxy proxy = new TcpProxy(server.getPort());
    proxy.restore();
    return proxy;
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** From now on nobody listens. */
  void cut() {
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void restore() {
    try {
      ServerSocket restored = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
      server = restored;
      threads.execute(() -> accept(restored));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket accepting) {
    while (true) {
      try {
        Socket client = accepting.accept();
        Socket backend = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(client);
        open.add(backend);
        if (accepting.isClosed()) {
          client.close();
          backend.close();
        }
        threads.execute(() -> copy(client, backend));
        threads.execute(() -> copy(backend, client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // Cut, or closed by one of the two.
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  @Override
  public void close() {
    cut();
    threads.shutdownNow();
  }
}
