package io.citytally.local.cluster;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.citytally.cli.command.CannotStartException;
import io.citytally.local.cloud.Ports;
import io.citytally.local.flink.CheckpointSettings;
import io.citytally.local.guard.EndsWithParent;
import io.citytally.local.guard.FlinkGuard;
import io.citytally.local.lifecycle.FailureSignal;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.BlobServerOptions;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A standalone Flink cluster: a job manager and task managers, each a process of its own, with
 * nothing on the class path that Managed Flink would not provide. A process that dies, by {@code
 * kill -9} for instance, is replaced, as there.
 *
 * <p>Its settings are those of Managed Flink ("Apache Flink settings",
 * https://docs.aws.amazon.com/managed-flink/latest/java/reference-flink-settings.title.html):
 * {@link CheckpointSettings}, local recovery, the checkpoint retained on failure. The memory is a
 * laptop's, and a lost process is noticed sooner than after Flink's 50 s. There is no high
 * availability: the code that replaces the job manager restarts the job from its last checkpoint.
 */
public final class FlinkCluster implements AutoCloseable {

  /*
   * How the job gets its properties.
   *
   * KinesisAnalyticsRuntime reads them from the file that is named in config.properties, a resource
   * of its own jar that says /etc/flink/application_properties.json. A resource is taken from where
   * the class path has it first: here that is a directory before all jars, with a config.properties
   * that names a file in Setup.directory. So the job asks as it does on AWS, and is told without a
   * superuser's help.
   *
   * Who may change it.
   *
   * The launcher uploads and starts jars through the REST API, as Managed Flink's control plane
   * does, and as no web page may. So FlinkGuard is on the class path, in a directory with its
   * classes alone: with more of ours, a jar that lacks something would not fail here. The guard and
   * the launcher share a secret that is made for each cluster. TLS with a client's certificate
   * would need a certificate authority for each start, and would take the web UI from the browser;
   * application mode would leave savepoints and cancelling open.
   */

  /**
   * How it is to be.
   *
   * @param home the project's directory
   * @param directory takes all that the cluster writes, but for the logs; readable by its owner
   *     only, since the secret is in there
   * @param logs takes a log of each process
   * @param restPort where the REST API and the web interface listen on 127.0.0.1; 0 for any port
   * @param slots of each task manager
   * @param checkpointInterval the time between the beginnings of two checkpoints
   */
  public record Setup(
      Path home, Path directory, Path logs, int restPort, int slots, Duration checkpointInterval) {}

  public static final int TASK_MANAGERS = 2;

  /** How old what the REST API shows may be. */
  static final Duration REFRESH_INTERVAL = Duration.ofMillis(100);

  private static final int SECRET_BYTES = 32;
  private static final int MAX_FIRST_STARTS = 3;

  private static final Logger LOG = LoggerFactory.getLogger(FlinkCluster.class);

  private static final String STOPPING = "the cluster is being stopped";
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(100);

  private static final Duration CHECKPOINT_TIMEOUT = Duration.ofMinutes(60);
  private static final Duration METRICS_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration HEARTBEAT = Duration.ofSeconds(1);
  private static final Duration DEAD_WITHOUT_HEARTBEAT = Duration.ofSeconds(8);
  private static final Duration RESTART_DELAY = Duration.ofMillis(500);

  private static final MemorySize HEAP = MemorySize.ofMebiBytes(384);
  private static final MemorySize NETWORK_MEMORY = MemorySize.ofMebiBytes(64);

  /** With a third of this, RocksDB flushes all the time and holds back each write. */
  private static final MemorySize ROCKSDB_MEMORY_PER_SLOT = MemorySize.ofMebiBytes(384);

  private final Setup setup;
  private final FailureSignal alarm;
  private final Configuration configuration;
  private final String classPath;
  private final ExecutorService supervision =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "cluster-supervision");
            thread.setDaemon(true);
            return thread;
          });
  private final List<FlinkProcess> taskManagers = Collections.synchronizedList(new ArrayList<>());
  private volatile FlinkRest rest;
  private volatile FlinkProcess jobManager;
  private volatile Callable<?> afterJobManagerLoss = () -> null;
  private volatile boolean closing;
  private int taskManagersStarted;

  /**
   * Made ready, but not started. The caller must hold it before {@link #start}, so that it can
   * close the processes of an interrupted start.
   *
   * @param alarm is raised if a process can't be replaced
   */
  public FlinkCluster(Setup setup, FailureSignal alarm) throws IOException {
    this.setup = setup;
    this.alarm = alarm;
    Files.createDirectories(setup.logs);
    Path conf = Files.createDirectories(setup.directory.resolve("conf"));
    configuration = configuration(newSecret());
    Files.writeString(
        conf.resolve("config.properties"),
        "application_properties_file = "
            + propertiesFile().toString().replace("\\", "\\\\")
            + "\n");
    classPath =
        Stream.concat(
                Stream.of(conf, copyGuard(directory("guard"))),
                ManagedFlinkLibraries.in(System.getProperty("java.class.path")).stream())
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
  }

  /** The ports stay the same when the job manager is replaced, so that all find it again. */
  private void choosePorts() throws IOException {
    int port = setup.restPort == 0 ? Ports.free() : setup.restPort;
    configuration.set(RestOptions.PORT, port);
    configuration.set(RestOptions.BIND_PORT, Integer.toString(port));
    configuration.set(JobManagerOptions.PORT, Ports.free());
    // YAML takes JSON, too.
    JsonMapper.builder()
        .build()
        .writeValue(directory("conf").resolve("config.yaml").toFile(), configuration.toMap());
    rest =
        new FlinkRest(URI.create("http://127.0.0.1:" + port), configuration.get(FlinkGuard.SECRET));
  }

  private static String newSecret() {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return HexFormat.of().formatHex(secret);
  }

  private static Path copyGuard(Path directory) throws IOException {
    for (String file : FlinkGuard.FILES) {
      Path copy = directory.resolve(file);
      Files.createDirectories(copy.getParent());
      try (InputStream in = FlinkGuard.class.getClassLoader().getResourceAsStream(file)) {
        Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return directory;
  }

  /**
   * Starts it, and returns when all task managers are there.
   *
   * @throws CannotStartException if a process ends at once, with what it said last
   */
  public void start() throws Exception {
    startFirstJobManager();
    for (int i = 0; i < TASK_MANAGERS; i++) {
      startTaskManager();
    }
    awaitTaskManagers();
    watchJobManager();
    List.copyOf(taskManagers).forEach(this::watchTaskManager);
  }

  private Configuration configuration(String secret) throws IOException {
    Configuration values = new Configuration();
    values.set(FlinkGuard.SECRET, secret);
    values.set(JobManagerOptions.ADDRESS, "127.0.0.1");
    values.set(JobManagerOptions.BIND_HOST, "127.0.0.1");
    values.set(BlobServerOptions.PORT, "0");
    values.set(RestOptions.ADDRESS, "127.0.0.1");
    values.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
    values.set(TaskManagerOptions.BIND_HOST, "127.0.0.1");
    values.set(TaskManagerOptions.HOST, "127.0.0.1");
    values.set(WebOptions.UPLOAD_DIR, directory("jars").toString());
    values.set(WebOptions.CANCEL_ENABLE, false);
    values.set(WebOptions.REFRESH_INTERVAL, REFRESH_INTERVAL);
    // A fetch that asks a task manager just as it is killed blocks the next ones until then.
    values.set(WebOptions.TIMEOUT, METRICS_TIMEOUT);
    values.set(MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL, REFRESH_INTERVAL);
    values.set(CoreOptions.TMP_DIRS, directory("temporary").toString());
    values.set(CoreOptions.CLASSLOADER_RESOLVE_ORDER, "child-first");

    values.set(JobManagerOptions.JVM_HEAP_MEMORY, HEAP);
    values.set(TaskManagerOptions.TASK_HEAP_MEMORY, HEAP);
    values.set(TaskManagerOptions.NETWORK_MEMORY_MIN, NETWORK_MEMORY);
    values.set(TaskManagerOptions.NETWORK_MEMORY_MAX, NETWORK_MEMORY);
    values.set(
        TaskManagerOptions.MANAGED_MEMORY_SIZE, ROCKSDB_MEMORY_PER_SLOT.multiply(setup.slots));
    values.set(TaskManagerOptions.NUM_TASK_SLOTS, setup.slots);
    values.set(
        TaskManagerOptions.TASK_MANAGER_LOAD_BALANCE_MODE,
        TaskManagerOptions.TaskManagerLoadBalanceMode.SLOTS);

    CheckpointSettings.addTo(values, checkpoints(), setup.checkpointInterval);
    values.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, CHECKPOINT_TIMEOUT);
    values.set(StateRecoveryOptions.LOCAL_RECOVERY, true);
    values.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.DELETE_ON_CANCELLATION);
    values.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    values.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
    values.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, RESTART_DELAY);
    values.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, HEARTBEAT);
    values.set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, DEAD_WITHOUT_HEARTBEAT);
    return values;
  }

  private Path directory(String name) throws IOException {
    return Files.createDirectories(setup.directory.resolve(name));
  }

  /** Where a job that starts reads its properties. */
  Path propertiesFile() {
    return setup.directory.resolve("application_properties.json");
  }

  /** Where each job has a directory of its own. */
  Path checkpoints() throws IOException {
    return directory("checkpoints");
  }

  FlinkRest rest() {
    return rest;
  }

  /** The present processes: the job manager, and the task managers. */
  public List<ProcessHandle> processes() {
    return Stream.concat(Stream.ofNullable(jobManager), List.copyOf(taskManagers).stream())
        .map(FlinkProcess::handle)
        .toList();
  }

  /** Kills the job manager, by {@code kill -9}. */
  public void killJobManager() {
    jobManager.handle().destroyForcibly();
  }

  /**
   * Kills a task manager that has tasks of a job, by {@code kill -9}.
   *
   * @param random picks one of them
   * @return whether there was one
   */
  public boolean killTaskManager(String job, Random random)
      throws IOException, InterruptedException {
    Set<String> busy = rest.taskManagersOf(job);
    List<FlinkProcess> victims =
        List.copyOf(taskManagers).stream()
            .filter(process -> busy.contains(process.name()))
            .toList();
    return !victims.isEmpty()
        && victims.get(random.nextInt(victims.size())).handle().destroyForcibly();
  }

  /**
   * @param restart brings back what a job manager loses with its process; called once a new one is
   *     there
   */
  void afterJobManagerLoss(Callable<?> restart) {
    afterJobManagerLoss = restart;
  }

  /**
   * Tries again with other ports if it ends at once: another process may have taken one of them.
   */
  private void startFirstJobManager() throws Exception {
    for (int starts = 1; ; starts++) {
      choosePorts();
      try {
        startJobManager();
        return;
      } catch (CannotStartException e) {
        if (starts == MAX_FIRST_STARTS || jobManager.isAlive()) {
          throw e;
        }
      }
    }
  }

  private void startJobManager() throws Exception {
    var memory =
        JobManagerProcessUtils.processSpecFromConfigWithNewOptionToInterpretLegacyHeap(
            configuration, JobManagerOptions.JVM_HEAP_MEMORY);
    FlinkProcess process =
        start(
            "job-manager",
            StandaloneSessionClusterEntrypoint.class,
            JobManagerProcessUtils.generateJvmParametersStr(memory, configuration),
            "",
            started -> jobManager = started);
    await(process, () -> rest.taskManagers() >= 0);
  }

  private void watchJobManager() {
    replaceWhenEnded(
        jobManager,
        () -> {
          startJobManager();
          awaitTaskManagers();
          watchJobManager();
          afterJobManagerLoss.call();
        });
  }

  private FlinkProcess startTaskManager() throws IOException {
    var memory = TaskExecutorProcessUtils.processSpecFromConfig(configuration);
    String name = "task-manager-" + ++taskManagersStarted;
    return start(
        name,
        TaskManagerRunner.class,
        ProcessMemoryUtils.generateJvmParametersStr(memory),
        TaskExecutorProcessUtils.generateDynamicConfigsStr(memory)
            + " -D "
            + TaskManagerOptions.TASK_MANAGER_RESOURCE_ID.key()
            + "="
            + name,
        taskManagers::add);
  }

  private void watchTaskManager(FlinkProcess process) {
    replaceWhenEnded(
        process,
        () -> {
          taskManagers.remove(process);
          FlinkProcess successor = startTaskManager();
          awaitTaskManagers();
          watchTaskManager(successor);
        });
  }

  private void awaitTaskManagers() throws Exception {
    FlinkProcess newest = taskManagers.get(taskManagers.size() - 1);
    await(newest, () -> rest.taskManagers() >= TASK_MANAGERS);
  }

  private synchronized FlinkProcess start(
      String name, Class<?> main, String jvm, String options, Consumer<FlinkProcess> register)
      throws IOException {
    if (closing) {
      throw new IllegalStateException(STOPPING);
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(words(jvm));
    // A quick start is worth more here than peak speed.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    // The JDK's caches hold the class loader of a job that has ended, softly, for minutes.
    command.add("-XX:SoftRefLRUPolicyMSPerMB=0");
    // The Kinesis consumer keeps its position in classes that Kryo reads by reflection; Java 11
    // allows that.
    command.add("--add-opens=java.base/java.util=ALL-UNNAMED");
    // The emulator of Kinesis answers in JSON.
    command.add("-Dorg.apache.flink.kinesis.shaded.com.amazonaws.sdk.disableCbor=true");
    command.add(
        "-Dlog4j2.configurationFile=" + setup.home.resolve("local/log4j2-cluster.properties"));
    command.addAll(List.of("-cp", classPath, EndsWithParent.class.getName(), main.getName()));
    command.addAll(List.of("--configDir", setup.directory.resolve("conf").toString()));
    command.addAll(words(options));
    FlinkProcess process = FlinkProcess.start(name, command, setup.logs.resolve(name + ".log"));
    register.accept(process);
    return process;
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).toList();
  }

  private interface Replacement {
    void start() throws Exception;
  }

  private void replaceWhenEnded(FlinkProcess process, Replacement replacement) {
    process.ended().thenRun(() -> supervise(process, replacement));
  }

  private void supervise(FlinkProcess ended, Replacement replacement) {
    if (closing) {
      return;
    }
    supervision.execute(
        () -> {
          LOG.warn("{} has ended, and is replaced", ended.name());
          try {
            replacement.start();
          } catch (Exception e) {
            if (!closing) {
              alarm.raise(
                  new IllegalStateException(
                      ended.name() + " can't be replaced: " + e.getMessage(), e));
            }
          }
        });
  }

  private void await(FlinkProcess process, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (!holds(condition)) {
      if (closing) {
        throw new IllegalStateException(STOPPING);
      }
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new CannotStartException(
            "Flink's %s %s; it said last:\n%s"
                .formatted(
                    process.name(),
                    process.isAlive() ? "does not get ready" : "has ended",
                    process.lastLines()));
      }
      Thread.sleep(POLL.toMillis());
    }
  }

  private static boolean holds(Callable<Boolean> condition) throws Exception {
    try {
      return condition.call();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws Exception {
    synchronized (this) {
      closing = true;
    }
    supervision.shutdownNow();
    supervision.awaitTermination(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    for (FlinkProcess taskManager : List.copyOf(taskManagers)) {
      taskManager.handle().destroy();
    }
    for (FlinkProcess taskManager : List.copyOf(taskManagers)) {
      taskManager.close();
    }
    if (jobManager != null) {
      jobManager.close();
    }
  }
}
