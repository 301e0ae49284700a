package io.citytally.count;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the slices of the keys that were looked up last. A stream that is read again asks for the
 * same few keys many times, because their changes were made at about the same time.
 */
final class SliceCache {

  private final long maxBytes;
  private final Map<Long, List<byte[]>> slices = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /**
   * @param maxBytes of all slices together; the slices of the last key may take more
   */
  SliceCache(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Returns the slices of a key; null if they are not here. */
  @Nullable List<byte[]> get(MemoryKey key) {
    return slices.get(key.first);
  }

  /** Takes the slices of a key from the state, and returns them. */
  List<byte[]> load(MemoryKey key, Iterable<byte[]> stored) {
    List<byte[]> loaded = new ArrayList<>();
    for (byte[] slice : stored) {
      loaded.add(slice);
      bytes += slice.length;
    }
    slices.put(key.first, loaded);
    Iterator<List<byte[]>> eldest = slices.values().iterator();
    while (bytes > maxBytes && slices.size() > 1) {
      for (byte[] slice : eldest.next()) {
        bytes -= slice.length;
      }
      eldest.remove();
    }
    return loaded;
  }

  /** Adds a slice that is written to the state, if the others of its key are here. */
  void add(MemoryKey key, byte[] slice) {
    List<byte[]> known = slices.get(key.first);
    if (known != null) {
      known.add(slice);
      bytes += slice.length;
    }
  }

  void clear() {
    slices.clear();
    bytes = 0;
  }
}
