package io.citytally.local.election;

import io.citytally.vote.Choice;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/** The ballot of Lunden, a town that does not exist: what simulated voters choose from. */
public final class DefaultBallot {

  private static final String RESOURCE = "default-ballot.csv";

  private DefaultBallot() {}

  /** The title of each improvement, in the order of the ballot. */
  public static Map<Choice, String> titles() {
    CSVFormat format =
        CSVFormat.DEFAULT.builder().setDelimiter(';').setHeader().setSkipHeaderRecord(true).build();
    Map<Choice, String> titles = new LinkedHashMap<>();
    try (InputStream in = DefaultBallot.class.getResourceAsStream(RESOURCE)) {
      for (CSVRecord row : format.parse(new InputStreamReader(in, StandardCharsets.UTF_8))) {
        titles.put(new Choice(row.get("region"), row.get("improvement")), row.get("title"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the ballot " + RESOURCE + " can't be read", e);
    }
    return Collections.unmodifiableMap(titles);
  }
}
