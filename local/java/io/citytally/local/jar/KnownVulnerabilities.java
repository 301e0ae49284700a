package io.citytally.local.jar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Asks OSV, the database of known vulnerabilities of open source (osv.dev), by its API
 * (google.github.io/osv.dev/post-v1-querybatch).
 */
final class KnownVulnerabilities {

  /** As many as OSV takes at once. */
  private static final int MOST_AT_ONCE = 1000;

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final Map<String, String> summaries = new HashMap<>();
  private final URI osv;

  /**
   * @param osv where its API is, such as {@code https://api.osv.dev}
   */
  KnownVulnerabilities(URI osv) {
    this.osv = osv;
  }

  /**
   * The identifiers of the vulnerabilities of each package, in the order asked.
   *
   * @param packages package URLs with a version, such as {@code pkg:maven/GROUP/NAME@1.0}
   * @throws IOException if OSV can't be reached, or doesn't answer as it should
   */
  List<TreeSet<String>> of(List<String> packages) throws IOException, InterruptedException {
    List<TreeSet<String>> found = new ArrayList<>();
    for (int from = 0; from < packages.size(); from += MOST_AT_ONCE) {
      List<String> some = packages.subList(from, Math.min(from + MOST_AT_ONCE, packages.size()));
      ObjectNode request = JSON.createObjectNode();
      ArrayNode queries = request.putArray("queries");
      some.forEach(each -> queries.addObject().putObject("package").put("purl", each));
      JsonNode results = post("/v1/querybatch", request).path("results");
      if (results.size() != some.size()) {
        throw new IOException(
            "%s answers %d of %d questions".formatted(osv, results.size(), some.size()));
      }
      for (int i = 0; i < some.size(); i++) {
        TreeSet<String> ids = new TreeSet<>();
        addAll(ids, results.get(i));
        for (String page = page(results.get(i)); page != null; ) {
          ObjectNode next = JSON.createObjectNode().put("page_token", page);
          next.putObject("package").put("purl", some.get(i));
          JsonNode more = post("/v1/query", next);
          addAll(ids, more);
          page = page(more);
        }
        found.add(ids);
      }
    }
    return found;
  }

  private static void addAll(TreeSet<String> ids, JsonNode result) {
    result.path("vulns").forEach(each -> ids.add(each.path("id").asText()));
  }

  private static String page(JsonNode result) {
    String token = result.path("next_page_token").asText();
    return token.isEmpty() ? null : token;
  }

  /** In a line, with the other names by which it is known. */
  String summary(String id) throws IOException, InterruptedException {
    String known = summaries.get(id);
    if (known == null) {
      JsonNode vulnerability =
          answer(HttpRequest.newBuilder(osv.resolve("/v1/vulns/" + id)).timeout(PATIENCE).build());
      List<String> aliases = new ArrayList<>();
      vulnerability.path("aliases").forEach(alias -> aliases.add(alias.asText()));
      known = vulnerability.path("summary").asText("no summary");
      known += aliases.isEmpty() ? "" : " (" + String.join(", ", aliases) + ")";
      summaries.put(id, known);
    }
    return known;
  }

  private JsonNode post(String path, ObjectNode body) throws IOException, InterruptedException {
    return answer(
        HttpRequest.newBuilder(osv.resolve(path))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build());
  }

  private JsonNode answer(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("%s answers %d".formatted(request.uri(), response.statusCode()));
    }
    return JSON.readTree(response.body());
  }
}
