package io.citytally.local.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;

/**
 * What a running system's web application has to bear, told on this machine only.
 *
 * @param resultsReads readings of the results in DynamoDB since it was started
 * @param usedHeapBytes of the whole system, which is one virtual machine
 */
public record ServerLoad(long resultsReads, long usedHeapBytes) {

  /** Where a {@link LocalWebServer} tells it. */
  public static final String PATH = "/local/load";

  private static final ObjectMapper JSON = new ObjectMapper();

  static ServerLoad now(CountedReads reads) {
    Runtime runtime = Runtime.getRuntime();
    return new ServerLoad(reads.count(), runtime.totalMemory() - runtime.freeMemory());
  }

  public static ServerLoad parse(byte[] json) throws IOException {
    JsonNode load = JSON.readTree(json);
    return new ServerLoad(load.path("resultsReads").asLong(), load.path("usedHeapBytes").asLong());
  }

  byte[] json() {
    try {
      return JSON.writeValueAsBytes(
          Map.of("resultsReads", resultsReads, "usedHeapBytes", usedHeapBytes));
    } catch (IOException e) {
      throw new IllegalStateException("numbers can be written", e);
    }
  }
}
