package io.citytally.local.viewers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Lists the TCP ports on which processes listen, by Linux's {@code /proc}. */
final class ListeningPorts {

  private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");

  /** Local address, remote address, state LISTEN, and the socket's inode in the tenth column. */
  private static final Pattern LISTENING =
      Pattern.compile("\\s*\\d+: (\\p{XDigit}+):(\\p{XDigit}{4}) \\S+ 0A (?:\\S+ +){5}(\\d+) .*");

  private ListeningPorts() {}

  /** The ports of a process and of all that it has started, each with its address in hex. */
  static Map<Integer, String> of(ProcessHandle process) throws IOException {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "this machine has no /proc");
    Set<String> sockets = new HashSet<>();
    Stream.concat(Stream.of(process), process.descendants())
        .forEach(one -> sockets.addAll(socketsOf(one)));
    Map<Integer, String> ports = new TreeMap<>();
    for (String table : new String[] {"tcp", "tcp6"}) {
      for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
        Matcher socket = LISTENING.matcher(line);
        if (socket.matches() && sockets.contains(socket.group(3))) {
          ports.put(Integer.parseInt(socket.group(2), 16), socket.group(1));
        }
      }
    }
    return ports;
  }

  private static Set<String> socketsOf(ProcessHandle process) {
    Set<String> inodes = new HashSet<>();
    try (Stream<Path> descriptors =
        Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
      for (Path descriptor : (Iterable<Path>) descriptors::iterator) {
        try {
          Matcher socket = SOCKET.matcher(Files.readSymbolicLink(descriptor).toString());
          if (socket.matches()) {
            inodes.add(socket.group(1));
          }
        } catch (IOException e) {
          // It was closed just now.
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return inodes;
  }
}
