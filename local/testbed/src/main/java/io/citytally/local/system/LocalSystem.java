package io.citytally.local.system;

import io.citytally.VoteCountingJob;
import io.citytally.local.cloud.Emulators;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.cloud.LocalIdentity;
import io.citytally.local.cloud.Ports;
import io.citytally.local.election.DefaultRules;
import io.citytally.local.flink.LocalFlink;
import io.citytally.local.lifecycle.BackgroundTask;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.lifecycle.FailureSignal;
import io.citytally.local.web.LocalWeb;
import io.citytally.local.web.LocalWebServer;
import io.citytally.local.web.VoterSettings;
import io.citytally.local.web.WebSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.flink.util.FileUtils;

/** The whole of Citytally on this machine: the cloud, and the job in its cluster. */
public final class LocalSystem {

  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(50);

  private final LocalCloud cloud;
  private final LocalWebServer web;
  private final Optional<LocalIdentity> identity;
  private final LocalFlink flink;
  private final FailureSignal alarm;

  private LocalSystem(
      LocalCloud cloud,
      LocalWebServer web,
      Optional<LocalIdentity> identity,
      LocalFlink flink,
      FailureSignal alarm) {
    this.cloud = cloud;
    this.web = web;
    this.identity = identity;
    this.flink = flink;
    this.alarm = alarm;
  }

  /**
   * Starts everything, and returns when the job runs. With a directory that keeps everything, the
   * job goes on from the newest checkpoint in it.
   *
   * @param closing gets each part as soon as it is started
   * @param web what the pages are for
   * @param progress is told what is being started
   */
  public static LocalSystem start(
      Closing closing,
      LocalCloud.Setup setup,
      JobSettings job,
      WebSettings web,
      Consumer<String> progress)
      throws Exception {
    FailureSignal alarm = new FailureSignal();
    Path directory =
        setup.data().isPresent()
            ? DataDirectory.take(closing, setup.data().get())
            : temporary(closing);
    BackgroundTask<LocalFlink> starting =
        BackgroundTask.start("flink-start", () -> startFlink(closing, setup, job, directory));
    LocalCloud cloud = LocalCloud.start(closing, setup, alarm, progress);

    // Before anyone can vote: what is not on the ballot does not count.
    if (job.hasBallot() && cloud.ballot().isEmpty()) {
      web.ballot().accept(cloud);
    }
    if (web.signIn().isPresent()) {
      cloud.publishElection(
          DefaultRules.startingAt(Instant.now(), ZoneId.systemDefault(), web.signIn().get()));
    }
    AtomicReference<LocalIdentity> identity = new AtomicReference<>();
    LocalWeb.VotersOf voters =
        pages -> {
          if (web.signIn().isEmpty()) {
            return web.voters();
          }
          identity.set(startIdentity(closing, setup, pages, alarm, progress));
          return Optional.of(VoterSettings.of(identity.get(), web.signIn().get()));
        };
    progress.accept("Starting the web pages");
    LocalWebServer webServer =
        Ports.listen(
            setup.ports().http(),
            "--http-port",
            Ports.HTTP,
            port -> LocalWeb.start(closing, cloud.dynamoDbEndpoint(), voters, setup.data(), port));

    progress.accept("Starting Flink");
    LocalFlink flink = starting.await();
    Optional<String> checkpoint = flink.newestCheckpoint().map(Path::toUri).map(Object::toString);
    flink.submit(VoteCountingJob.pipeline(cloud.configurationOf(job)), checkpoint);
    flink
        .ended()
        .thenAccept(
            end -> {
              if (!closing.isClosed()) {
                alarm.raise(new IllegalStateException(end));
              }
            });
    if (setup.data().isPresent()) {
      closing.add(flink::checkpoint);
    }
    while (!flink.isRunning()) {
      alarm.sleep(POLL);
    }
    return new LocalSystem(cloud, webServer, Optional.ofNullable(identity.get()), flink, alarm);
  }

  private static LocalIdentity startIdentity(
      Closing closing,
      LocalCloud.Setup setup,
      URI pages,
      FailureSignal alarm,
      Consumer<String> progress)
      throws Exception {
    Path emulators = Emulators.in(setup.home());
    Emulators.install(emulators, progress);
    progress.accept("Starting the identity provider");
    LocalIdentity identity =
        closing.add(
            setup.data().isPresent()
                ? start(emulators, DataDirectory.identityPort(setup.data().get()), pages)
                : Ports.listen(
                    OptionalInt.empty(),
                    "",
                    Ports.IDENTITY,
                    port -> start(emulators, port, pages)));
    identity.crashed().whenComplete((none, failure) -> alarm.raise(failure));
    LocalIdentity.Citizens all = identity.citizens();
    progress.accept(
        "Citizens who can sign in, with the password "
            + all.password()
            + ": "
            + all.citizens().stream()
                .map(LocalIdentity.Citizen::name)
                .collect(Collectors.joining(", ")));
    return identity;
  }

  private static LocalIdentity start(Path emulators, int port, URI pages) throws Exception {
    return LocalIdentity.start(emulators, port, pages, LocalIdentity.TOKEN_LIFETIME);
  }

  /** Starts Flink, which takes as long as all other parts together. */
  private static LocalFlink startFlink(
      Closing closing, LocalCloud.Setup setup, JobSettings job, Path directory) throws Exception {
    return closing.add(
        Ports.listen(
            setup.ports().flink(),
            "--flink-port",
            Ports.FLINK_UI,
            port -> new LocalFlink(port, directory, job.parallelism(), CHECKPOINT_INTERVAL)));
  }

  private static Path temporary(Closing closing) throws Exception {
    Path directory = Files.createTempDirectory("citytally-");
    closing.add(() -> FileUtils.deleteDirectory(directory.toFile()));
    return directory;
  }

  public LocalCloud cloud() {
    return cloud;
  }

  /** Where the pages and their API are. */
  public URI webAddress() {
    return web.address();
  }

  public LocalFlink flink() {
    return flink;
  }

  /** Raised when a part has failed. */
  public FailureSignal alarm() {
    return alarm;
  }

  /** The addresses at which the parts listen, by name; first the pages, which are for people. */
  public Map<String, String> endpoints() throws Exception {
    Map<String, String> endpoints = new LinkedHashMap<>();
    endpoints.put("Dashboard", web.address() + "/");
    endpoints.put("Voting page", web.address() + "/vote");
    identity.ifPresent(there -> endpoints.put("Identity provider", there.issuer().toString()));
    endpoints.putAll(cloud.endpoints());
    endpoints.put("Flink UI", flink.webInterface().toString());
    return endpoints;
  }
}
