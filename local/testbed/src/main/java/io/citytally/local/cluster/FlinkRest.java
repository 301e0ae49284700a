package io.citytally.local.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.local.guard.FlinkGuard;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * A cluster's REST API (Flink's documentation, "REST API",
 * https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/ops/rest_api/).
 *
 * <p>Each call throws {@link IOException} if there is no answer, or one that says what is wrong.
 */
final class FlinkRest {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String CAUSE = "Caused by: ";
  private static final Duration POLL = Duration.ofMillis(100);

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final ObjectMapper json = new ObjectMapper();
  private final URI address;
  private final String secret;

  /**
   * @param secret without which the cluster's guard admits no change
   */
  FlinkRest(URI address, String secret) {
    this.address = address;
    this.secret = secret;
  }

  URI address() {
    return address;
  }

  /** How many task managers are there, as far as the job manager knows. */
  int taskManagers() throws IOException, InterruptedException {
    return get("/overview").get("taskmanagers").intValue();
  }

  /**
   * @return by which the jar can be run
   */
  String upload(Path jar) throws IOException, InterruptedException {
    String boundary = UUID.randomUUID().toString();
    BodyPublisher body =
        BodyPublishers.concat(
            BodyPublishers.ofString(
                "--"
                    + boundary
                    + "\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\""
                    + jar.getFileName()
                    + "\"\r\nContent-Type: application/java-archive\r\n\r\n"),
            BodyPublishers.ofFile(jar),
            BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
    String file =
        send(request("/jars/upload")
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(body))
            .get("filename")
            .textValue();
    return Path.of(file).getFileName().toString();
  }

  /**
   * @param jar as {@link #upload} named it
   * @param snapshot a checkpoint or savepoint to go on from, or nothing for a fresh start
   * @return the job's id
   */
  String run(String jar, int parallelism, Optional<String> snapshot)
      throws IOException, InterruptedException {
    ObjectNode body = json.createObjectNode().put("parallelism", parallelism);
    snapshot.ifPresent(path -> body.put("savepointPath", path));
    return post("/jars/" + jar + "/run", body).get("jobid").textValue();
  }

  /** Such as {@code RUNNING}, {@code RESTARTING} or {@code FAILED}. */
  String state(String job) throws IOException, InterruptedException {
    return get("/jobs/" + job).get("state").textValue();
  }

  /** Whether each of its tasks runs. */
  boolean isRunning(String job) throws IOException, InterruptedException {
    JsonNode details = get("/jobs/" + job);
    for (JsonNode vertex : details.get("vertices")) {
      if (vertex.get("tasks").get("RUNNING").intValue() < vertex.get("parallelism").intValue()) {
        return false;
      }
    }
    return details.get("state").textValue().equals("RUNNING");
  }

  /** Returns the parallelism of the job's steps, except those that always have one instance. */
  int parallelism(String job) throws IOException, InterruptedException {
    int most = 0;
    for (JsonNode vertex : get("/jobs/" + job).get("vertices")) {
      most = Math.max(most, vertex.get("parallelism").intValue());
    }
    return most;
  }

  /** How often its present job manager has started it again. */
  int restarts(String job) throws IOException, InterruptedException {
    int most = 0;
    for (JsonNode vertex : get("/jobs/" + job).get("vertices")) {
      String path = "/jobs/%s/vertices/%s".formatted(job, vertex.get("id").textValue());
      for (JsonNode task : get(path).get("subtasks")) {
        most = Math.max(most, task.get("attempt").intValue());
      }
    }
    return most;
  }

  /** How many checkpoints it has taken since its present job manager has started it. */
  int checkpoints(String job) throws IOException, InterruptedException {
    return get("/jobs/" + job + "/checkpoints").at("/counts/completed").intValue();
  }

  /** The checkpoint or savepoint from which it last went on. */
  Optional<String> restoredFrom(String job) throws IOException, InterruptedException {
    return Optional.ofNullable(
        get("/jobs/" + job + "/checkpoints").at("/latest/restored/external_path").textValue());
  }

  /** How long its newest checkpoint took. */
  Duration lastCheckpoint(String job) throws IOException, InterruptedException {
    return Duration.ofMillis(
        get("/jobs/" + job + "/checkpoints")
            .at("/latest/completed/end_to_end_duration")
            .longValue());
  }

  /**
   * The sum of a metric of the job's own over all tasks that run, as the job manager last asked for
   * it; zero if no task has it.
   */
  long sum(String job, String metric) throws IOException, InterruptedException {
    long sum = 0;
    for (JsonNode vertex : get("/jobs/" + job).get("vertices")) {
      String metrics =
          "/jobs/%s/vertices/%s/subtasks/metrics".formatted(job, vertex.get("id").textValue());
      for (JsonNode each : get(metrics)) {
        String id = each.get("id").textValue();
        if (id.endsWith("." + metric)) {
          String query = "?agg=sum&get=" + URLEncoder.encode(id, StandardCharsets.UTF_8);
          sum += get(metrics + query).path(0).path("sum").longValue();
        }
      }
    }
    return sum;
  }

  /**
   * The resource ids of the task managers in which tasks of the job run. A slot that is taken says
   * less: it may be of a job that has just ended.
   */
  Set<String> taskManagersOf(String job) throws IOException, InterruptedException {
    Set<String> found = new TreeSet<>();
    for (JsonNode vertex : get("/jobs/" + job).get("vertices")) {
      String path = "/jobs/%s/vertices/%s".formatted(job, vertex.get("id").textValue());
      for (JsonNode task : get(path).get("subtasks")) {
        if (task.get("status").textValue().equals("RUNNING")) {
          found.add(task.get("taskmanager-id").textValue());
        }
      }
    }
    return found;
  }

  /** Why it has failed, in a line. */
  String failure(String job) throws IOException, InterruptedException {
    String trace =
        get("/jobs/" + job + "/exceptions").path("root-exception").asText("for an unknown reason");
    return trace
        .lines()
        .filter(line -> line.startsWith(CAUSE))
        .reduce((first, last) -> last)
        .or(() -> trace.lines().findFirst())
        .orElse("");
  }

  /** Takes a savepoint while the job goes on; its path. */
  String savepoint(String job, Path directory) throws IOException, InterruptedException {
    ObjectNode body = json.createObjectNode().put("target-directory", directory.toUri().toString());
    return await(job, "savepoints", post("/jobs/" + job + "/savepoints", body))
        .get("location")
        .textValue();
  }

  /** Ends the job with a savepoint; its path. */
  String stopWithSavepoint(String job, Path directory) throws IOException, InterruptedException {
    ObjectNode body =
        json.createObjectNode()
            .put("targetDirectory", directory.toUri().toString())
            .put("drain", false);
    return await(job, "savepoints", post("/jobs/" + job + "/stop", body))
        .get("location")
        .textValue();
  }

  /** Takes a checkpoint. */
  void checkpoint(String job) throws IOException, InterruptedException {
    await(job, "checkpoints", post("/jobs/" + job + "/checkpoints", json.createObjectNode()));
  }

  /** The result of what was triggered. */
  private JsonNode await(String job, String kind, JsonNode triggered)
      throws IOException, InterruptedException {
    String path = "/jobs/" + job + "/" + kind + "/" + triggered.get("request-id").textValue();
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (System.nanoTime() < deadline) {
      JsonNode answer = get(path);
      if (answer.at("/status/id").asText().equals("COMPLETED")) {
        JsonNode failure = answer.at("/operation/failure-cause/stack-trace");
        if (failure.isTextual()) {
          throw new IOException("among the " + kind + " one failed: " + failure.textValue());
        }
        return answer.get("operation");
      }
      Thread.sleep(POLL.toMillis());
    }
    throw new IOException("one of the %s took longer than %s".formatted(kind, TIMEOUT));
  }

  /** Ends the job where it stands. */
  void cancel(String job) throws IOException, InterruptedException {
    send(request("/jobs/" + job).method("PATCH", BodyPublishers.noBody()));
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  private JsonNode post(String path, ObjectNode body) throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString())));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(address.resolve("/v1" + path))
        .header(FlinkGuard.HEADER, secret)
        .timeout(TIMEOUT);
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          "Flink answers with %d: %s".formatted(response.statusCode(), errorsIn(response.body())));
    }
    return json.readTree(response.body());
  }

  /** Flink sends its stack traces; the last cause is what a person can use. */
  private String errorsIn(String body) {
    try {
      StringBuilder errors = new StringBuilder();
      json.readTree(body).path("errors").forEach(error -> errors.append(error.asText()));
      int cause = errors.lastIndexOf(CAUSE);
      String last = cause < 0 ? errors.toString() : errors.substring(cause + CAUSE.length());
      return last.split("\n\tat ", 2)[0];
    } catch (IOException e) {
      return body;
    }
  }
}
