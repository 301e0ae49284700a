package io.citytally.source;

import static io.citytally.source.JsonBytes.UNUSUAL;

import io.citytally.source.RecordScanner.Field;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the layouts of records, and finds the values of a record whose layout is among them.
 *
 * <p>Not safe for use by several threads at once.
 */
final class RecordLayouts {

  /*
   * What a layout is
   *
   * The records of one table mostly differ in a few values: ids, times, numbers, choices. A layout
   * is all that is between these values, byte for byte: names, punctuation, and the values that a
   * table's records share. Where a literal of some hundred bytes fits, no field has to be searched
   * for. Layouts begin alike, so they are kept as a tree. Each step is a literal and the field whose
   * value follows it. Of the steps that can come next, the first one that fits is taken.
   *
   * Why it is right
   *
   * A path through the tree is a record that RecordScanner's search has accepted. A payload fits if
   * it has the literals of the path and, between them, values of the same forms, which end where
   * the search finds their ends: Form.end is the same code. The search decides by literals and by
   * the ends of values, and by nothing else. So it would take the same way through this payload,
   * accept it, and find the same fields at the same places. That no field is there twice, for
   * instance, depends on the names, which are parts of literals.
   *
   * What hostile records cost
   *
   * A payload that fits no layout is compared with some literals, searched as if there were none,
   * and learned. All of that takes time that grows with the bytes of the record, and no faster:
   * half of the parser's time for records as they are, up to four times as long for hundreds of
   * unknown fields. Any space in a record leads to the parser. There are few layouts, so there are
   * few steps in any one place. Before there are more, all are forgotten. No step holds an id or a
   * choice.
   */

  private static final int MAX_LAYOUTS = 16;

  /** The layout of a longer record is not remembered. */
  private static final int MAX_BYTES = 4_096;

  private final Step start = new Step(new byte[0], null);
  private int layouts;

  /**
   * Finds the values that vary.
   *
   * @param values where to put them
   * @return a record of this layout without these values, or null if the layout is not known
   */
  @Nullable VoteRecord find(byte[] payload, RecordValues values) {
    values.clear();
    int at = 0;
    Step step = start.next;
    while (step != null) {
      int from = at + step.literal.length;
      int to = step.isAt(payload, at) ? step.endOfValue(payload, from) : UNUSUAL;
      if (to < 0) {
        step = step.other;
      } else if (step.field == null) {
        return step.record;
      } else {
        values.add(step.field, from, to);
        at = to;
        step = step.next;
      }
    }
    return null;
  }

  /**
   * Remembers the layout of a record.
   *
   * @param values all that {@link RecordScanner} has found in it
   * @param record what they come to
   */
  void learn(byte[] payload, RecordValues values, VoteRecord record) {
    if (payload.length > MAX_BYTES) {
      return;
    }
    if (layouts == MAX_LAYOUTS) {
      start.next = null;
      layouts = 0;
    }
    layouts++;
    Step step = start;
    int at = 0;
    for (int i = 0; i < values.size(); i++) {
      if (!values.field(i).form.isPartOfLayout()) {
        step = next(step, payload, at, values.from(i), values.field(i));
        at = values.to(i);
      }
    }
    next(step, payload, at, payload.length, null).record = record.withoutValues();
  }

  /** The step that comes next, made if it is new. */
  private Step next(Step step, byte[] payload, int from, int to, @Nullable Field field) {
    Step last = null;
    for (Step next = step.next; next != null; next = next.other) {
      // The search finds the same field after the same literal.
      if (Arrays.equals(next.literal, 0, next.literal.length, payload, from, to)) {
        return next;
      }
      last = next;
    }
    Step made = new Step(Arrays.copyOfRange(payload, from, to), field);
    if (last == null) {
      step.next = made;
    } else {
      last.other = made;
    }
    return made;
  }

  /** A literal and the value that follows it, or the end of a record. */
  private static final class Step {

    final byte[] literal;

    /** Null at the end. */
    final @Nullable Field field;

    /** The first of the steps that can come next. */
    @Nullable Step next;

    /** The next step that can come in place of this one. */
    @Nullable Step other;

    /** At the end, a record of this layout. */
    @Nullable VoteRecord record;

    Step(byte[] literal, @Nullable Field field) {
      this.literal = literal;
      this.field = field;
    }

    boolean isAt(byte[] payload, int at) {
      int to = at + literal.length;
      return to <= payload.length && Arrays.equals(literal, 0, literal.length, payload, at, to);
    }

    int endOfValue(byte[] payload, int from) {
      if (field == null) {
        return from == payload.length ? from : UNUSUAL;
      }
      return field.form.end(payload, from);
    }
  }
}
