package io.citytally.local.fuzz.planted;

import io.citytally.local.fuzz.FuzzTarget;
import java.util.ArrayList;
import java.util.List;

/** Keeps 64 MB for each input, for good. */
public final class PlantedHoard implements FuzzTarget {

  private final List<byte[]> hoard = new ArrayList<>();

  @Override
  public void accept(byte[] input) {
    hoard.add(new byte[64 << 20]);
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(new byte[] {1});
  }

  @Override
  public List<String> words() {
    return List.of("more");
  }

  @Override
  public void close() {}
}
