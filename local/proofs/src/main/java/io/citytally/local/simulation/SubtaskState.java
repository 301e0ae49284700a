package io.citytally.local.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * What one subtask of an operator has in a checkpoint: copies, made by the state's own serializers,
 * which nothing changes any more.
 *
 * @param checkpoint the checkpoint's number
 * @param keyed keyed state, by its name
 * @param timers Flink's own timers, by the name of their queue
 * @param lists operator state, by its name
 */
public record SubtaskState(
    long checkpoint,
    Map<String, Table> keyed,
    Map<String, Timers> timers,
    Map<String, Elements> lists) {

  /** A key and a namespace of keyed state. */
  record Slot(Object key, Object namespace) {}

  /** Values by key and namespace, and what copies one. */
  record Table(TypeSerializer<Object> serializer, Map<Slot, Object> values) {

    Table copy() {
      if (serializer.isImmutableType()) {
        return new Table(serializer, new HashMap<>(values));
      }
      Map<Slot, Object> copies = new HashMap<>(2 * values.size());
      values.forEach((slot, value) -> copies.put(slot, serializer.copy(value)));
      return new Table(serializer, copies);
    }
  }

  /** The timers of a queue, and what copies one. */
  record Timers(TypeSerializer<Object> serializer, List<Object> timers) {}

  /** How Flink deals out operator state to another number of subtasks. */
  enum Dealing {
    /** Each element to one of them. */
    SPLIT,
    /** All elements to each of them. */
    UNION,
    /** Each had the same, and has it again. */
    BROADCAST
  }

  /** The elements of an operator state; of broadcast state they are the entries of a map. */
  record Elements(Dealing dealing, TypeSerializer<Object> serializer, List<Object> elements) {}

  /**
   * The operator state that one of {@code parallelism} subtasks goes on with, as Flink's {@code
   * RoundRobinOperatorStateRepartitioner} deals it out.
   *
   * @param before of all subtasks that there were
   */
  static Map<String, Elements> lists(List<SubtaskState> before, int index, int parallelism) {
    Map<String, Elements> dealt = new HashMap<>();
    before.stream()
        .flatMap(each -> each.lists().keySet().stream())
        .distinct()
        .forEach(
            name ->
                dealt.put(
                    name,
                    deal(
                        before.stream()
                            .flatMap(each -> Stream.ofNullable(each.lists().get(name)))
                            .toList(),
                        index,
                        parallelism)));
    return dealt;
  }

  private static Elements deal(List<Elements> before, int index, int parallelism) {
    Elements first = before.get(0);
    if (first.dealing() == Dealing.BROADCAST) {
      return before.get(index % before.size());
    }
    if (first.dealing() == Dealing.SPLIT && before.size() == parallelism) {
      return before.get(index);
    }
    List<Object> all = new ArrayList<>();
    before.forEach(each -> all.addAll(each.elements()));
    return new Elements(
        first.dealing(),
        first.serializer(),
        first.dealing() == Dealing.UNION
            ? all
            : all.subList(
                all.size() * index / parallelism, all.size() * (index + 1) / parallelism));
  }
}
