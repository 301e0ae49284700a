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

  /** What a key or a slice takes besides its bytes: entries, lists, headers. */
  static final long OVERHEAD_BYTES = 100;

  private final long maxBytes;
  private final Map<Long, List<byte[]>> slices = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /**
   * @param maxBytes of all together, with {@link #OVERHEAD_BYTES}; the last key may take more
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
    }
    slices.put(key.first, loaded);
    bytes += bytesOf(loaded);
    Iterator<List<byte[]>> eldest = slices.values().iterator();
    while (bytes > maxBytes && slices.size() > 1) {
      bytes -= bytesOf(eldest.next());
      eldest.remove();
    }
    return loaded;
  }

  private static long bytesOf(List<byte[]> slices) {
    return OVERHEAD_BYTES + slices.stream().mapToLong(SliceCache::bytesOf).sum();
  }

  private static long bytesOf(byte[] slice) {
    return OVERHEAD_BYTES + slice.length;
  }

  /** Adds a slice that is written to the state, if the others of its key are here. */
  void add(MemoryKey key, byte[] slice) {
    List<byte[]> known = slices.get(key.first);
    if (known != null) {
      known.add(slice);
      bytes += bytesOf(slice);
    }
  }

  void clear() {
    slices.clear();
    bytes = 0;
  }
}
