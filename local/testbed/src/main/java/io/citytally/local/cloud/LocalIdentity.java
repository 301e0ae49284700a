package io.citytally.local.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.cli.command.CannotStartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * An OpenID Connect provider whose users are invented citizens, in a process of its own; see {@code
 * local/emulators/identity.js}.
 */
public final class LocalIdentity implements AutoCloseable {

  /** Whom its access tokens are for. */
  public static final String AUDIENCE = "https://citytally.example/api";

  /** Its only client, the pages. */
  public static final String CLIENT = "citytally-pages";

  /** How long an access token lasts, if nobody says otherwise. */
  public static final Duration TOKEN_LIFETIME = Duration.ofHours(1);

  /** Someone who can sign in. */
  public record Citizen(String id, String name) {}

  /** All who can sign in, and the one password of them all. */
  public record Citizens(List<Citizen> citizens, String password) {}

  private final EmulatorProcess process;
  private final Path emulators;

  private LocalIdentity(Path emulators, int port, URI pages, Duration tokenLifetime) {
    this.emulators = emulators;
    List<String> options = new ArrayList<>(List.of("--port", Integer.toString(port)));
    options.addAll(List.of("--token-seconds", Long.toString(tokenLifetime.toSeconds())));
    for (String host : List.of("127.0.0.1", "localhost")) {
      options.addAll(List.of("--app", "http://" + host + ":" + pages.getPort()));
    }
    process = EmulatorProcess.start("identity provider", emulators, "identity.js", options);
  }

  /**
   * Starts the installed provider and waits until it listens on 127.0.0.1.
   *
   * @param emulators the directory of the emulators, see {@link Emulators}
   * @param port 0 for a free one
   * @param pages where the pages are, which may sign citizens in
   * @throws CannotStartException if the port is taken or the provider fails
   */
  public static LocalIdentity start(Path emulators, int port, URI pages, Duration tokenLifetime) {
    return new LocalIdentity(emulators, port, pages, tokenLifetime);
  }

  /** The issuer, as it stands in its tokens. */
  public URI issuer() {
    return process.endpoint();
  }

  /** Where it publishes its keys. */
  public URI keys() {
    return issuer().resolve("/jwks");
  }

  public Citizens citizens() {
    try {
      JsonNode json = new ObjectMapper().readTree(emulators.resolve("citizens.json").toFile());
      List<Citizen> citizens = new ArrayList<>();
      for (JsonNode each : json.path("citizens")) {
        citizens.add(new Citizen(each.path("id").asText(), each.path("name").asText()));
      }
      return new Citizens(citizens, json.path("password").asText());
    } catch (IOException e) {
      throw new UncheckedIOException("the citizens can't be read", e);
    }
  }

  /** Fails, with what the provider said last, if it ends before it is closed. */
  public CompletableFuture<Void> crashed() {
    return process.crashed();
  }

  @Override
  public void close() {
    process.close();
  }
}
