package io.citytally.cli.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.election.ElectionRules;
import io.citytally.election.ResultOrder;
import io.citytally.election.ResultsCsv;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The final result as it stands in its files. Equal counts under equal rules give equal bytes: no
 * time of making stands in them, and everything has one order.
 *
 * <p>Regions are in the order of their ids. Improvements of a region are in the order of their
 * votes, most first, and of their ids where these are equal. A choice that the ballot hides is
 * shown nowhere, as on the pages; {@code hidden} tells how many there are. A region whose choices
 * are all hidden is left out. A choice that has left the ballot is shown if it has votes.
 */
final class ElectionResult {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final byte[] json;

  private ElectionResult(byte[] json) {
    this.json = json;
  }

  /**
   * Makes the result.
   *
   * @param version of this program, such as "citytally 0.9.0"
   */
  static ElectionResult of(ElectionRules rules, String version, FinalCounts counts) {
    ObjectNode json = JSON.createObjectNode();
    json.set("election", rules.json());
    json.put("program", version);
    json.put("audit", "exact");
    json.put("hidden", counts.entries().values().stream().filter(ElectionResult::isHidden).count());
    ArrayNode regions = json.putArray("regions");
    byRegion(counts)
        .forEach(
            (region, choices) -> {
              ArrayNode improvements =
                  regions
                      .addObject()
                      .put("region", region)
                      .put("title", rules.titleOf(region))
                      .put("ballots", counts.ballots().getOrDefault(region, 0L))
                      .putArray("improvements");
              for (Choice choice : choices) {
                BallotEntry entry = counts.entries().get(choice);
                improvements
                    .addObject()
                    .put("improvement", choice.improvement)
                    .put("title", entry == null ? choice.improvement : entry.title())
                    .put("votes", counts.votes().getOrDefault(choice, 0L));
              }
            });
    try {
      byte[] text = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
      return new ElectionResult(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("a tree can be written", e);
    }
  }

  /**
   * A result that was {@link #packed()}.
   *
   * @throws UncheckedIOException if it was not
   */
  static ElectionResult unpacked(byte[] packed) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return new ElectionResult(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("the stored result can't be read", e);
    }
  }

  /** The result, compressed, to be stored. */
  byte[] packed() {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return packed.toByteArray();
  }

  private static Map<String, List<Choice>> byRegion(FinalCounts counts) {
    Map<String, List<Choice>> regions = new TreeMap<>();
    Map<Choice, BallotEntry> entries = counts.entries();
    List<Choice> all = new ArrayList<>(entries.keySet());
    counts.votes().keySet().stream().filter(each -> !entries.containsKey(each)).forEach(all::add);
    for (Choice choice : all) {
      if (isShown(entries.get(choice), counts.votes().getOrDefault(choice, 0L))) {
        regions.computeIfAbsent(choice.region, region -> new ArrayList<>()).add(choice);
      }
    }
    Comparator<Choice> order =
        ResultOrder.by(
            choice -> counts.votes().getOrDefault(choice, 0L), choice -> choice.improvement);
    regions.values().forEach(choices -> choices.sort(order));
    return regions;
  }

  private static boolean isShown(@Nullable BallotEntry entry, long votes) {
    boolean hasLeft = entry != null && entry.status() == BallotEntry.Status.LEFT;
    return !isHidden(entry) && !(hasLeft && votes == 0);
  }

  private static boolean isHidden(@Nullable BallotEntry entry) {
    return entry != null && entry.status() == BallotEntry.Status.HIDDEN;
  }

  /** The file {@code result.json}, UTF-8. */
  byte[] json() {
    return json.clone();
  }

  /** The file {@code result.csv}, UTF-8: see {@link ResultsCsv}. */
  byte[] csv() {
    ResultsCsv csv = new ResultsCsv();
    for (JsonNode region : read().get("regions")) {
      for (JsonNode improvement : region.get("improvements")) {
        csv.add(
            region.get("region").textValue(),
            region.get("title").textValue(),
            region.get("ballots").longValue(),
            improvement.get("improvement").textValue(),
            improvement.get("title").textValue(),
            improvement.get("votes").longValue());
      }
    }
    return csv.toString().getBytes(StandardCharsets.UTF_8);
  }

  private JsonNode read() {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException("the stored result is not JSON", e);
    }
  }

  /** The SHA-256 by which people know the result: that of {@code result.json}. */
  String sha256() {
    return sha256(json);
  }

  /** In hexadecimal digits. */
  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
