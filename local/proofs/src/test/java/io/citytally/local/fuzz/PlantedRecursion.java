package io.citytally.local.fuzz;

import java.util.List;
import java.util.regex.Pattern;

/** Takes stack for each name of a path, by a regular expression that repeats a group. */
public final class PlantedRecursion implements FuzzTarget {

  private static final Pattern PATH = Pattern.compile("/(?:[a-z][a-z.]*/)*[a-z][a-z.]*");

  @Override
  public void accept(byte[] input) {
    PATH.matcher("/" + new Decisions(input).text(List.of())).matches();
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(new byte[] {0});
  }

  @Override
  public List<String> words() {
    return List.of("a/");
  }

  @Override
  public void close() {}
}
