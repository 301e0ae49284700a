package io.citytally.source;

import io.citytally.source.RecordScanner.Field;

/** The fields of a record, in their order, and where their values are in the payload. */
final class RecordValues {

  /** Maximum number of unknown fields that are kept. A layout treats the others as literals. */
  private static final int MAX_UNKNOWN = 32;

  private static final int MAX_VALUES = MAX_UNKNOWN + Field.values().length;

  private final Field[] fields = new Field[MAX_VALUES];
  private final int[] from = new int[MAX_VALUES];
  private final int[] to = new int[MAX_VALUES];
  private int size;
  private int unknown;

  void clear() {
    size = 0;
    unknown = 0;
  }

  /** Adds a value. Each known field is added once at most. */
  void add(Field field, int from, int to) {
    if (field.isUnknown() && unknown++ >= MAX_UNKNOWN) {
      return;
    }
    fields[size] = field;
    this.from[size] = from;
    this.to[size] = to;
    size++;
  }

  int size() {
    return size;
  }

  Field field(int i) {
    return fields[i];
  }

  /** The position of the first byte. */
  int from(int i) {
    return from[i];
  }

  /** The position after the last byte. */
  int to(int i) {
    return to[i];
  }
}
