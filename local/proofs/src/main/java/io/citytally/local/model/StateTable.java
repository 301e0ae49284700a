package io.citytally.local.model;

import java.util.Arrays;

/**
 * A set of states, each a row of as many numbers, in the order in which they were found, and for
 * each state the one from which it was found.
 *
 * <p>It takes 4 bytes per number and about 16 per state in addition: no objects. Collisions go to
 * the next free slot.
 */
final class StateTable {

  private static final int PAGE_BITS = 16;
  private static final int PAGE_STATES = 1 << PAGE_BITS;

  private final int width;
  private int[][] rows = new int[16][];
  private int[] predecessors = new int[PAGE_STATES];
  private int size;

  /** Indexes plus one; 0 where free. A power of two, and never more than half of it taken. */
  private int[] slots = new int[4 * PAGE_STATES];

  StateTable(int width) {
    this.width = width;
  }

  int size() {
    return size;
  }

  int predecessor(int index) {
    return predecessors[index];
  }

  /** Adds a state, which gets the next index, unless it is there. Returns its index. */
  int add(int[] row, int predecessor) {
    int slot = slotOf(row);
    if (slots[slot] != 0) {
      return slots[slot] - 1;
    }
    int index = size++;
    slots[slot] = index + 1;
    int page = index >> PAGE_BITS;
    if (page == rows.length) {
      rows = Arrays.copyOf(rows, 2 * page);
    }
    if (rows[page] == null) {
      rows[page] = new int[PAGE_STATES * width];
    }
    System.arraycopy(row, 0, rows[page], offset(index), width);
    if (index == predecessors.length) {
      predecessors = Arrays.copyOf(predecessors, index + (index >> 1));
    }
    predecessors[index] = predecessor;
    if (size > slots.length / 2) {
      grow();
    }
    return index;
  }

  void read(int index, int[] into) {
    System.arraycopy(rows[index >> PAGE_BITS], offset(index), into, 0, width);
  }

  private int slotOf(int[] row) {
    int mask = slots.length - 1;
    int slot = hash(row) & mask;
    while (slots[slot] != 0 && !stands(slots[slot] - 1, row)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private boolean stands(int index, int[] row) {
    int offset = offset(index);
    return Arrays.equals(rows[index >> PAGE_BITS], offset, offset + width, row, 0, width);
  }

  private int offset(int index) {
    return (index & (PAGE_STATES - 1)) * width;
  }

  private void grow() {
    slots = new int[Math.multiplyExact(slots.length, 2)];
    int[] row = new int[width];
    for (int index = 0; index < size; index++) {
      read(index, row);
      slots[slotOf(row)] = index + 1;
    }
  }

  /** Small numbers, of which often one differs by one: so each must reach all bits. */
  private static int hash(int[] row) {
    long hash = 0;
    for (int number : row) {
      hash = (hash ^ number) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 32;
    }
    return (int) hash;
  }
}
